#!/usr/bin/env python3
"""Kills the command line in the middle of a change of many files, then lets any command look; speaks TAP.

usage: kill-cli.py PORT_MANAGER [POINTS [SEED]]

A run is recorded with strace; then the same run is killed (SIGKILL) before calls that were drawn from that record:
of the journal, the exchanges, the registry, the cleaning up. The next command, whichever it is, must leave all files
old or all new and say which; the list of transactions and the events must agree, also where that command is killed
itself in the middle and only the one behind it ends. Control: what is there before that command is
judged by the same eyes, and must be mixed at some of the points.
"""
import itertools
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

OLD, NEW = "198.51.100.7", "203.0.113.10"
FILES = 6
CALLS = "openat,openat2,pwrite64,write,fsync,fdatasync,syncfs,renameat2,rename,unlinkat,unlink,fchown,fchmod,flock,fcntl"
COMMANDS = (["services"], ["conflicts"], ["transactions"], ["recover"], ["scan"], ["sync", "--dry-run"], ["history"])
ENVIRONMENT = dict(os.environ, ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0")


class Rig:
    def __init__(self, program, tmp):
        self.program, self.tmp = program, tmp
        self.root, self.state = tmp / "workspace", tmp / "state"
        for i in range(FILES):
            (self.root / f"p{i}").mkdir(parents=True)
            (self.root / f"p{i}/.env").write_text(f"HOST={OLD}\nURL=http://{OLD}:{3000 + i}/\n")
        self.run("scan", str(self.root))
        shutil.copytree(self.root, tmp / "workspace.saved")
        shutil.copytree(self.state, tmp / "state.saved")

    def restore(self):
        for path in (self.root, self.state):
            shutil.rmtree(path)
            shutil.copytree(f"{path}.saved", path)

    def run(self, *args):
        return subprocess.run([self.program, "--state", self.state, *args], capture_output=True, text=True, timeout=100,
                              stdin=subprocess.DEVNULL, check=False)

    def change(self, *strace):
        return subprocess.run(["strace", "-f", *strace, self.program, "--state", self.state, "ip", "change", OLD, NEW,
                               "--yes"], env=ENVIRONMENT, capture_output=True, timeout=100, stdin=subprocess.DEVNULL,
                              check=False).returncode

    def looks(self):
        """ "old", "new" or "mixed"."""
        texts = [(self.root / f"p{i}/.env").read_text() for i in range(FILES)]
        for word, address in (("old", OLD), ("new", NEW)):
            if all(text == f"HOST={address}\nURL=http://{address}:{3000 + i}/\n" for i, text in enumerate(texts)):
                return word
        return "mixed"

    def events(self):
        return [json.loads(line) for line in self.run("events", "--after", "0", "--json").stdout.splitlines()]

    def recover(self, *strace):
        return subprocess.run(["strace", "-f", *strace, self.program, "--state", self.state, "recover"], env=ENVIRONMENT,
                              capture_output=True, timeout=100, stdin=subprocess.DEVNULL, check=False).returncode

    def leftovers(self):
        return [str(p) for p in self.root.rglob(".port-manager*")]

    def points(self, run):
        """(call, nth) of the thread that writes, from the transaction's first record on."""
        log = self.tmp / "strace"
        assert run("-o", str(log), "-e", f"trace={CALLS}") == 0
        lines = log.read_text().splitlines()
        main = lines[0].split()[0]
        counts, points, is_begun = {}, [], False
        for line in lines:
            match = re.match(r"(\d+) +(\w+)\(", line)
            if match is None or match[1] != main:
                continue
            counts[match[2]] = counts.get(match[2], 0) + 1
            is_begun |= ".open" in line
            if is_begun:
                points.append((match[2], counts[match[2]]))
        return points


def judge(rig, command, is_second=False):
    """Complaints about what the next command says and leaves; is_second: another one was killed before it."""
    before = rig.looks()
    result = rig.run(*command)
    after = rig.looks()
    if after == "mixed":
        yield "mixed"
        return
    told = re.findall(r"transaction \d+ was interrupted: (.*)", result.stderr)
    expected = {"old": "rolled back, all files are as before", "new": "all files are as it made them"}[after]
    if told != [expected] and (told or before == "mixed" and not is_second):
        yield f"files are {after}, told was {told}"
    if command == ["recover"] and result.returncode != 0:
        yield f"recover ended with {result.returncode}: {result.stderr}"
    if rig.leftovers():
        yield f"left over: {rig.leftovers()}"
    again = rig.run("transactions", "--json")
    states = [t["state"] for t in json.loads(again.stdout)["transactions"]]
    if "interrupted" in again.stderr:
        yield f"told twice: {again.stderr}"
    back = ["rolled-back"] if told or is_second else []
    if states != {"old": back, "new": ["committed"]}[after]:
        yield f"files are {after}, the list says {states}"
    events = [e["event"] for e in rig.events() if e["event"].startswith("transaction.")]
    if events != [f"transaction.{state}" for state in states]:
        yield f"the list says {states}, the events {events}"
    if after == "new":
        rig.run("undo", "1", "--yes")
        if rig.looks() != "old":
            yield "it cannot be undone"


def kill(run, call, nth):
    run("-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:signal=SIGKILL:when={nth}")


def kill_recovery(rig, point, most, draw):
    """How many recoveries of a change that was killed at a point were killed in turn, and the complaints."""
    rig.restore()
    kill(rig.change, *point)
    points = rig.points(rig.recover)
    chosen = draw.sample(points, min(most, len(points)))
    wrong = []
    for call, nth in chosen:
        rig.restore()
        kill(rig.change, *point)
        kill(rig.recover, call, nth)
        wrong += [f"recovery at {call} {nth}: {complaint}" for complaint in judge(rig, ["transactions"], is_second=True)]
    return len(chosen), wrong


def main():
    program, most = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 40
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(1 << 32)
    if not shutil.which("strace") or subprocess.run(["strace", "-o", "/dev/null", "true"], check=False).returncode != 0:
        print("1..0 # SKIP strace is not there, or may not trace")
        return 0
    print(f"1..3\n# seed {seed}", flush=True)
    wrong, mixed = [], 0
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as tmp:
        rig = Rig(program, pathlib.Path(tmp))
        points = rig.points(rig.change)
        draw = random.Random(seed)
        chosen = draw.sample(points, min(most, len(points)))
        chosen += [p for p in points if p[0] == "renameat2"][:FILES]
        for (call, nth), command in zip(chosen, itertools.cycle(COMMANDS)):
            rig.restore()
            kill(rig.change, call, nth)
            mixed += rig.looks() == "mixed"
            wrong += [f"{call} {nth}, {command[0]}: {complaint}" for complaint in judge(rig, command)]
        middle = [p for p in points if p[0] == "renameat2"][FILES // 2]
        n_recoveries, wrong_recoveries = kill_recovery(rig, middle, most // 2, draw)
    print(f"# killed before {len(chosen)} of {len(points)} calls: {mixed} sets were mixed then, {len(wrong)} complaints after the "
          "next command")
    print(f"# and {n_recoveries} recoveries: {len(wrong_recoveries)} complaints")
    for line in wrong + wrong_recoveries:
        print(f"# {line}")
    print(f"{'not ok' if wrong else 'ok'} 1 - the next command leaves all old or all new, and says which")
    print(f"{'ok' if mixed else 'not ok'} 2 - control: a kill in the middle is seen")
    print(f"{'not ok' if wrong_recoveries or not n_recoveries else 'ok'} 3 - so does the one behind a recovery that was "
          "killed, and it is recorded once")
    return 1 if wrong or wrong_recoveries or not mixed or not n_recoveries else 0


if __name__ == "__main__":
    sys.exit(main())
