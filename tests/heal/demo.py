#!/usr/bin/env python3
"""The demonstration does what it says, and leaves no process behind; speaks TAP.

usage: demo.py PORT_MANAGER
"""
import os
import pathlib
import subprocess
import sys
import tempfile

DEMO = pathlib.Path(__file__).resolve().parents[2] / "script/lib/demo.py"


def processes_in(folder):
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if os.readlink(entry / "cwd").startswith(folder):
                    found.append(entry.name)
            except OSError:
                continue
    return found


def main():
    print("1..4")
    with tempfile.TemporaryDirectory(prefix="pm-demo-") as folder:
        # In a folder beside which it is run, as script/run does.
        done = subprocess.run([sys.executable, str(DEMO), os.path.abspath(sys.argv[1]), "demo", "address 203.0.113.20,", "refuse 203.0.113.30,",
                               "address 203.0.113.30,", "mail"], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False,
                              cwd=folder)
        first, _, second = done.stdout.partition("shop-api will not start")
        good = "ip.committed" in first and first.count("files say 203.0.113.20") == 6 and "DOES NOT" not in first
        back = "ip.rolled-back" in second and second.count("files say 203.0.113.20") == 6 and "stays down" in second and \
            "DOES NOT ANSWER" not in second
        print(f"{'ok' if good else 'not ok'} 1 /heal/demo/a-new-address-is-everywhere-and-all-answer")
        print(f"{'ok' if back else 'not ok'} 2 /heal/demo/one-that-stays-down-brings-all-back-and-the-mail-says-why")
        left = processes_in(folder)
        print(f"{'not ok' if left else 'ok'} 3 /heal/demo/leaves-no-process-behind")
        ended = subprocess.Popen([sys.executable, str(DEMO), sys.argv[1], folder + "/ended"], stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE, text=True)
        while "demo>" not in (line := ended.stdout.readline() or "demo>") and "Try:" not in line:
            continue
        ended.terminate()
        ended.communicate()
        orphans = processes_in(folder)
        print(f"{'not ok' if orphans else 'ok'} 4 /heal/demo/ended-by-a-signal-it-leaves-none-either")
        left += orphans
        if not (good and back) or left:
            print("# " + (done.stdout + done.stderr + str(left)).replace("\n", "\n# "))
    return not (good and back and not left)


if __name__ == "__main__":
    sys.exit(main())
