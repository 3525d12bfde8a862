#!/usr/bin/env python3
"""`port-manager mcp` with the protocol's own client; speaks TAP. Skipped where its packages are not installed.

usage: client.py PORT_MANAGER
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

FOLDER = pathlib.Path(__file__).resolve().parent / "client"


def main():
    node = shutil.which("node")
    if node is None or not (FOLDER / "node_modules/@modelcontextprotocol").exists():
        print("1..0 # SKIP needs Node, and the packages of tests/mcp/client: script/setup --test installs them")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        config = pathlib.Path(folder, "config.toml")
        config.write_text("[scan]\nsockets = false\n", encoding="utf-8")
        environment = dict(os.environ, PORT_MANAGER_CONFIG=str(config), PORT_MANAGER_STATE=f"{folder}/state")
        return subprocess.run([node, FOLDER / "agent.mjs", pathlib.Path(sys.argv[1]).resolve(), folder], env=environment,
                              timeout=240, check=False).returncode


sys.exit(main())
