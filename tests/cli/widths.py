#!/usr/bin/env python3
"""Whatever a command shows fits a terminal of 80 columns, and of 40, with names as long as they come; in a pipe nothing is cut. TAP.

usage: widths.py PORT_MANAGER

Each command of the help has its line here. A word that is longer than what a label leaves of the terminal (a path,
a command to be copied) is never broken, and ends its line. The lines of a diff are those of the files.
"""
import fcntl
import os
import pathlib
import pty
import re
import struct
import subprocess
import sys
import tempfile

from every_command import Report, commands
import termios

WIDTHS, LABEL = (80, 40), 20
PROJECT, OTHER = "a-project-" + "with-quite-a-long-name-" * 3 + "1", "another-project-" + "with-quite-a-long-name-" * 3 + "2"
SERVICE = "the-service-of-" + "everything-there-is-" * 3 + "here"
POOL = "a-type-with-a-rather-long-name"
COMPOSE = f"""services:
  {SERVICE}:
    image: nginx
    ports: ["8080:80", "8081:81"]
  second-{SERVICE}:
    image: nginx
    ports: ["8080:80"]
    environment:
      API_URL: "http://203.0.113.10:9999/"
      OLD: "http://[2001:db8:1111:2222:3333:4444:5555:6666]:4000/"
"""
OWN = None  # what it prints is no text of lines: a protocol, a script, somebody else's output

# command: how it is called, each time on a terminal
TABLE = {
    "assign": [f"{PROJECT}/{SERVICE}:8081 8099 --dry-run"],
    "backup": ["", "--list"],
    "check": [""],
    "completion": OWN,
    "conflicts": [""],
    "doctor": [""],
    "events": ["--after 0"],
    "explain": ["{project}/compose.yaml:4", "{project}/compose.yaml:9"],
    "findings": [""],
    "health": [""],
    "history": ["", "--port 8080"],
    "ip": ["", "change 203.0.113.10 203.0.113.11 --dry-run"],
    "lease": [f"--type {POOL}"],
    "leases": [""],
    "mcp": OWN,
    "notify": [""],
    "pause": [""],
    "pools": ["", "--history"],
    "port": ["who 8080", "who 8080 --history", "who 8123", f"free --type {POOL}"],
    "rebuild": ["--dry-run"],
    "recover": [""],
    "release": ["1"],
    "resolve": ["--dry-run"],
    "restart": [f"{PROJECT}/{SERVICE}:8080 --dry-run"],
    "restore": ["--newest --dry-run"],
    "resume": [""],
    "roots": ["", "forget {root} --dry-run"],
    "run": OWN,
    "scan": [""],
    "serve": OWN,
    "services": ["", "show 1", "project:nobody"],
    "sync": ["--dry-run"],
    "token": ["list"],
    "transactions": [""],
    "undo": ["1 --dry-run"],
}


class Rig:
    def __init__(self, program, folder):
        self.program, self.folder, self.root = program, pathlib.Path(folder), pathlib.Path(folder) / "projects"
        self.config = self.folder / "config.toml"
        self.config.write_text(f'[scan]\nsockets = false\n[health]\nenabled = false\n[pools]\n{POOL} = ["8900-8999"]\n')
        for name in (PROJECT, OTHER):
            (self.root / name).mkdir(parents=True)
            (self.root / name / "compose.yaml").write_text(COMPOSE)
        (self.root / PROJECT / "broken.json").write_text('{"port": 1 "x"}')
        self.pipe("scan", str(self.root))
        self.pipe("lease", "--type", POOL, "--name", SERVICE, "--ttl", "6000")
        self.pipe("lease", "--port", "8123", "--name", SERVICE, "--pid", str(os.getpid()))
        self.pipe("token", "create", "a-token-" + "of-somebody-" * 4, "--expires", "30d")
        self.pipe("services", "pin", f"{PROJECT}/second-{SERVICE}", "--reason", "the bank calls it by this number " * 3)
        self.pipe("assign", f"{PROJECT}/{SERVICE}:8081", "8097", "--yes")
        self.pipe("assign", f"{PROJECT}/{SERVICE}:8097", "8081", "--yes")
        self.pipe("backup", str(self.folder / "copy.db"))

    def words(self, arguments):
        return [self.program, "--state", str(self.folder / "state"), "--config", str(self.config), *arguments]

    def environment(self):
        return dict(os.environ, HOME=str(self.folder), LC_ALL="C.UTF-8", TERM="xterm")

    def pipe(self, *arguments):
        return subprocess.run(self.words(arguments), cwd=self.folder, env=self.environment(), text=True, capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=60, check=False).stdout

    def terminal(self, columns, *arguments):
        """What standard output shows; errors are sentences, which a terminal breaks by itself."""
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
        with subprocess.Popen(self.words(arguments), cwd=self.folder, env=self.environment(), stdin=subprocess.DEVNULL,
                              stdout=slave, stderr=subprocess.DEVNULL) as process:
            os.close(slave)
            out = b""
            try:
                while chunk := os.read(master, 65536):
                    out += chunk
            except OSError:  # the other end is closed
                pass
            os.close(master)
            process.wait(timeout=60)
        return re.sub("\x1b\\[[0-9;]*m", "", out.decode("utf-8", "replace")).replace("\r\n", "\n")

    def commands(self):
        return commands(self.pipe("--help"))


def too_wide(text, columns):
    for line in text.split("\n"):
        last_word = line.rsplit(" ", 1)[-1]
        if len(line) > columns and len(last_word) <= columns - LABEL and not re.match(r"[-+@]", line):
            yield line


def main():
    report = Report("/cli/widths")
    with tempfile.TemporaryDirectory(prefix="pm-widths-") as folder:
        rig = Rig(os.path.abspath(sys.argv[1]), folder)
        report.tell("every-command-has-its-line", sorted(rig.commands() ^ set(TABLE)))
        wide = shown = 0
        for command, rows in sorted(TABLE.items()):
            problems = []
            for arguments in rows or []:
                typed = [w.replace("{project}", f"{rig.root}/{PROJECT}").replace("{root}", str(rig.root)) for w in arguments.split()]
                wide += bool(list(too_wide(rig.pipe(command, *typed), max(WIDTHS))))
                for columns in WIDTHS:
                    text = rig.terminal(columns, command, *typed)
                    shown += bool(text)
                    problems += [f"{arguments}: {len(line)} of {columns}: {line!r}" for line in too_wide(text, columns)]
                    problems += [f"{arguments}: raw JSON: {line!r}" for line in text.split("\n") if '{"' in line]
            report.tell(command, problems)
        # In a pipe the same are wider, or nothing above says anything.
        report.tell("control-a-pipe-gets-it-whole", [] if wide > 10 and shown > 50 else [f"{wide} wide, {shown} shown"])
        report.tell("names-are-whole-in-a-pipe", [] if SERVICE in rig.pipe("services") and SERVICE in rig.pipe("leases") else ["cut"])
    report.end()


main()
