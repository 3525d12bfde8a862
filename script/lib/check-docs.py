#!/usr/bin/env python3
"""Fails where a document names a path of this repository that does not exist.

usage: check-docs.py

Looked at are relative links and `code` that starts with a folder of the repository, in every *.md file
that git knows.
"""
import pathlib
import re
import subprocess
import sys

LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")
CODE = re.compile(r"`([^`\s]+)")


def named(text, tops):
    for match in LINK.finditer(text):
        yield match.group(1), True
    for match in CODE.finditer(text):
        path = match.group(1).rstrip(".,;:")
        if path.split("/")[0] in tops and "/" in path and not set("*<>…{}$") & set(path):
            yield path, False


def main():
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], check=True, capture_output=True, text=True)
    files = [f for f in listed.stdout.splitlines() if pathlib.Path(f).exists()]
    tops = {f.split("/")[0] for f in files if "/" in f}
    bad = []
    for name in (f for f in files if f.endswith(".md") and not f.startswith("examples/")):
        document = pathlib.Path(name)
        for number, line in enumerate(document.read_text(encoding="utf-8").splitlines(), 1):
            for path, is_link in named(line, tops):
                base = document.parent if is_link else pathlib.Path(".")
                if not (base / path).exists() and not (path.startswith("build")):
                    bad.append(f"{name}:{number}: {path} does not exist")
    print("\n".join(bad) if bad else "every path that a document names exists")
    return 1 if bad else 0


sys.exit(main())
