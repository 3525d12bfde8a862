#!/usr/bin/env python3
"""On copies of real projects: changes each address and moves each service, and looks at what other parsers say.

usage: run.py PORT_MANAGER PROJECTS [MOST]

Each file is parsed before and after by programs that know nothing of spans (parsers.py): only values that hold the
old address or port may differ, and only by it. Undo must give back every byte. Speaks TAP, one test for each project,
after a control that must be caught; with MOST, the first so many.
"""
import collections
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from parsers import COMPOSE_NAME, NAMES, compose_values, parsed

NEW_ADDRESS = "203.0.113.77"
NEW_PORT = 47113
# Refusals that are right: the new port is somebody's, a framework's default stands nowhere, one value is two
# services' ports, and 7000-7005 is not one port.
EXPECTED = "is declared by|no file says|contradict each other|part of a range"


def contents(root):
    return {p.relative_to(root): p.read_bytes() for p in root.rglob("*") if p.is_file() and not p.is_symlink()}


def complaints(before, after, old, new):
    """Every difference must be `old` become `new`."""
    for path in before.keys() | after.keys():
        a, b = before.get(path), after.get(path)
        if a == b:
            continue
        if a is None or b is None:
            yield f"{path} came or went"
            continue
        x, y = parsed(path, a), parsed(path, b)
        if (x is None) != (y is None):
            yield f"{path} does not parse any more"
        elif x is None:
            if old is not None and len(b) - len(a) != b.count(new.encode()) * (len(new) - len(old)) \
                    - a.count(new.encode()) * (len(new) - len(old)):
                yield f"{path}: length"
        elif len(x) != len(y):
            yield f"{path} has other keys"
        else:
            for (key, u), (other, v) in zip(x, y):
                same_key = str(key).replace(old, new) == str(other).replace(old, new)
                if not same_key or (u != v and u.replace(old, new) != v and not only(u, v, old, new)):
                    yield f"{path}: {key}: a value changed that is not {old}"


def only(u, v, old, new):
    """v is u with some of old's occurrences replaced."""
    either = f"(?:{re.escape(old)}|{re.escape(new)})"
    return re.fullmatch(either.join(map(re.escape, u.split(old))), v)


def pairs_up(gone, come, old, new):
    """Each value that went came back with some of old's occurrences replaced."""
    for (path, value), count in gone.items():
        for _ in range(count):
            match = next((c for c in come if come[c] > 0 and c[0] == path and only(value, c[1], old, new)), None)
            if match is None:
                return False
            come[match] -= 1
    return not any(come.values())


def compose_complaints(before, after, old, new):
    for file, values in before.items():
        now = after[file]
        if (values is None) != (now is None):
            yield f"{file}: docker-compose does not take it any more"
        elif values is not None and values != now:
            x, y = collections.Counter(values), collections.Counter(now)
            # A key may hold it too: a port in a label's name.
            if not pairs_up(x - y, y - x, old, new) and [str(v).replace(old, new) for v in values] != \
                    [str(v).replace(old, new) for v in now]:
                yield f"{file}: docker-compose reads another value: {list((x - y))[:3]} {list((y - x))[:3]}"


class Project:
    def __init__(self, program, source, tmp):
        self.program, self.root, self.state = program, tmp / "root", tmp / "state"
        self.root.mkdir()
        shutil.copytree(source, self.root / source.name, symlinks=True)
        for path in self.root.rglob("*"):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | 0o200)
        self.run("scan", str(self.root))
        self.before = contents(self.root)
        self.compose = self.read_compose()
        self.edits = self.changes = 0

    def read_compose(self, files=None):
        """What docker-compose reads: in all files, or in those whose directory has one that changed."""
        directories = None if files is None else {path.parent for path in files}
        return {path: compose_values(self.root / path) for path in self.before
                if COMPOSE_NAME.search(path.name) and (directories is None or path.parent in directories)}

    def run(self, *args):
        return subprocess.run([self.program, "--state", str(self.state), *args], text=True, timeout=120,
                              stdin=subprocess.DEVNULL, capture_output=True)

    def try_one(self, old, new, *args):
        result = self.run(*args, "--yes", "--json")
        if result.returncode == 4 and re.search(EXPECTED, result.stderr):
            return
        if result.returncode != 0:
            yield f"{args}: status {result.returncode}: {result.stderr.strip()[:300]}"
            return
        transaction = json.loads(result.stdout)["transaction"]
        if transaction is None:
            return
        self.edits += transaction["edits"]
        self.changes += 1
        now = contents(self.root)
        for complaint in complaints(self.before, now, old, new):
            yield f"{args}: {complaint}"
        reread = self.read_compose([path for path in now if now[path] != self.before.get(path)])
        for complaint in compose_complaints({path: self.compose[path] for path in reread}, reread, old, new):
            yield f"{args}: {complaint}"
        self.run("undo", str(transaction["id"]), "--yes")
        if contents(self.root) != self.before:
            yield f"{args}: undo left a difference"

    def check(self):
        for address in json.loads(self.run("ip", "show", "--json").stdout)["addresses"]:
            old = address["address"]
            if ":" not in old and "/" not in old:
                yield from self.try_one(old, NEW_ADDRESS, "ip", "change", old, NEW_ADDRESS)
        for service in json.loads(self.run("services", "--json").stdout)["services"]:
            port = service["externalPort"] or service["internalPort"]
            if port:
                yield from self.try_one(str(port), str(NEW_PORT), "assign", str(service["id"]), str(NEW_PORT))


def control():
    """A global replacement, which is what people do by hand, must be caught: 80 stands in 8080."""
    old = {pathlib.Path("a.json"): b'{"port": 80, "other": 8080}', pathlib.Path(".env"): b"PORT=80\nTAG=1.80\n"}
    right = {pathlib.Path("a.json"): b'{"port": 90, "other": 8080}', pathlib.Path(".env"): b"PORT=90\nTAG=1.80\n"}
    broken = {pathlib.Path("a.json"): b'{"port": 90, "other": 8080', pathlib.Path(".env"): b"PORT=90\n"}
    moved = {pathlib.Path("a.json"): b'{"port": 80, "other": 8081}', pathlib.Path(".env"): b"PORT=80\nTAG=1.80\n"}
    return not list(complaints(old, right, "80", "90")) and len(list(complaints(old, broken, "80", "90"))) == 2 and \
        list(complaints(old, moved, "80", "90"))


def main():
    program, projects = sys.argv[1], pathlib.Path(sys.argv[2])
    if not projects.is_dir():
        print("1..0 # SKIP the shared corpus is not there")
        return 0
    sources = sorted(p for p in projects.iterdir() if p.is_dir())
    if len(sys.argv) > 3:
        sources = sources[:int(sys.argv[3])]
    print(f"1..{len(sources) + 1}\n# parsers besides Python's own: {', '.join(NAMES)}")
    caught = bool(control())
    print(f"{'ok' if caught else 'not ok'} 1 - control: wrong changes are caught", flush=True)
    failed, edits, changes = not caught, 0, 0
    for number, source in enumerate(sources, 2):
        with tempfile.TemporaryDirectory() as tmp:
            project = Project(program, source, pathlib.Path(tmp))
            found = list(project.check())
        failed += bool(found)
        edits += project.edits
        changes += project.changes
        print(f"{'not ok' if found else 'ok'} {number} - {source.name}, {project.changes} changes, {project.edits} edits",
              flush=True)
        for line in found:
            print("# " + line.replace("\n", " "), flush=True)
    print(f"# accuracy: {len(sources)} projects, {changes} changes, {edits} edits, {failed} projects with complaints")
    return 1 if failed or edits == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
