#!/usr/bin/env python3
"""The systemd unit: how tight its sandbox is, and that the daemon asks for nothing outside of it;
speaks TAP.

usage: unit.py PORT_MANAGER
"""
import os
import pathlib
import re
import shutil
import signal
import subprocess

from serving import REPOSITORY, Place, Server, Stream, tap

UNIT = REPOSITORY / "data/port-manager.service"
MOST_EXPOSURE = 2.0


def exposure(unit):
    shown = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", str(unit)],
                           capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL)
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", shown.stdout)
    return float(found[1]) if found else None


def is_tight(_, folder):
    if not shutil.which("systemd-analyze"):
        yield True, "is-tight # SKIP no systemd-analyze here"
        return
    level = exposure(UNIT)
    print(f"# exposure {level}")
    yield level is not None and level <= MOST_EXPOSURE, "is-tight"
    loose = pathlib.Path(folder, "loose.service")
    loose.write_text("".join(line for line in UNIT.read_text().splitlines(True)
                             if not re.match(r"(Protect|Private|Restrict|Capability|SystemCall)", line)))
    yield exposure(loose) > MOST_EXPOSURE, "control-finds-a-loose-one"


def system_calls(name):
    """The calls of a set, sets in it included."""
    shown = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager", name], capture_output=True, text=True,
                           timeout=60, check=True, stdin=subprocess.DEVNULL)
    calls = set()
    for word in re.findall(r"^    (@?\S+)$", shown.stdout, re.MULTILINE):
        calls |= system_calls(word) if word.startswith("@") else {word}
    return calls


def allowed_calls():
    """As systemd.exec(5) reads SystemCallFilter: the first line decides, later ones add or take away."""
    allowed = set()
    for value in re.findall(r"^SystemCallFilter=(.*)$", UNIT.read_text(), re.MULTILINE):
        calls = set().union(*(system_calls(word) if word.startswith("@") else {word}
                              for word in value.lstrip("~").split()))
        allowed = allowed - calls if value.startswith("~") else allowed | calls
    return allowed | system_calls("@default")


def traced(place, trace):
    """The calls of a daemon from its start to its end, with a save, a request and a reload between."""
    place.program = ["strace", "-f", "-qq", "-o", str(trace)] + place.program
    with Server(place) as server:
        pid = int((place.state / "serve.lock").read_text())  # strace is its parent
        try:
            stream = Stream(server)
            env = place.workspace / "reports/.env"
            env.write_text(env.read_text().replace("8001", "8021"))
            stream.until("service.changed")
            server.get("/api/services")
            os.kill(pid, signal.SIGHUP)
            stream.until("config.reloaded")
            stream.close()
        finally:
            os.kill(pid, signal.SIGTERM)
            server.wait()
    calls = set(calls_in(trace))
    place.run("assign", "reports", "8022", "--yes")  # what the API does in a job
    return calls | set(calls_in(trace))


def calls_in(trace):
    return re.findall(r"^\d+ +(\w+)\(", trace.read_text(), re.MULTILINE)


def stays_inside(program, folder):
    if not shutil.which("systemd-analyze") or not shutil.which("strace"):
        yield True, "asks-for-no-other-system-call # SKIP no strace or systemd-analyze here"
        return
    # The leak sanitizer cannot work under strace.
    os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
    place = Place(program, folder)
    place.run("scan", str(place.workspace))
    try:
        calls = traced(place, place.folder / "trace")
    except RuntimeError as error:
        yield True, f"asks-for-no-other-system-call # SKIP {str(error).splitlines()[0]}"
        return
    # Refused without harm: the limit of open files is the unit's then.
    outside = calls - allowed_calls() - {"prlimit64", "setrlimit"}
    print(f"# {len(calls)} system calls, outside of the filter: {sorted(outside)}")
    yield not outside, "asks-for-no-other-system-call"


tap("unit", is_tight, stays_inside)
