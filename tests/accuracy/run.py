#!/usr/bin/env python3
"""On copies of real projects: changes each address and moves each service, and looks at what other parsers say.

usage: run.py PORT_MANAGER PROJECTS [MOST]

Each file is parsed before and after by Python's yaml, json and a dotenv reader, which know nothing of spans: only
values that hold the old address or port may differ, and only by it. Undo must give back every byte. Speaks TAP, one
test for each project; with MOST, the first so many.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

try:
    import yaml
except ImportError:
    yaml = None

NEW_ADDRESS = "203.0.113.77"
NEW_PORT = 47113
EXPECTED = "is declared by|no file says|contradict each other"  # refusals that are right


def contents(root):
    return {p.relative_to(root): p.read_bytes() for p in root.rglob("*") if p.is_file() and not p.is_symlink()}


def flat(value, path=()):
    if isinstance(value, dict):
        for key, item in value.items():
            yield from flat(item, path + (str(key),))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from flat(item, path + (index,))
    else:
        yield path, str(value)


def parsed(path, data):
    """A flat list of values, or None where none of the parsers takes the file."""
    try:
        text = data.decode()
        if path.suffix == ".json":
            return list(flat(json.loads(text)))
        if path.suffix in (".yml", ".yaml") and yaml:
            return list(flat(list(yaml.load_all(text, Loader=yaml.BaseLoader))))
        if path.name.startswith(".env"):
            return [(m[1], m[2]) for m in re.finditer(r"^(?:export )?([A-Za-z_]\w*)=(.*)$", text, re.M)]
    except (ValueError, RecursionError) + ((yaml.YAMLError,) if yaml else ()):
        pass
    return None


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
        self.edits = 0

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
        for complaint in complaints(self.before, contents(self.root), old, new):
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


def main():
    program, projects = sys.argv[1], pathlib.Path(sys.argv[2])
    if not projects.is_dir():
        print("1..0 # SKIP the shared corpus is not there")
        return 0
    sources = sorted(p for p in projects.iterdir() if p.is_dir())
    if len(sys.argv) > 3:
        sources = sources[:int(sys.argv[3])]
    print(f"1..{len(sources)}")
    failed, edits = 0, 0
    for number, source in enumerate(sources, 1):
        with tempfile.TemporaryDirectory() as tmp:
            project = Project(program, source, pathlib.Path(tmp))
            found = list(project.check())
        failed += bool(found)
        edits += project.edits
        print(f"{'not ok' if found else 'ok'} {number} - {source.name}, {project.edits} edits", flush=True)
        for line in found:
            print("# " + line.replace("\n", " "), flush=True)
    print(f"# {edits} edits")
    return 1 if failed or edits == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
