#!/usr/bin/env python3
"""What the tests of src/registry/ say of a registry in a file holds on a PostgreSQL server; TAP.

usage: unit.py TEST…
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import cluster  # noqa: E402

# What looks into the file itself.
ONLY_FILES = ["/registry/leases/outlive-a-migration", "/registry/scan/writes-nothing-when-nothing-is-new"]


def main():
    with tempfile.TemporaryDirectory() as name:
        folder, number = pathlib.Path(name), 0
        folder.chmod(0o755)
        with cluster.Cluster(folder / "cluster") as server:
            environment = {**os.environ, "PM_TEST_POSTGRES": server.database("registry"), "TMPDIR": name}
            for program in sys.argv[1:]:
                said = subprocess.run([program, *(word for path in ONLY_FILES for word in ("-s", path))], capture_output=True, text=True, env=environment, check=False)
                tests = re.findall(r"^(ok|not ok) \d+ (\S+)(?!.*# SKIP)", said.stdout, re.M)
                if said.returncode != 0 or not tests:
                    print("#", (said.stdout + said.stderr)[-2000:].replace("\n", "\n# "))
                for result, path in tests:
                    number += 1
                    print(f"{result} {number} - /postgres/unit{path}", flush=True)
                number += 1
                print(f"{'ok' if said.returncode == 0 and tests else 'not ok'} {number} - /postgres/unit/{pathlib.Path(program).name}-ends-well")
        print(f"1..{number}")


main()
