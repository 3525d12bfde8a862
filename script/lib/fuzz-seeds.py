#!/usr/bin/env python3
"""Copies seeds for one fuzz target into its corpus folder: real files of that syntax.

usage: fuzz-seeds.py TARGET FOLDER

Files come from ../shared/corpus/projects and examples/workspace, at most 150 of at most 8 KiB each,
spread evenly, so that a short run starts from the shapes that occur.
"""
import fnmatch
import hashlib
import pathlib
import sys

GLOBS = {
    "json": ["*.json", "*.jsonc"],
    "dotenv": [".env*", "*.env"],
    "ini": ["*.ini", "*.cnf", "*.cfg"],
    "properties": ["*.properties"],
    "systemd": ["*.service"],
    "dockerfile": ["Dockerfile*"],
    "nginx": ["*.conf", "*.conf.example"],
    "apache": ["*.conf", "*.conf.example"],
    "caddyfile": ["Caddyfile*"],
    "procfile": ["Procfile*"],
    "makefile": ["Makefile*", "*.mk"],
    "code": ["*.py", "*.go", "*.java", "*.rb", "*.php", "*.gradle"],
    "journal": [],
    "directive": ["*.conf"],
    "yaml": ["*.yml", "*.yaml"],
    "yaml-subset": ["*.yml", "*.yaml"],
    "toml": ["*.toml"],
    "javascript": ["*.js", "*.mjs", "*.cjs"],
    "typescript": ["*.ts"],
    "tsx": ["*.tsx"],
    "shell": ["*.sh"],
    "hcl": ["*.tf", "*.tfvars"],
    "xml": ["*.xml"],
}
MOST_FILES, MOST_BYTES = 150, 8192


def main():
    target, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    globs = GLOBS.get(target, ["*"])
    found = []
    for top in ("../shared/corpus/projects", "examples/workspace", "fuzz/seeds/" + target):
        for path in sorted(pathlib.Path(top).rglob("*")):
            if any(fnmatch.fnmatch(path.name, g) for g in globs) and path.is_file() and path.stat().st_size <= MOST_BYTES:
                found.append(path)
    for path in found[:: max(1, len(found) // MOST_FILES)]:
        content = path.read_bytes()
        (folder / ("seed-" + hashlib.sha1(content).hexdigest()[:12])).write_bytes(content)


main()
