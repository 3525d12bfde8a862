#!/usr/bin/env python3
"""Writes the notices of everything that others wrote and that is in the program: the dashboard's packages, and the
grammars with their runtime. Called by Meson.

usage: list-licences.py SOURCE-ROOT OUTPUT DEPFILE

Which packages those are say the lock files; what none of their files says is told by the package's own description.
"""
import json
import pathlib
import re
import sys

NOTICE = re.compile(r"^(licen[cs]e|copying|notice)([.-].*)?$", re.IGNORECASE)


def packages(folder):
    """Folders of the packages that the lock file lists and that are no tools."""
    lock = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))
    for path, entry in sorted(lock["packages"].items()):
        if path and not entry.get("dev") and (folder / path).is_dir():
            yield folder / path


def notices(package):
    return sorted(p for p in package.iterdir() if p.is_file() and NOTICE.match(p.name))


def author_of(description):
    author = description.get("author", "")
    return author.get("name", "") if isinstance(author, dict) else author


def section(package):
    description = json.loads((package / "package.json").read_text(encoding="utf-8"))
    head = f"{description['name']} {description['version']}"
    texts = [p.read_text(encoding="utf-8").strip() for p in notices(package)]
    if not texts:
        texts = [f"Licence: {description.get('license', 'not told')}. {author_of(description)}".strip()]
    return "\n\n".join([head + "\n" + "=" * len(head), *texts])


def main():
    root, output, depfile = map(pathlib.Path, sys.argv[1:])
    folders = [root / "dashboard", root / "third_party/grammars"]
    sections = [section(package) for folder in folders if (folder / "node_modules").is_dir()
                for package in packages(folder)]
    output.write_text("Others wrote these parts of port-manager.\n\n" + "\n\n\n".join(sections) + "\n", encoding="utf-8")
    locks = " ".join(str(folder / "package-lock.json").replace(" ", "\\ ") for folder in folders)
    depfile.write_text(f"{output}: {locks}\n", encoding="utf-8")


main()
