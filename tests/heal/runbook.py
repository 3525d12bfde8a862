#!/usr/bin/env python3
"""Runs every command of docs/RUNBOOK.md as it stands there, in its order, against real services; speaks TAP.

usage: runbook.py PORT_MANAGER
"""
import json
import os
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from emergency import NEW, OLD, World, free_ports  # noqa: E402

RUNBOOK = pathlib.Path(__file__).resolve().parents[2] / "docs/RUNBOOK.md"
BLOCK = re.compile(r"^( *)```sh\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
ATTENTION = {"check", "conflicts", "doctor"}  # may find something, which is no failure of the step


def commands():
    for _, block in BLOCK.findall(RUNBOOK.read_text("utf-8")):
        yield from (line.strip() for line in block.splitlines() if line.strip())


def main():
    found = list(commands())
    print(f"1..{len(found) + 2}")
    failed = 0
    with World() as world:
        folder = world.dir / "bin"
        folder.mkdir()
        wrapper = folder / "port-manager"
        command = " ".join(world.command())
        wrapper.write_text(f'#!/bin/sh\nexec {command} "$@"\n')
        wrapper.chmod(0o755)
        for number, line in enumerate(found, 1):
            listed = json.loads(world.run("transactions", "--json").stdout)["transactions"]
            environment = dict(world.environment, PATH=f"{folder}:{os.environ['PATH']}", OLD=OLD, NEW=NEW, SERVICE="api",
                               PORT=str(world.landscape.ports["api"]), FREE=str(free_ports(9)[-1]),
                               LAST=str(listed[0]["id"]) if listed else "0")
            done = subprocess.run(["bash", "-e", "-c", line], env=environment, capture_output=True, text=True,
                                  stdin=subprocess.DEVNULL, timeout=120, check=False)
            allowed = (0, 1) if line.split()[1] in ATTENTION else (0,)
            fine = done.returncode in allowed
            failed += not fine
            print(f"{'ok' if fine else 'not ok'} {number} {line}")
            if not fine:
                print(f"# status {done.returncode}: {done.stderr}".replace("\n", "\n# "))
        text = (world.landscape.projects / "api/.env").read_text("utf-8")
        world.landscape.ports["api"] = int(re.search(r"^PORT=(\d+)", text, re.MULTILINE).group(1))
        fine = world.landscape.answers("api") and world.landscape.answers("db")
        print(f"{'ok' if fine else 'not ok'} {len(found) + 1} all of it answers afterwards")
        # The rig would see a step that fails.
        wrong = world.run("restart", "nobody", "--yes").returncode
        print(f"{'ok' if wrong != 0 else 'not ok'} {len(found) + 2} control: a wrong step is seen")
        failed += (not fine) + (wrong == 0)
    return failed > 0


sys.exit(main())
