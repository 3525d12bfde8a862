#!/usr/bin/env python3
"""Starts, stops and restarts the service of a project's folder: what an init system would do, for machines without one. The
process is known by its pid and the time that it started, so that no other one is ever ended.

usage: control.py start|stop|restart [LOG]     in the folder of a project; LOG gets a line for each restart
"""
import os
import pathlib
import signal
import subprocess
import sys
import time

SERVICE = pathlib.Path(__file__).resolve().with_name("service.py")
PID_FILE = pathlib.Path(".service.pid")


def started(pid):
    """proc(5): field 22 of /proc/PID/stat; None: there is no such process, or it has ended."""
    try:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else fields[19]


def running():
    """Its pid, or None."""
    try:
        pid, start = PID_FILE.read_text("utf-8").split()
    except (OSError, ValueError):
        return None
    return int(pid) if started(pid) == start else None


def stop():
    pid = running()
    if pid is None:
        return
    os.kill(pid, signal.SIGTERM)
    while running() is not None:
        time.sleep(0.005)
    PID_FILE.unlink()


def start():
    with open(".service.log", "ab") as log:
        process = subprocess.Popen([sys.executable, "-S", str(SERVICE)], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                   start_new_session=True)
    PID_FILE.write_text(f"{process.pid} {started(process.pid)}", "utf-8")


def main():
    action = sys.argv[1]
    if action in ("stop", "restart"):
        stop()
    if action in ("start", "restart") and running() is None:
        start()
    if action == "restart" and len(sys.argv) > 2:
        with open(sys.argv[2], "a", encoding="utf-8") as log:
            log.write(pathlib.Path.cwd().name + "\n")


main()
