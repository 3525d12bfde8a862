#!/usr/bin/env python3
"""A registry on a PostgreSQL server answers as one in a file: every command, on one and the same tree; TAP.

usage: same.py PORT_MANAGER
"""
import difflib
import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import cluster  # noqa: E402

COMPOSE = """services:
  web:
    image: nginx
    ports: ["8080:80", "9443:443/udp"]
    depends_on: [db]
  db:
    image: postgres:16
    ports: ["5432:5432"]
"""

# What is told of one moment, of one process or of one place.
VARYING = [
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"), "TIME"),
    (re.compile(r'"(elapsedMs|latencyUs)":\s*[\d.]+'), r'"\1":0'),
    (re.compile(r"in \d+\.\d\d s"), "in 0.00 s"),
    # A server gives out ids of history several at a time.
    (re.compile(r'"id":\d+,"serviceId"'), '"id":0,"serviceId"'),
    # A file's registry is copied after each change of files; a server has its own tools for that.
    (re.compile(r'^\{"id":\d+,"time":"TIME","host":"\w+","event":"backup\.made".*\n', re.M), ""),
    (re.compile(r'^\{"id":\d+,"time"', re.M), '{"id":0,"time"'),
]

COMMANDS = [
    ["scan", "TREE"], ["scan"], ["services"], ["services", "show", "1"], ["services", "port:8000-9000"], ["services", "is:conflict"],
    ["services", "project:shop"], ["services", "host:alpha"], ["services", "host:nobody"], ["conflicts"], ["findings"], ["explain", "TREE/shop/.env:1"],
    ["explain", "TREE/web/.env:2"], ["history"], ["history", "--port", "3000"], ["history", "--service", "shop"],
    ["history", "--service", "shop/shop"], ["history", "--project", "shop"], ["history", "--since", "1h"], ["port", "who", "3000"], ["port", "who", "5432"], ["pools"],
    ["port", "free", "--type", "api"], ["lease", "--type", "api", "--name", "x", "--ttl", "600"], ["leases"], ["release", "1"],
    ["release", "1"], ["lease", "--type", "api", "--name", "x", "--ttl", "600"], ["port", "who", "20000", "--history"],
    ["assign", "shop/shop", "3105", "--yes"], ["transactions"], ["services"], ["history"], ["conflicts"], ["undo", "1", "--yes"],
    ["transactions"], ["history", "--port", "3105"], ["resolve", "--yes"], ["transactions"], ["ip", "show"],
    ["ip", "change", "203.0.113.7", "203.0.113.8", "--yes"], ["findings"], ["check"], ["health"], ["roots"], ["sync", "--yes"],
    ["token", "create", "ci", "--role", "viewer"], ["token", "create", "ci"], ["token", "list"], ["token", "revoke", "ci"],
    ["token", "revoke", "ci"], ["pause"], ["resume"], ["notify"], ["recover"], ["CHANGE"], ["scan"], ["services"], ["history"], ["conflicts"],
    ["explain", "TREE/shop/.env:1"], ["roots", "forget", "TREE"], ["services"], ["scan", "TREE"], ["services"], ["events", "--after", "0"], ["history"],
]


