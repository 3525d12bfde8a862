#!/usr/bin/env python3
"""`port-manager run` with a real Vite and a real Express; speaks TAP. Skipped where their packages are not installed.

usage: frameworks.py PORT_MANAGER
"""
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

FOLDER = pathlib.Path(__file__).resolve().parent / "frameworks"
PATIENCE_S = 120


class Project:
    """A copy of the frameworks' folder, which shares their packages."""

    def __init__(self, program, tmp):
        self.program = program
        self.folder = pathlib.Path(tmp, "project")
        self.folder.mkdir()
        for name in ("package.json", "server.js", "index.html"):
            shutil.copy(FOLDER / name, self.folder)
        (self.folder / "node_modules").symlink_to(FOLDER / "node_modules")
        # A configuration of its own, so that Vite keeps its cache out of the shared packages.
        (self.folder / "vite.config.mjs").write_text("export default { cacheDir: 'cache', clearScreen: false }\n")
        self.environment = dict(os.environ, PORT_MANAGER_STATE=str(pathlib.Path(tmp, "state")), HOME=tmp,
                                XDG_CONFIG_HOME=tmp, NO_COLOR="1", npm_config_update_notifier="false")
        self.environment.pop("PORT_MANAGER_CONFIG", None)
        self.environment.pop("PORT", None)

    def start(self, *arguments):
        return subprocess.Popen([self.program, "run", *arguments], cwd=self.folder, env=self.environment,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                start_new_session=True)

    def leases(self):
        result = subprocess.run([self.program, "leases", "--json"], env=self.environment, capture_output=True,
                                timeout=PATIENCE_S, check=True)
        return json.loads(result.stdout)["leases"]

    def await_lease(self, process):
        until(lambda: process.poll() is not None or self.leases(), "the lease")
        assert process.poll() is None, process.stdout.read()
        return self.leases()[0]

    def stop(self, process):
        """As a supervisor does, and then with whatever is left of it."""
        process.terminate()
        try:
            process.wait(PATIENCE_S)
        finally:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.stdout.close()
        until(lambda: self.leases() == [], "the port to be given back")


def until(condition, what):
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)


def answers(port, text):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as response:
            return text in response.read().decode()
    except (urllib.error.URLError, OSError):
        return False


def serve_twice(project, text, arguments):
    """Answers on the leased port, stops, and is on the same one again."""
    ports = []
    for _ in range(2):
        process = project.start(*arguments)
        try:
            ports.append(project.await_lease(process)["port"])
            until(lambda: process.poll() is not None or answers(ports[-1], text), f"an answer on port {ports[-1]}")
            assert process.poll() is None, process.stdout.read()
        finally:
            project.stop(process)
    assert ports[0] == ports[1], ports
    return ports[0]


def express_finds_its_port_in_PORT(project):
    port = serve_twice(project, "express answers", ["--type", "api", "--", "npm", "start"])
    assert 8000 <= port <= 8999, port


def vite_is_given_its_port_as_an_argument(project):
    command = ["npm", "run", "dev", "--", "--host", "127.0.0.1", "--port", "{port}", "--strictPort"]
    port = serve_twice(project, "vite answers", ["--type", "web", "--", *command])
    assert 3000 <= port <= 3999, port


def vite_alone_does_not_look_at_PORT(project):
    """Why there is a placeholder. Vite takes its own default here, or the next one that is free."""
    process = project.start("--type", "web", "--", "npm", "run", "dev", "--", "--host", "127.0.0.1")
    try:
        leased = project.await_lease(process)["port"]
        seen = ""
        while not re.search(r"http://127\.0\.0\.1:(\d+)", seen):
            line = process.stdout.readline().decode(errors="replace")
            assert line, f"it ended: {seen}"
            seen += line
        assert int(re.search(r"http://127\.0\.0\.1:(\d+)", seen)[1]) != leased, seen
    finally:
        project.stop(process)


def main():
    tests = [express_finds_its_port_in_PORT, vite_is_given_its_port_as_an_argument, vite_alone_does_not_look_at_PORT]
    if shutil.which("npm") is None or not (FOLDER / "node_modules/vite").exists():
        print("1..0 # SKIP needs npm, and the packages of tests/leases/frameworks: script/setup --test installs them")
        return 0
    print(f"1..{len(tests)}")
    failed = 0
    for number, test in enumerate(tests, 1):
        name = test.__name__.replace("_", "-")
        with tempfile.TemporaryDirectory() as tmp:
            try:
                test(Project(os.path.abspath(sys.argv[1]), tmp))
                print(f"ok {number} {name}", flush=True)
            except (AssertionError, subprocess.SubprocessError, OSError) as error:
                failed += 1
                print(f"not ok {number} {name}\n# {error}", flush=True)
    return 1 if failed else 0


sys.exit(main())
