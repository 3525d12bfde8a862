#!/usr/bin/python3
"""So many services are killed at once that no restart of theirs would help: the breaker opens, nothing is restarted, and
people get one message. Real processes with real sockets, the real daemon, a receiver over HTTP. TAP.

usage: breaker.py PORT_MANAGER LISTENERS [SERVICES [KILLED]]
"""
import contextlib
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "notify")]
from receivers import Web, until  # noqa: E402

PROGRAM, LISTENERS = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
SERVICES = int(sys.argv[3]) if len(sys.argv) > 3 else 200
KILLED = int(sys.argv[4]) if len(sys.argv) > 4 else SERVICES * 3 // 10
# On a busy machine it takes a while until all that were killed are seen down: none may be restarted before that. What
# is not killed has long to answer, so that it is never among them.
INTERVAL_S, TIMEOUT_S, FALL, FIRST_WAIT_S = 2, 20, 2, 30


class Rig:
    """Services, a configuration that restarts each by making a folder of its name, and a daemon."""

    def __init__(self, folder, receiver, breaker_share):
        self.folder = pathlib.Path(folder)
        self.restarted = self.folder / "restarted"
        self.state = self.folder / "state"
        self.config = self.folder / "config.toml"
        projects = self.folder / "projects"
        for number in range(SERVICES):
            (projects / f"p{number}").mkdir(parents=True)
        self.listeners = subprocess.Popen([LISTENERS, str(SERVICES), str(projects)], stdin=subprocess.PIPE,
                                          stdout=subprocess.PIPE, text=True)
        self.services = [tuple(map(int, line.split())) for line in iter(self.listeners.stdout.readline, "\n")]
        tables = [self.add(number, port) for number, (port, _) in enumerate(self.services)]
        self.config.write_text(f"""roots = ["{projects}"]
[health]
interval_s = {INTERVAL_S}
timeout_s = {TIMEOUT_S}
fall = {FALL}
rise = 1
[heal]
enabled = true
first_wait_s = {FIRST_WAIT_S}
verify_s = 1
breaker_share = {breaker_share}
[notify.webhook]
url = "{receiver.url}"
""" + "".join(tables))
        self.program = [PROGRAM, "--state", str(self.state), "--config", str(self.config)]

    def add(self, number, port):
        (self.folder / f"projects/p{number}/.env").write_text(f"PORT={port}\n")
        return (f'[[service]]\nmatch = "project:p{number} port:{port}"\nhealth = "tcp://127.0.0.1:{port}"\n'
                f'restart = {{ command = ["mkdir", "-p", "{self.restarted / str(number)}"] }}\n')

    def sql(self, statement):
        with contextlib.closing(sqlite3.connect(self.state / "registry.db", timeout=30)) as database:
            return database.execute(statement).fetchall()

    def count(self, event):
        return self.sql(f"SELECT count (*) FROM events WHERE event = '{event}'")[0][0]

    def up(self):
        return self.sql("SELECT count (*) FROM health WHERE state = 'up'")[0][0]

    def kill_some(self):
        for _, pid in self.services[:KILLED]:
            os.kill(pid, signal.SIGKILL)

    def restarts(self):
        return len(list(self.restarted.iterdir())) if self.restarted.exists() else 0

    def __enter__(self):
        subprocess.run(self.program + ["scan"], capture_output=True, check=False)
        self.daemon = subprocess.Popen(self.program + ["serve", "--listen", "127.0.0.1:0", "--json"],
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        json.loads(self.daemon.stdout.readline())
        return self

    def __exit__(self, *_):
        self.daemon.terminate()
        self.daemon.wait()
        self.listeners.stdin.close()
        self.listeners.wait()


def opens_and_tells_once(folder):
    with Web() as receiver, Rig(folder, receiver, 0.2) as rig:
        until(lambda: rig.up() == SERVICES, "health")
        rig.kill_some()
        until(lambda: rig.count("breaker.opened"), "breaker.opened")
        until(lambda: rig.count("incident.opened") == KILLED, "an incident for each")
        until(lambda: receiver.posts, "the message")
        # Longer than the first restart could take to come, its fifth more by chance and a look of the healer included.
        time.sleep(FIRST_WAIT_S * 1.2 + 3)
        yield rig.count("breaker.opened") == 1 and rig.count("breaker.closed") == 0, "the-breaker-opens-once"
        yield rig.restarts() == 0 and rig.count("service.restarted") == 0, "nothing-is-restarted"
        yield len(receiver.posts) == 1, "one-message"
        body = receiver.bodies[0]
        yield body["notices"][0]["event"] == "breaker.opened" and "at once" in body["title"], "which-begins-with-the-breaker"
        others = {n["event"] for n in body["notices"][1:]}
        yield others == {"incident.opened"} and len(body["notices"]) + body["more"] == KILLED + 1, "and-counts-all-that-are-down"
        yield body["severity"] == "error" and body["notices"][0]["done"] and body["notices"][0]["todo"], "what-is-done-and-to-do"


def control_without_a_breaker(folder):
    """What a share of all services lets pass is restarted, so nothing above holds by itself."""
    with Web() as receiver, Rig(folder, receiver, 1.0) as rig:
        until(lambda: rig.up() == SERVICES, "health")
        rig.kill_some()
        until(rig.restarts, "restarts")
        yield rig.count("breaker.opened") == 0, "control-without-a-breaker-they-are-restarted"


def main():
    number = failed = 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started ends too
    for part in (opens_and_tells_once, control_without_a_breaker):
        with tempfile.TemporaryDirectory(prefix="pm-breaker-") as folder:
            for fine, name in part(folder):
                number += 1
                failed += not fine
                print(f"{'ok' if fine else 'not ok'} {number} /breaker/{KILLED}-of-{SERVICES}/{name}", flush=True)
    print(f"1..{number}")
    sys.exit(failed > 0)


main()