def plant(tree):
    files = {
        b"shop/.env": b"PORT=3000\nHOST_IP=203.0.113.7\nAPI=http://203.0.113.7:3000/x\n",
        b"shop/package.json": b'{"name":"shop","scripts":{"start":"node server.js --port 3000"}}',
        b"web/.env": b"PORT=3000\nAPI_URL=http://localhost:3000/\n",
        b"web/package.json": b'{"name":"web","scripts":{"dev":"vite"}}',
        b"stack/docker-compose.yml": COMPOSE.encode(),
        b"other/docker-compose.yml": COMPOSE.encode(),
        b"gr\xfc\xdfe/.env": b"PORT=4100\n",  # names in Latin-1, and text in it
        b"utf\xc3\xa4/.env": b"PORT=4200\n",
        b"\xee\xbe\x80odd\xee\xbf\xbf/.env": b"PORT=4250\n",  # characters that stand for bytes
        b"quote'd \"and\" \\slash?/.env": b"PORT=4300\n# what? '$1' {x,y}\n",
        b"broken/docker-compose.yml": b"services: [\n",
    }
    for name, text in files.items():
        path = os.path.join(os.fsencode(tree), name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(text)


def change(tree):
    (tree / "web/.env").write_text("PORT=3001\n")
    shutil.rmtree(tree / "other")
    (tree / "late").mkdir()
    (tree / "late/.env").write_text("PORT=5432\n")


class Side:
    def __init__(self, program, folder, name, url):
        self.program, self.state = program, folder / name
        self.config = folder / f"{name}.toml"
        self.config.write_text(f'[registry]\nurl = "{url}"\nhost = "alpha"\n[scan]\nsockets = false\n[health]\nenabled = false\n')

    def run(self, words, json_too=True):
        command = [self.program, "--state", self.state, "--config", self.config, *words, *(["--json"] if json_too else [])]
        result = subprocess.run(command, capture_output=True, timeout=120, check=False, stdin=subprocess.DEVNULL)
        return f"{result.returncode}\n{result.stdout.decode(errors='surrogateescape')}\n{result.stderr.decode(errors='surrogateescape')}"


def told(text):
    for pattern, instead in VARYING:
        text = pattern.sub(instead, text)
    return re.sub(r'"token":"[^"]*"', '"token":"…"', text)


def play(side, tree):
    """What each command said, of a tree that is as it was at the start."""
    shutil.rmtree(os.fsencode(tree), ignore_errors=True)
    plant(tree)
    said = []
    for words in COMMANDS:
        if words == ["CHANGE"]:
            change(tree)
            continue
        said.append(told(side.run([word.replace("TREE", str(tree)) for word in words])))
    return said


def show(one, other):
    for line in list(difflib.unified_diff(one.replace(",", ",\n").splitlines(), other.replace(",", ",\n").splitlines(), lineterm="", n=1))[:20]:
        print("#", line.encode(errors="backslashreplace").decode())


def columns_of_file(state):
    """(table, column, may be NULL, place in the key) of each."""
    with sqlite3.connect(state / "registry.db") as db:
        tables = [t for (t,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")]
        return sorted((t, c[1], bool(c[3] or c[5]), c[5]) for t in tables for c in db.execute(f"PRAGMA table_info ({t})"))


def columns_of_server(server):
    rows = server.sql("registry", """SELECT c.relname, a.attname, a.attnotnull, coalesce (array_position (i.indkey, a.attnum) + 1, 0)
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND c.relname <> 'host_commits'""")
    return sorted((t, c, n == "t", int(k)) for t, c, n, k in (row.split("|") for row in rows.splitlines()))


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder, number = pathlib.Path(name), 0
        folder.chmod(0o755)
        with cluster.Cluster(folder / "cluster") as server:
            sides = [Side(program, folder, "file", ""), Side(program, folder, "server", server.database("registry"))]
            tree = folder / "tree"
            ones, others = (play(side, tree) for side in sides)
            words = [w for w in COMMANDS if w != ["CHANGE"]]
            for number, (word, one, other) in enumerate(zip(words, ones, others), 1):
                if one != other:
                    show(one, other)
                said = "-".join(w.replace("TREE", "tree").replace("/", ".") for w in word)
                print(f"{'ok' if one == other else 'not ok'} {number} - /postgres/same/{number:02}-{said}")
            fine = all(json.loads(o.split("\n", 1)[1].split("\n", 1)[0]) is not None for o in others if o.startswith("0\n{"))
            number += 1
            print(f"{'ok' if fine else 'not ok'} {number} - /postgres/same/and-it-is-json")
            number += 1
            one, other = columns_of_file(sides[0].state), columns_of_server(server)
            print(f"{'ok' if one == other and len(one) > 100 else 'not ok'} {number} - /postgres/same/tables-have-the-same-columns-and-keys")
            for differs in sorted(set(one) ^ set(other)):
                print("#", differs)
            # One row that was changed on the server is seen.
            server.sql("registry", "UPDATE services SET internal_port = internal_port + 1 WHERE id = (SELECT min (id) FROM services"
                                   " WHERE removed IS NULL)")
            number += 1
            seen = told(sides[0].run(["services"])) != told(sides[1].run(["services"]))
            print(f"{'ok' if seen else 'not ok'} {number} - /postgres/same/control-a-row-that-differs-is-seen")
        print(f"1..{number}")


main()
