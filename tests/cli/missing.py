#!/usr/bin/env python3
"""What is named and is not there ends every command with one and the same exit status, before anything is asked, done or
printed; speaks TAP.

usage: missing.py PORT_MANAGER

Each command of the help has its line here, so that a new one cannot be forgotten: what it may be asked for that is not
there (with what the error must say), or that it takes no name. Files and folders are the system's to find: they end with 3.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

from every_command import Report, commands

USAGE, SYSTEM = 2, 3
QUIET = pathlib.Path(__file__).resolve().parents[1] / "quiet.toml"
NAMES_NOTHING = []

# command: [(arguments, exit status, what the error says)]
TABLE = {
    "assign": [("nobody 8090", USAGE, "no service is called “nobody”"), ("a 8090 --plan 99", USAGE, "no plan 99")],
    "backup": [("{tmp}/none/copy.db", SYSTEM, "no folder")],
    "check": [("{tmp}/none", SYSTEM, "No such file")],
    "completion": [("tcsh", USAGE, "tcsh")],
    "conflicts": NAMES_NOTHING,
    "doctor": NAMES_NOTHING,
    "events": NAMES_NOTHING,
    "explain": [("none/.env:1", USAGE, "none/.env is not among the documents")],
    "findings": [("{tmp}/none", SYSTEM, "No such file")],
    "health": NAMES_NOTHING,
    "history": [("--service nobody", USAGE, "no service is called “nobody”"), ("--port 70000", USAGE, "70000 is no port")],
    "ip": [("approve 99 --yes", USAGE, "no change 99"), ("approve 99", USAGE, "no change 99"),
           ("dismiss 99", USAGE, "no change 99"), ("change --plan 99 --yes", USAGE, "no plan 99")],
    "lease": [("--type nope", USAGE, "no type of service “nope”"), ("--pid 4194304", USAGE, "no process 4194304"),
              ("--renew 99", USAGE, "no lease 99"), ("--port 70000", USAGE, "70000 is no port")],
    "leases": NAMES_NOTHING,
    "mcp": NAMES_NOTHING,
    "notify": [("test nope", USAGE, "no channel “nope”"), ("test mail", USAGE, "channel mail is not configured")],
    "pause": NAMES_NOTHING,
    "pools": NAMES_NOTHING,
    "port": [("free --type nope", USAGE, "no type of service “nope”"), ("who 70000", USAGE, "“70000” is no port")],
    "rebuild": [("{tmp}/none --yes", SYSTEM, "No such file")],
    "recover": NAMES_NOTHING,
    "release": [("99", USAGE, "no lease 99")],
    "resolve": [("--only tcp-1", USAGE, "no conflict “tcp-1”"), ("--only tcp-1 --yes", USAGE, "no conflict “tcp-1”")],
    "restart": [("nobody", USAGE, "no service is called “nobody”"), ("nobody --yes", USAGE, "no service is called “nobody”"),
                ("99 --dry-run", USAGE, "no service is called “99”")],
    "restore": [("{tmp}/none.db --yes", SYSTEM, "no backup")],
    "resume": NAMES_NOTHING,
    "roots": [("forget {tmp}/none --yes", USAGE, "is no root that is known")],
    "run": [("--type nope -- true", USAGE, "no type of service “nope”")],
    "scan": [("{tmp}/none", SYSTEM, "No such file")],
    "serve": NAMES_NOTHING,
    "services": [("show 99", USAGE, "no service with id 99"), ("pin nobody --reason x", USAGE, "no service is called “nobody”"),
                 ("unpin nobody", USAGE, "no service is called “nobody”")],
    "sync": NAMES_NOTHING,
    "token": [("revoke nobody", USAGE, "no token named nobody"), ("create x --role nope", USAGE, "no role “nope”")],
    "transactions": NAMES_NOTHING,
    "undo": [("99", USAGE, "no transaction 99"), ("99 --yes", USAGE, "no transaction 99"), ("99 --dry-run", USAGE, "no transaction 99")],
}


class Rig:
    def __init__(self, program, folder):
        self.program, self.folder = program, pathlib.Path(folder)
        project = self.folder / "projects/a"
        project.mkdir(parents=True)
        (project / ".env").write_text("PORT=3000\n")
        self.call("scan", str(project.parent))

    def call(self, *arguments):
        environment = dict(os.environ, HOME=str(self.folder), LC_ALL="C.UTF-8")
        return subprocess.run([self.program, "--state", str(self.folder / "state"), "--config", str(QUIET), *arguments],
                              cwd=self.folder, env=environment, text=True, capture_output=True, stdin=subprocess.DEVNULL,
                              timeout=60, check=False)

    def commands(self):
        return commands(self.call("--help").stdout)


def complaints(rig, command, arguments, status, words):
    typed = arguments.replace("{tmp}", str(rig.folder)).split()
    result = rig.call(command, *typed)
    if result.returncode != status:
        yield f"status {result.returncode}, expected {status}: {result.stderr!r}"
    if words not in result.stderr:
        yield f"the error does not say {words!r}: {result.stderr!r}"
    if result.stdout:
        yield f"prints {result.stdout!r}"
    if "--" not in typed:
        as_json = rig.call(command, *typed, "--json")
        error = json.loads(as_json.stderr)["error"]
        if as_json.returncode != status or error["status"] != status or words not in error["message"]:
            yield f"--json: status {as_json.returncode}: {error}"


def main():
    report = Report("/cli/missing")
    with tempfile.TemporaryDirectory(prefix="pm-missing-") as folder:
        rig = Rig(os.path.abspath(sys.argv[1]), folder)
        there = rig.commands()
        report.tell("every-command-has-its-line", sorted(there ^ set(TABLE)))
        for command, rows in sorted(TABLE.items()):
            found = [f"{arguments}: {problem}" for arguments, status, words in rows
                     for problem in complaints(rig, command, arguments, status, words)]
            report.tell(command, found)
        # What is there is found, so nothing above holds by itself.
        report.tell("control-what-is-there", [] if rig.call("services", "show", "1").returncode == 0 else ["services show 1 fails"])
    report.end()


main()
