#!/usr/bin/env python3
"""Changes taken back: files, and what is desired; speaks TAP.

usage: undo.py PORT_MANAGER
"""
import json
import sys

from workspace import Workspace, main

FILES = {
    "api/package.json": '{"name": "api", "scripts": {"start": "node server.js"}}\n',
    "api/.env": "PORT=8080\nPUBLIC_URL=http://198.51.100.7:8080\n",
    "web/package.json": '{"name": "web"}\n',
    "web/.env": "PORT=3100\nAPI_URL=http://localhost:8080/v1\n",
}


def states(w):
    return [(t["kind"], t["state"]) for t in json.loads(w.run("transactions", "--json"))["transactions"]]


def proposed(w):
    """New values that sync would write."""
    plan = json.loads(w.run("sync", "--dry-run", "--json"))["plan"]
    return sorted({e["new"] for e in plan["edits"]})


def what_was_undone_is_not_proposed_again(program, tmp):
    w = Workspace(program, tmp, FILES)
    w.run("undo", str(w.apply("assign", "api", "8081")), "--yes")
    w.expect_unchanged()
    assert proposed(w) == [], proposed(w)
    w.run("undo", str(w.apply("ip", "change", "198.51.100.7", "203.0.113.10")), "--yes")
    w.expect_unchanged()
    assert proposed(w) == [], proposed(w)


def the_decision_before_holds_again(program, tmp):
    w = Workspace(program, tmp, FILES)
    w.apply("assign", "api", "8081")
    w.run("undo", str(w.apply("assign", "api", "8082")), "--yes")
    w.expect("api/.env", "PORT=8081")
    w.write({"api/.env": FILES["api/.env"], "web/.env": FILES["web/.env"]})
    assert proposed(w) == ["8081"], proposed(w)


def an_undo_is_undone(program, tmp):
    w = Workspace(program, tmp, FILES)
    undo = w.apply("undo", str(w.apply("assign", "api", "8081")))
    w.expect_unchanged()
    again = w.apply("undo", str(undo))
    w.expect("api/.env", "PORT=8081")
    w.expect("web/.env", "API_URL=http://localhost:8081/v1")
    assert states(w) == [("undo", "committed"), ("undo", "undone"), ("assign", "committed")], states(w)
    w.write({"api/.env": FILES["api/.env"], "web/.env": FILES["web/.env"]})
    assert proposed(w) == ["8081"], proposed(w)
    w.apply("sync")
    w.run("undo", str(again), "--yes", status=0)
    w.expect("api/.env", "PORT=8080")


def nothing_is_undone_twice(program, tmp):
    w = Workspace(program, tmp, FILES)
    first = w.apply("assign", "api", "8081")
    w.run("undo", str(first), "--yes")
    w.apply("assign", "api", "8081")
    result = w.start("undo", str(first), "--yes")
    assert result.returncode == 4 and "already" in result.stderr, (result.returncode, result.stderr)
    assert result.stdout == "", result.stdout
    tried = w.start("undo", str(first), "--dry-run")
    assert tried.returncode == 4 and "already" in tried.stderr and tried.stdout == "", (tried.returncode, tried.stdout)
    w.expect("api/.env", "PORT=8081")


def edits_beside_ours_stay(program, tmp):
    w = Workspace(program, tmp, FILES)
    change = w.apply("assign", "api", "8081")
    w.write({"api/.env": "# mine\nDEBUG=1\n" + w.read("api/.env"),
             "web/.env": w.read("web/.env").replace("/v1", "/v2") + "OTHER=8081\n"})
    w.run("undo", str(change), "--yes")
    w.expect("api/.env", "# mine", "DEBUG=1", "PORT=8080", "PUBLIC_URL=http://198.51.100.7:8080")
    w.expect("web/.env", "API_URL=http://localhost:8080/v2", "OTHER=8081")


def bytes_that_are_not_ours_any_more_refuse_the_whole(program, tmp):
    w = Workspace(program, tmp, FILES)
    change = w.apply("assign", "api", "8081")
    w.write({"web/.env": "PORT=3100\nAPI_URL=http://localhost:9999/v1\n"})
    now = {path: w.read(path) for path in FILES}
    result = w.start("undo", str(change), "--yes")
    assert result.returncode == 4 and "web/.env" in result.stderr, (result.returncode, result.stderr)
    assert now == {path: w.read(path) for path in FILES}


def tried(w, *args):
    """(status, standard error) of the dry run and of the thing itself."""
    return [(r.returncode, r.stderr) for r in (w.start(*args, how) for how in ("--dry-run", "--yes"))]


def a_dry_run_refuses_what_the_undo_refuses(program, tmp):
    w = Workspace(program, tmp, FILES)
    change = str(w.apply("assign", "api", "8081"))
    w.run("undo", change, "--dry-run")
    kept = w.read("web/.env")
    w.write({"web/.env": "PORT=3100\nAPI_URL=http://localhost:9999/v1\n"})
    for status, said in tried(w, "undo", change):
        assert status == 4 and said.count("web/.env") == 1 and "was changed since" in said, (status, said)
    w.write({"web/.env": kept})
    (w.root / "web/.env").chmod(0o444)
    for status, said in tried(w, "undo", change):
        assert status == 4 and "read-only" in said, (status, said)
    (w.root / "web/.env").chmod(0o644)
    w.run("undo", change, "--yes")
    for status, said in tried(w, "undo", change):
        assert status == 4 and "already" in said, (status, said)


def a_dry_run_refuses_what_the_change_refuses(program, tmp):
    w = Workspace(program, tmp, FILES)
    (w.root / "web/.env").chmod(0o444)
    for status, said in tried(w, "assign", "api", "8081"):
        assert status == 4 and said.count("web/.env") == 1 and "read-only" in said, (status, said)
    dry = w.start("assign", "api", "8081", "--dry-run").stdout
    assert "+PORT=8081" in dry and "--plan" not in dry, dry
    w.expect_unchanged()


if __name__ == "__main__":
    sys.exit(main([what_was_undone_is_not_proposed_again, the_decision_before_holds_again, an_undo_is_undone,
                   nothing_is_undone_twice, edits_beside_ours_stay,
                   bytes_that_are_not_ours_any_more_refuse_the_whole, a_dry_run_refuses_what_the_undo_refuses,
                   a_dry_run_refuses_what_the_change_refuses]))
