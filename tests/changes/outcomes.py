#!/usr/bin/env python3
"""How a change may end, as the command line says it: exit statuses 1, 3, 4 and 6 (5: tests/heal/emergency.py);
speaks TAP.

usage: outcomes.py PORT_MANAGER

Where somebody else has to save a file at one certain moment, strace stops the program behind the Nth call of a
system call, the test does it, and lets the program go on.
"""
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time

from workspace import Workspace, main

OLD, NEW = "198.51.100.7", "203.0.113.10"
FILES = {f"{name}/.env": f"PUBLIC_URL=http://{OLD}:{port}/\nMODE=dev\n"
         for name, port in (("a", 8001), ("b", 8002), ("c", 8003))}
CHANGE = ("ip", "change", OLD, NEW, "--yes", "--json")
# A process that is traced already cannot look for leaks.
ENVIRONMENT = dict(os.environ, ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0")


def has_strace():
    """It may be missing, or not be allowed to trace."""
    return shutil.which("strace") and subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True,
                                                     check=False).returncode == 0


def interrupted(w, tmp, inject, meanwhile, signals=()):
    """The finished process; `meanwhile` ran, and the signals were sent to it, while it stood still."""
    log = pathlib.Path(tmp, "strace")
    call = inject.split(":")[0]
    process = subprocess.Popen(["strace", "-f", "-o", log, "-e", f"trace={call}", "-e", f"inject={inject}", w.program,
                                "--state", w.state, *CHANGE], env=ENVIRONMENT, text=True, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    stopped = None
    while stopped is None and process.poll() is None:
        time.sleep(0.01)
        stopped = re.search(r"^(\d+) +--- stopped by SIGSTOP ---", log.read_text() if log.exists() else "", re.M)
    if stopped is None:
        raise AssertionError(f"it never came to {inject}: {process.communicate()}")
    try:
        meanwhile()
    finally:
        for one in (*signals, signal.SIGCONT):
            os.kill(int(stopped[1]), one)
        process.args, out = CHANGE, process.communicate(timeout=100)
    return subprocess.CompletedProcess(CHANGE, process.returncode, *out)


def expect_status(result, status):
    assert result.returncode == status, f"status {result.returncode}: {result.stdout}{result.stderr}"


def state_of(w):
    return json.loads(w.run("transactions", "--json"))["transactions"][0]["state"]


def a_file_that_would_read_otherwise_is_left(program, tmp):
    """In YAML a value that ends with a colon is a key, one that begins with a bracket a list."""
    w = Workspace(program, tmp, dict(FILES, **{"d/config.yaml": f"server: {OLD}\nports:\n  - {OLD}:80\nquoted: '{OLD}:80'\n"}))
    plan = json.loads(w.run("ip", "change", OLD, "2001:db8::", "--dry-run", "--json"))["plan"]
    assert [(x["file"], x["line"]) for x in plan["leftOut"]] == [("d/config.yaml", 1), ("d/config.yaml", 3)], plan["leftOut"]
    assert all("by hand" in x["reason"] for x in plan["leftOut"]), plan["leftOut"]
    change = w.apply("ip", "change", OLD, "2001:db8::")
    assert w.read("d/config.yaml") == f"server: {OLD}\nports:\n  - {OLD}:80\nquoted: '[2001:db8::]:80'\n"
    w.expect("a/.env", "PUBLIC_URL=http://[2001:db8::]:8001/")
    w.run("undo", str(change), "--yes")
    w.expect_unchanged()


def a_save_before_our_turn_is_4(program, tmp):
    w = Workspace(program, tmp, FILES)
    mine = FILES["b/.env"] + "MINE=1\n"
    result = interrupted(w, tmp, "renameat2:signal=SIGSTOP:when=1", lambda: w.write({"b/.env": mine}))
    expect_status(result, 4)
    assert str(w.root / "b/.env") in result.stderr, result.stderr
    assert w.read("b/.env") == mine
    assert w.read("a/.env") == FILES["a/.env"] and w.read("c/.env") == FILES["c/.env"]


def an_interrupt_waits_for_the_end(program, tmp):
    """What is half done when Ctrl-C comes would stay half done until the next command."""
    w = Workspace(program, tmp, FILES)
    result = interrupted(w, tmp, "renameat2:signal=SIGSTOP:when=2", lambda: None, (signal.SIGINT, signal.SIGTERM))
    expect_status(result, 0)
    assert set(w.changed()) == set(FILES) and json.loads(result.stdout)["transaction"]["state"] == "committed"


def a_save_that_holds_what_we_wrote_is_merged_back(program, tmp):
    """Their line stays, our bytes in the file go."""
    w = Workspace(program, tmp, FILES)
    result = interrupted(w, tmp, "renameat2:signal=SIGSTOP:when=1",
                         lambda: w.write({"a/.env": w.read("a/.env") + "MINE=1\n"}))
    expect_status(result, 4)
    assert w.read("a/.env") == FILES["a/.env"] + "MINE=1\n", w.read("a/.env")
    assert w.read("b/.env") == FILES["b/.env"]


def what_cannot_be_taken_back_is_6_and_named(program, tmp):
    w = Workspace(program, tmp, FILES)
    mine = "PUBLIC_URL=http://192.0.2.99/\n"
    result = interrupted(w, tmp, "renameat2:signal=SIGSTOP:when=1", lambda: w.write({"a/.env": mine}))
    expect_status(result, 6)
    said = json.loads(result.stdout)
    assert [pathlib.Path(note["path"]) for note in said["notes"]] == [w.root / "a/.env"], said
    assert str(w.root / "a/.env") in result.stderr, result.stderr
    assert state_of(w) == said["transaction"]["state"] == "rolled back except for files changed by others"
    assert w.read("a/.env") == mine
    assert w.read("b/.env") == FILES["b/.env"] and w.read("c/.env") == FILES["c/.env"]


def a_save_at_the_moment_of_the_commit_is_1_and_named(program, tmp):
    """Somebody who had looked the old file up opens it once more: it gets its name back."""
    w = Workspace(program, tmp, FILES)

    def open_the_old_file():
        for path in (w.root / "b").glob(".port-manager-*"):
            try:
                os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
            except BlockingIOError:  # the lease is being broken, which is what counts
                pass

    result = interrupted(w, tmp, "clock_nanosleep:signal=SIGSTOP:when=1", open_the_old_file)
    expect_status(result, 1)
    said = json.loads(result.stdout)
    assert [pathlib.Path(note["path"]) for note in said["notes"]] == [w.root / "b/.env"], said
    assert said["transaction"]["state"] == "committed"
    assert w.read("b/.env") == FILES["b/.env"]
    assert NEW in w.read("a/.env") and NEW in w.read("c/.env")


def a_registry_that_cannot_be_written_is_1_and_learns_it_later(program, tmp):
    w = Workspace(program, tmp, FILES)
    database = sqlite3.connect(w.state / "registry.db", isolation_level=None)
    result = interrupted(w, tmp, "renameat2:signal=SIGSTOP:when=3", lambda: database.execute("BEGIN IMMEDIATE"))
    expect_status(result, 1)
    assert "learns it at the next start" in result.stderr, result.stderr
    assert all(NEW in w.read(path) for path in FILES)
    database.execute("ROLLBACK")
    database.close()
    told = w.start("transactions", "--json")
    assert "transaction 1 was interrupted: all files are as it made them" in told.stderr, told.stderr
    assert json.loads(told.stdout)["transactions"][0]["state"] == "committed"
    w.run("undo", "1", "--yes")
    w.expect_unchanged()


def a_read_only_file_is_4_before_anything_is_written(program, tmp):
    w = Workspace(program, tmp, FILES)
    (w.root / "c/.env").chmod(0o444)
    result = w.start(*CHANGE)
    expect_status(result, 4)
    assert "c/.env" in result.stderr, result.stderr
    w.expect_unchanged()


def change_with_few_descriptors(w, tmp, soft, hard):
    """How many files were leased while they were changed."""
    log = pathlib.Path(tmp, "strace")
    result = subprocess.run(["strace", "-f", "--seccomp-bpf", "-o", log, "-e", "trace=fcntl", w.program, "--state", w.state, *CHANGE],
                            env=ENVIRONMENT, capture_output=True, text=True, timeout=100, stdin=subprocess.DEVNULL,
                            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard)), check=False)
    expect_status(result, 0)
    return len(re.findall(r"F_SETLEASE, F_RDLCK\) += 0", log.read_text()))


def every_file_is_held_whatever_the_soft_limit_says(program, tmp):
    """Of descriptors: a lease on a file takes one. The limit's other half: without a lease it works all the same."""
    many = {f"p{i}/.env": f"PUBLIC_URL=http://{OLD}:{3000 + i}/\n" for i in range(320)}
    w = Workspace(program, tmp, many)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    assert change_with_few_descriptors(w, tmp, 300, hard) >= len(many)
    w.run("undo", "1", "--yes")
    assert change_with_few_descriptors(w, tmp, 300, 300) < len(many)
    assert all(NEW in w.read(path) for path in many)


if __name__ == "__main__":
    CASES = [a_file_that_would_read_otherwise_is_left, a_read_only_file_is_4_before_anything_is_written]
    if has_strace():
        CASES += [a_save_before_our_turn_is_4, an_interrupt_waits_for_the_end, a_save_that_holds_what_we_wrote_is_merged_back,
                  what_cannot_be_taken_back_is_6_and_named, a_save_at_the_moment_of_the_commit_is_1_and_named,
                  a_registry_that_cannot_be_written_is_1_and_learns_it_later,
                  every_file_is_held_whatever_the_soft_limit_says]
    sys.exit(main(CASES))
