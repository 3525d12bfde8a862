#!/usr/bin/env python3
"""Kills the program as each stage of a change begins, goes on in another process, and looks what is there; speaks TAP.

usage: kill.py PORT_MANAGER TEST_KILL
"""
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
TEST_KILL = os.path.abspath(sys.argv.pop())
from emergency import NEW, OLD, World  # noqa: E402

STAGES = ["plan", "apply", "restart", "probe", "conclude"]


def run(world, *arguments):
    return subprocess.run([TEST_KILL, str(world.dir / "state"), str(world.config), *arguments], capture_output=True, text=True,
                          env=world.environment, stdin=subprocess.DEVNULL, timeout=120)


def kill_at(world, old, new, stage):
    done = run(world, old, new, stage)
    assert done.returncode == -signal.SIGKILL, (stage, done.returncode, done.stderr)


def go_on(world):
    done = run(world)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def transactions(world):
    listed = json.loads(world.run("transactions", "--json").stdout)["transactions"]
    return [(t["kind"], t["state"]) for t in reversed(listed)]


def forward(stage):
    """All is well: before anything was written the change is given up, after that it is brought to its end."""
    with World() as world:
        kill_at(world, OLD, NEW, stage)
        (report,) = go_on(world)
        is_written = STAGES.index(stage) > STAGES.index("apply")
        expected = NEW if is_written else OLD
        assert set(world.addresses().values()) == {expected}, (report, world.addresses())
        assert report["stage"] == ("committed" if is_written else "abandoned"), report
        assert transactions(world) == ([("ip-change", "committed")] if is_written else []), transactions(world)
        assert all(world.landscape.answers(name) for name in world.NAMES)
        if is_written:
            assert all(s["before"] == s["after"] == "up" for s in report["services"]) and len(report["services"]) == 3, report
        assert go_on(world) == []


def backward(stage):
    """One stays down, and whoever goes on must find that out, or go on going back."""
    with World() as world:
        world.landscape.add("api", f"REFUSES={NEW}")
        kill_at(world, OLD, NEW, stage)
        (report,) = go_on(world)
        assert report["stage"] == "rolled-back" and "stays down" in report["cause"], report
        assert set(world.addresses().values()) == {OLD}, world.addresses()
        assert transactions(world) == [("ip-change", "undone"), ("undo", "committed")], transactions(world)
        assert all(world.landscape.answers(name) for name in world.NAMES)
        assert go_on(world) == []


def between_the_commit_and_the_record():
    """The files are written and committed, and nobody wrote down that they are: it is found."""
    with World() as world:
        kill_at(world, OLD, NEW, "restart")

        registry = sqlite3.connect(world.dir / "state" / "registry.db")
        (text,) = registry.execute("SELECT report FROM address_changes WHERE finished IS NULL").fetchone()
        report = json.loads(text)
        transaction = report.pop("transactionId")
        registry.execute("UPDATE address_changes SET stage = 'planned', report = ? WHERE finished IS NULL", (json.dumps(report),))
        registry.commit()
        registry.close()
        (report,) = go_on(world)
        assert report["stage"] == "committed" and report["transactionId"] == transaction, report
        assert transactions(world) == [("ip-change", "committed")]


def control_a_run_that_is_not_killed_leaves_nothing():
    with World() as world:
        done = run(world, OLD, NEW, "no such stage")
        assert done.returncode == 0, done.stderr
        assert go_on(world) == [] and set(world.addresses().values()) == {NEW}


def main():
    cases = [(f"forward-from-{stage}", lambda stage=stage: forward(stage)) for stage in STAGES]
    cases += [(f"backward-from-{stage.replace(' ', '-')}", lambda stage=stage: backward(stage))
              for stage in ("restart", "probe", "conclude", "roll back")]
    cases += [("between-the-commit-and-the-record", between_the_commit_and_the_record),
              ("control-a-run-that-is-not-killed-leaves-nothing", control_a_run_that_is_not_killed_leaves_nothing)]
    print(f"1..{len(cases)}")
    failed = 0
    for number, (name, case) in enumerate(cases, 1):
        try:
            case()
            print(f"ok {number} /heal/kill/{name}", flush=True)
        except Exception as error:  # noqa: BLE001
            failed += 1
            print(f"# {type(error).__name__}: {error}".replace("\n", "\n# "))
            print(f"not ok {number} /heal/kill/{name}", flush=True)
    return failed > 0


sys.exit(main())
