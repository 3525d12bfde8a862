#!/usr/bin/env python3
"""Several services that take each other's ports in one transaction, and its undo; speaks TAP.

usage: several.py PORT_MANAGER
"""
import json
import sys

from workspace import Workspace, main

FILES = {
    "a/package.json": '{"name": "a", "scripts": {"start": "node server.js"}}\n',
    "a/.env": "PORT=3000\n",
    "b/package.json": '{"name": "b", "scripts": {"start": "node server.js"}}\n',
    "b/.env": "PORT=3001\n",
    "c/package.json": '{"name": "c", "scripts": {"start": "node server.js"}}\n',
    "c/.env": "PORT=3002\n",
    "web/package.json": '{"name": "web"}\n',
    "web/.env": "PORT=3100\nCORS_ORIGINS=http://localhost:3000,http://localhost:3001,http://localhost:3002,"
                "http://localhost:3000\n",
}
CORS = "CORS_ORIGINS=http://localhost:{},http://localhost:{},http://localhost:{},http://localhost:{}"


def decide(w, a, b, c):
    """Decisions about the three, while their files say what they said first."""
    for name, port in (("a", 4000), ("b", 4001), ("c", 4002), ("a", a), ("b", b), ("c", c)):
        w.apply("assign", name, str(port))
    for path, text in w.before.items():
        (w.root / path).write_bytes(text)


def a_rotation_is_one_transaction(program, tmp):
    w = Workspace(program, tmp, FILES)
    decide(w, 3001, 3002, 3000)
    transaction = w.apply("sync")
    w.expect("a/.env", "PORT=3001")
    w.expect("b/.env", "PORT=3002")
    w.expect("c/.env", "PORT=3000")
    w.expect("web/.env", CORS.format(3001, 3002, 3000, 3001))
    assert w.run("sync", "--dry-run").startswith("what was decided"), w.run("sync", "--dry-run")
    w.run("undo", str(transaction), "--yes")
    w.expect_unchanged()


def a_swap_is_taken_back_between_lines_that_came_since(program, tmp):
    w = Workspace(program, tmp, FILES)
    decide(w, 3001, 3000, 3002)
    transaction = w.apply("sync")
    w.expect("web/.env", CORS.format(3001, 3000, 3002, 3001))
    w.write({"web/.env": "# mine\n" + w.read("web/.env") + "MORE=3001\n"})
    w.run("undo", str(transaction), "--yes")
    w.expect("web/.env", "# mine", "MORE=3001", CORS.format(3000, 3001, 3002, 3000))


def ports_of_one_service_are_told_apart(program, tmp):
    """Both ports of one service go in one transaction: sync finds nothing to bring back, and undo finds both."""
    w = Workspace(program, tmp, {
        "api/package.json": '{"name": "api"}\n', "api/.env": "PORT=3000\nADMIN_PORT=3001\n",
        "x/package.json": '{"name": "x"}\n', "x/.env": "PORT=3000\n",
        "y/package.json": '{"name": "y"}\n', "y/.env": "PORT=3001\n",
        "p/package.json": '{"name": "p"}\n', "p/.env": "PORT=3005\n"})

    def ids():
        services = json.loads(w.run("services", "--json"))["services"]
        return {s["id"]: s["externalPort"] for s in services}

    before = ids()
    transaction = w.apply("resolve")
    after = ids()
    assert before.keys() == after.keys() and before != after, (before, after)
    assert json.loads(w.run("sync", "--dry-run", "--json"))["plan"]["edits"] == []
    w.run("undo", str(transaction), "--yes")
    w.expect_unchanged()
    assert ids() == before, (before, ids())


