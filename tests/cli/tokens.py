#!/usr/bin/env python3
"""What `token list` says of a token that is over; speaks TAP.

usage: tokens.py PORT_MANAGER
"""
import subprocess
import sys
import tempfile
import time

with tempfile.TemporaryDirectory() as folder:
    def run(*args):
        return subprocess.run([sys.argv[1], "--state", f"{folder}/state", "token", *args], text=True, capture_output=True,
                              check=True, timeout=60, env={"HOME": folder, "LC_ALL": "C.UTF-8"}).stdout

    run("create", "brief", "--expires", "1s")
    run("create", "long", "--expires", "1d")
    run("create", "ever")
    time.sleep(1.1)
    over = {line.split()[0] for line in run("list").splitlines() if "(over)" in line}
    print("1..1")
    print("ok 1 - only-what-is-over-is-marked" if over == {"brief"} else f"not ok 1 - only-what-is-over-is-marked\n# {over}")
    sys.exit(0 if over == {"brief"} else 1)
