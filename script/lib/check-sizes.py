#!/usr/bin/env python3
"""Fails on C files over 1,000 lines and functions over 120; names those over 600 and 60.

usage: check-sizes.py [FOLDER…]    (src tests fuzz bench)
"""
import pathlib
import subprocess
import sys

FILE_LOOK, FILE_SPLIT = 600, 1000
FUNCTION_LOOK, FUNCTION_SPLIT = 60, 120


def kept_files(folder):
    """What version control keeps or would keep: not what a build or npm put there."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", folder],
                            check=True, capture_output=True, text=True).stdout
    return sorted(pathlib.Path(name) for name in listed.split("\0") if name.endswith((".c", ".h")))


def functions(lines):
    """(first line, length) of every body: from a `{` in column 0 to the `}` in column 0."""
    start = None
    for number, line in enumerate(lines, 1):
        if line.startswith("{"):
            start = number
        elif line.startswith("}") and start is not None:
            if not line.startswith("};"):
                yield start, number - start + 1
            start = None


def main():
    look, split = [], []
    for folder in sys.argv[1:] or ["src", "tests", "fuzz", "bench"]:
        for path in kept_files(folder):
            if not path.exists():
                continue
            lines = path.read_text(encoding="utf-8").splitlines()
            if len(lines) > FILE_LOOK:
                (split if len(lines) > FILE_SPLIT else look).append(f"{path}: {len(lines)} lines")
            for start, length in functions(lines):
                if length > FUNCTION_LOOK:
                    (split if length > FUNCTION_SPLIT else look).append(
                        f"{path}:{start}: a function of {length} lines")
    for line in look:
        print(f"look twice: {line}")
    for line in split:
        print(f"split it: {line}")
    return 1 if split else 0


sys.exit(main())