def what_nobody_can_move_out_of_stays_and_needs_attention(program, tmp):
    w = Workspace(program, tmp, {
        "left/compose.yaml": 'services: {l: {image: nginx, ports: ["7000-7005:7000-7005"]}}\n',
        "right/compose.yaml": 'services: {r: {image: nginx, ports: ["7005-7010:7005-7010"]}}\n',
        "x/package.json": '{"name": "x"}\n', "x/.env": "PORT=3000\n",
        "y/package.json": '{"name": "y"}\n', "y/.env": "PORT=3000\n"})
    found = json.loads(w.run("conflicts", "--json", status=1))["conflicts"]
    assert "7000-7005" in found[1]["stuck"] and found[0]["stuck"] is None, found
    ranged = w.start("assign", str(row(w, "l", 7002)), "9300", "--yes")
    assert ranged.returncode == 4 and "one of a range" in ranged.stderr, ranged.stderr
    only = json.loads(w.run("resolve", "--only", "tcp-7005", "--yes", "--json", status=1))
    assert only["transaction"] is None and len(only["plan"]["unresolved"]) == 1, only
    w.expect_unchanged()
    kept = json.loads(w.run("resolve", "--dry-run", "--json"))["plan"]
    assert len(kept["unresolved"]) == 1 and "7005" in kept["unresolved"][0], kept["unresolved"]
    w.apply("resolve", "--plan", str(kept["id"]), status=1)
    assert w.changed().keys() <= {"x/.env", "y/.env"} and w.changed(), w.changed()
    w.run("conflicts", status=1)
    w.write({"right/compose.yaml": 'services: {r: {image: nginx, ports: ["7006-7010:7006-7010"]}}\n',
             "y/.env": "PORT=3000\n", "x/.env": "PORT=3000\n"})
    w.apply("resolve")
    w.run("conflicts")


def row(w, name, port):
    """The id of the service of this name on this port."""
    return next(s["id"] for s in json.loads(w.run("services", "--json"))["services"]
                if (s["serviceName"], s["externalPort"]) == (name, port))


def every_port_that_ranges_have_in_common_is_in_conflict(program, tmp):
    w = Workspace(program, tmp, {
        "left/compose.yaml": 'services: {l: {image: nginx, ports: ["7000-7010:7000-7010"]}}\n',
        "right/compose.yaml": 'services: {r: {image: nginx, ports: ["7005-7015:7005-7015"]}}\n',
        "third/compose.yaml": 'services: {t: {image: nginx, ports: ["7012:80"]}}\n'})
    found = json.loads(w.run("conflicts", "--json", status=1))["conflicts"]
    assert [c["port"] for c in found] == [*range(7005, 7011), 7012], found
    marked = json.loads(w.run("services", "is:conflict", "--json"))["services"]
    assert sorted((s["serviceName"], s["externalPort"]) for s in marked) == [
        *(("l", p) for p in range(7005, 7011)), *(("r", p) for p in (*range(7005, 7011), 7012)), ("t", 7012)], marked
    shown = w.run("conflicts", status=1)
    assert shown.count("decide by hand: neither can move") == 6 and shown.count("fix: move t of third") == 1, shown


def one_port_is_offered_once(program, tmp):
    """Also where one of the two would only collide if it ran."""
    w = Workspace(program, tmp, {
        **{f"{n}/package.json": f'{{"name": "{n}"}}\n' for n in "hijy"},
        "h/.env": "PORT=7802\n", "i/.env": "PORT=7802\n", "j/.env": "PORT=7801\n",
        "y/.env.production": "PORT=7801\n"})
    offered = [(c["severity"], c["suggestion"]["port"])
               for c in json.loads(w.run("conflicts", "--json", status=1))["conflicts"]]
    assert [severity for severity, _ in offered] == ["error", "note"], offered
    assert len({port for _, port in offered}) == 2, offered


if __name__ == "__main__":
    sys.exit(main([a_rotation_is_one_transaction, a_swap_is_taken_back_between_lines_that_came_since,
                   ports_of_one_service_are_told_apart, what_nobody_can_move_out_of_stays_and_needs_attention,
                   every_port_that_ranges_have_in_common_is_in_conflict, one_port_is_offered_once]))
