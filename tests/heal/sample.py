#!/usr/bin/env python3
"""The sample of script/run: a service that is seen up, then down, comes back when it is restarted, and nothing is left running;
speaks TAP.

usage: sample.py PORT_MANAGER
"""
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time

from demo import processes_in

SAMPLE = pathlib.Path(__file__).resolve().parents[2] / "script/lib/sample"
PATIENCE_S = 90


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Sample:
    def __init__(self, program, folder):
        self.program, self.folder = program, pathlib.Path(folder) / "demo"
        self.environment = dict(os.environ, PORT_MANAGER_STATE=str(self.folder / "state"),
                                PORT_MANAGER_CONFIG=str(self.folder / "config.toml"))
        subprocess.run([SAMPLE, "begin", self.folder], check=True)
        settings = self.folder / "workspace/reports/.env"
        settings.write_text(re.sub("^PORT=.*", f"PORT={free_port()}", settings.read_text("utf-8"), flags=re.M), "utf-8")

    def ask(self, *arguments):
        return subprocess.run([self.program, *arguments], env=self.environment, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, check=False)

    def comes_to(self, state):
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            shown = json.loads(self.ask("health", "reports", "--json").stdout)
            if [service["state"] for service in shown["services"]] == [state]:
                return True
            time.sleep(0.2)
        return False

    def serve(self):
        return subprocess.Popen([SAMPLE, "serve", self.folder, self.program, "serve", "--listen", "127.0.0.1:0"], text=True,
                                env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                stdin=subprocess.DEVNULL)


def serve_pid(sample):
    return (sample.folder / "state/serve.lock").read_text().strip()


def steps(sample):
    sample.ask("scan", str(sample.folder / "workspace"))
    with sample.serve() as serve:
        yield serve.stdout.readline().startswith("Serving http://127.0.0.1:"), "serves"
        again = subprocess.run([SAMPLE, "begin", sample.folder], capture_output=True, text=True, check=False)
        yield again.returncode == 3 and f"by process {serve_pid(sample)}" in again.stderr and \
            sample.ask("services").returncode == 0 and (sample.folder / "workspace/reports").is_dir(), \
            "a-second-one-is-refused-while-it-serves"
        yield sample.comes_to("down"), "a-service-dies-once-it-was-up"
        yield sample.ask("restart", "reports", "--yes").returncode == 0 and sample.comes_to("up"), "a-restart-brings-it-back"
        yield len(processes_in(str(sample.folder))) > 0, "control-what-runs-is-seen"
        serve.send_signal(signal.SIGTERM)
        serve.stdout.read()
    yield not processes_in(str(sample.folder)), "leaves-no-process-behind"
    yield subprocess.run([SAMPLE, "begin", sample.folder], check=False).returncode == 0 and \
        not (sample.folder / "state").exists(), "control-it-begins-anew-when-nobody-serves"


def main():
    failed = 0
    with tempfile.TemporaryDirectory(prefix="pm-sample-") as folder:
        number = 0
        for number, (is_fine, name) in enumerate(steps(Sample(os.path.abspath(sys.argv[1]), folder)), 1):
            failed += not is_fine
            print(f"{'ok' if is_fine else 'not ok'} {number} /heal/sample/{name}", flush=True)
        print(f"1..{number}")
    return failed > 0


sys.exit(main())
