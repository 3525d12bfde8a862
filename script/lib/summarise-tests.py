#!/usr/bin/env python3
"""Adds up what the tests of a Meson log said by TAP, and prints `N passed, N failed, N skipped`.
Before that a line `failed: PROGRAM: TEST` for each that failed.

usage: summarise-tests.py TESTLOG.json

A test program that ended badly without naming a failed test counts as one failure. Exit status 1 when
anything failed or nothing ran.
"""
import json
import re
import sys

TAP_LINE = re.compile(r"^(not )?ok\b\s*(?P<what>[^#]*)(#\s*skip)?", re.IGNORECASE)


def count(program):
    """(passed, failed, skipped) of one test program."""
    passed = failed = skipped = 0
    for line in (program.get("stdout") or "").splitlines():
        match = TAP_LINE.match(line)
        if not match:
            continue
        if match.group(1):
            failed += 1
            print(f"failed: {program['name']}: {match.group('what').strip()}")
        elif match.group(3):
            skipped += 1
        else:
            passed += 1
    if program["result"] in ("OK", "EXPECTEDFAIL"):
        return (passed or (0 if skipped else 1)), failed, skipped
    if program["result"] == "SKIP":
        return 0, 0, max(skipped, 1)
    if not failed:
        print(f"failed: {program['name']}: {program['result']}")
    return passed, max(failed, 1), skipped


def main():
    totals = [0, 0, 0]
    with open(sys.argv[1], encoding="utf-8") as log:
        for line in log:
            for i, n in enumerate(count(json.loads(line))):
                totals[i] += n
    print("{} passed, {} failed, {} skipped".format(*totals))
    return 1 if totals[1] or not totals[0] else 0


sys.exit(main())
