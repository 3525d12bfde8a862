#!/usr/bin/env python3
"""Fails on an #include from one folder of src/ to another that is not listed here.

usage: check-includes.py [SRC]

This list is the architecture: a stage knows what it takes and what it gives. docs/ARCHITECTURE.md
draws the same edges for people. Rules and formats are folders of their own kind: a file in
discovery/rules includes nothing of formats/ but what its contract names.
"""
import collections
import pathlib
import re
import sys

BELOW = {
    "base": "",
    "model": "base",
    "formats": "base model",
    "config": "base model formats",
    "walk": "base model",
    "discovery": "base model formats walk",
    "registry": "base model",
    "live": "base model",
    "allocation": "base model",
    "leases": "base model registry live allocation",
    "planning": "base model",
    "update": "base model formats",
    "net": "base",
    "watch": "base",
    "ip": "base config net",
    "health": "base model net live",
    "notify": "base model config registry net",
    "verbs": "base model formats config walk discovery registry live allocation leases planning update health ip",
    "heal": "base live net",
    "pipeline": "base model config discovery registry planning update health heal verbs",
    "jobs": "base model config registry verbs",
    "api": "base model config allocation registry verbs jobs pipeline notify",
    "mcp": "base model config registry verbs pipeline",
    "cli": "base model config discovery allocation registry verbs pipeline daemon ip notify mcp",
    "daemon": "base model config registry watch health verbs jobs api ip heal pipeline notify",
}
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"/]+)/')


def main():
    src = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "src")
    bad = []
    used = collections.defaultdict(set)
    for path in sorted(src.rglob("*.[ch]")):
        folder = path.relative_to(src).parts[0]
        allowed = set(BELOW.get(folder, "").split()) | {folder}
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = INCLUDE.match(line)
            if match is None or not (src / match.group(1)).is_dir():
                continue
            used[folder].add(match.group(1))
            if match.group(1) not in allowed:
                bad.append(f"{path}:{number}: {folder} may not include {match.group(1)}")
    for folder in sorted(p.name for p in src.iterdir() if p.is_dir()):
        if folder not in BELOW:
            bad.append(f"{src}/{folder}: not in the list of folders")
        if not (src / folder / "README.md").exists():
            bad.append(f"{src}/{folder}: no README.md")
    print("\n".join(bad) if bad else f"{sum(map(len, used.values()))} edges between folders, all listed")
    return 1 if bad else 0


sys.exit(main())
