#!/usr/bin/env python3
"""Plans that are kept, and applied when somebody has looked at them; speaks TAP.

usage: plans.py PORT_MANAGER
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


def kept(w, *args):
    return str(json.loads(w.run(*args, "--dry-run", "--json"))["plan"]["id"])


def expect_refused(w, plan, *words, status=4):
    before = {path: w.read(path) for path in FILES}
    result = w.start("assign", "--plan", plan, "--yes")
    assert result.returncode == status, (result.returncode, result.stdout, result.stderr)
    for word in words:
        assert word in result.stderr, result.stderr
    assert before == {path: w.read(path) for path in FILES}


def a_kept_plan_is_applied_as_shown(program, tmp):
    w = Workspace(program, tmp, FILES)
    plan = kept(w, "assign", "api", "8081")
    shown = json.loads(w.run("assign", "--plan", plan, "--dry-run", "--json"))["plan"]
    assert str(shown["id"]) == plan and {e["new"] for e in shown["edits"]} == {"8081"}, shown
    w.expect_unchanged()
    w.apply("assign", "--plan", plan)
    w.expect("api/.env", "PORT=8081")
    w.expect("web/.env", "API_URL=http://localhost:8081/v1")
    expect_refused(w, plan, "does not fit any more")


def every_kind_is_kept(program, tmp):
    w = Workspace(program, tmp, dict(FILES, **{"other/.env": "PORT=8080\n", "other/package.json": '{"name": "other"}'}))
    w.apply("resolve", "--plan", kept(w, "resolve"))
    assert w.run("conflicts") == "No conflicts.\n"
    w.apply("ip", "change", "--plan", kept(w, "ip", "change", "198.51.100.7", "203.0.113.10"))
    assert "203.0.113.10" in w.read("api/.env")
    w.write({"api/.env": FILES["api/.env"]})
    w.apply("sync", "--plan", kept(w, "sync"))
    assert "203.0.113.10" in w.read("api/.env")


def what_has_nothing_to_do_with_it_may_change(program, tmp):
    w = Workspace(program, tmp, FILES)
    plan = kept(w, "assign", "api", "8081")
    w.write({"aaa/.env": "PORT=9000\n", "web/README.md": "hello\n"})
    w.run("assign", "--plan", plan, "--yes")
    w.expect("api/.env", "PORT=8081")


def a_file_whose_lines_moved_is_edited_where_the_value_is_now(program, tmp):
    w = Workspace(program, tmp, FILES)
    plan = kept(w, "assign", "api", "8081")
    w.write({"web/.env": "# mine\nNAME=x\n" + FILES["web/.env"] + "LAST=y\n"})
    change = w.apply("assign", "--plan", plan)
    assert w.read("web/.env") == "# mine\nNAME=x\nPORT=3100\nAPI_URL=http://localhost:8081/v1\nLAST=y\n"
    w.expect("api/.env", "PORT=8081")
    w.run("undo", str(change), "--yes")
    assert w.read("web/.env") == "# mine\nNAME=x\n" + FILES["web/.env"] + "LAST=y\n"


def a_file_that_says_something_else_refuses_it(program, tmp):
    """Another value, another key, the same key twice, the value twice, one more of it."""
    w = Workspace(program, tmp, FILES)
    said = FILES["web/.env"]
    for text in (said.replace("localhost:8080", "localhost:8082"), said.replace("API_URL", "OTHER_URL"),
                 said + "API_URL=http://localhost:8080/v2\n", said + "MORE=http://localhost:8080/v1\n",
                 said.replace("/v1", ",http://localhost:8080/v1")):
        w.write({"web/.env": said})
        plan = kept(w, "assign", "api", "8081")
        w.write({"web/.env": text})
        expect_refused(w, plan, "does not fit any more")
        w.expect("api/.env", "PORT=8080")


def somebody_new_who_points_there_refuses_it(program, tmp):
    w = Workspace(program, tmp, FILES)
    plan = kept(w, "assign", "api", "8081")
    w.write({"more/.env": "API_URL=http://localhost:8080\n"})
    expect_refused(w, plan, "more/.env:1")


def a_port_that_was_taken_refuses_it(program, tmp):
    w = Workspace(program, tmp, FILES)
    plan = kept(w, "assign", "api", "8081")
    w.write({"more/.env": "PORT=8081\n", "more/package.json": '{"name": "more"}'})
    expect_refused(w, plan, "8081", "more")


def what_is_no_plan_is_refused(program, tmp):
    w = Workspace(program, tmp, FILES)
    expect_refused(w, "12345", "there is no plan 12345", status=2)
    plan = kept(w, "assign", "api", "8081")
    (w.state / "plans" / plan).write_bytes(b"\xff\x00garbage" * 9)
    expect_refused(w, plan)


def expect_another(w, words, plan, *said):
    before = {path: w.read(path) for path in FILES}
    result = w.start(*words, "--plan", plan, "--yes")
    assert result.returncode == 4, (words, result.returncode, result.stdout, result.stderr)
    for word in said:
        assert word in result.stderr, result.stderr
    assert before == {path: w.read(path) for path in FILES}, words


def a_plan_of_something_else_is_refused(program, tmp):
    w = Workspace(program, tmp, FILES)
    move, address = kept(w, "assign", "api", "8081"), kept(w, "ip", "change", "198.51.100.7", "203.0.113.10")
    expect_another(w, ["assign", "api", "8082"], move, "8080 to 8081")
    expect_another(w, ["assign", "web", "8081"], move, "8080 to 8081")
    expect_another(w, ["ip", "change", "198.51.100.7", "203.0.113.11"], address, "becomes 203.0.113.10")
    for words in (["assign"], ["assign", "api", "8081"], ["resolve"], ["sync"]):
        expect_another(w, words, address, "ip-change")
    expect_another(w, ["ip", "change"], move, "assign")
    w.run("assign", "api", "--plan", move, "--yes", status=2)
    w.expect_unchanged()


def what_is_left_out_stays_as_it_is(program, tmp):
    w = Workspace(program, tmp, FILES)
    shown = json.loads(w.run("assign", "api", "8081", "--exclude", str(w.root / "web/.env"), "--dry-run", "--json"))["plan"]
    assert {e["file"] for e in shown["edits"]} == {"api/.env"}, shown["edits"]
    assert [(e["file"], e["reason"]) for e in shown["leftOut"]] == [("web/.env", "somebody left this file out")], shown
    assert not any("web" in line for line in shown["youMustAlso"]), shown["youMustAlso"]
    w.apply("assign", "--plan", str(shown["id"]))
    w.expect("api/.env", "PORT=8081")
    w.expect("web/.env", "API_URL=http://localhost:8080/v1")
    w.run("ip", "change", "198.51.100.7", "203.0.113.10", "--exclude", "api/.env", "--yes")
    w.expect("api/.env", "PUBLIC_URL=http://198.51.100.7:8081")


def leaving_out_what_is_not_in_the_plan_is_a_mistake(program, tmp):
    w = Workspace(program, tmp, FILES)
    for words in (["assign", "api", "8081"], ["ip", "change", "198.51.100.7", "203.0.113.10"]):
        wrong = w.start(*words, "--exclude", "web/package.json", "--exclude", "api/.env", "--exclude", "nope", "--yes")
        assert wrong.returncode == 2, wrong
        assert "exclude" in wrong.stderr and "web/package.json, nope;" in wrong.stderr, wrong.stderr
    itself = w.start("assign", "api", "8081", "--exclude", "api/.env", "--yes")
    assert itself.returncode == 4 and "api/.env:1: 8080 stays: somebody left this file out" in itself.stderr, itself.stderr
    plan = kept(w, "assign", "api", "8081")
    assert w.start("assign", "--plan", plan, "--exclude", "web/.env", "--yes").returncode == 2
    w.expect_unchanged()


def everything_that_stands_in_the_way_is_told_at_once(program, tmp):
    """A pin beside a port that is taken; two files that are read-only."""
    w = Workspace(program, tmp, dict(FILES, **{"other/.env": "PORT=8081\n", "other/package.json": '{"name": "other"}'}))
    w.run("services", "pin", "api", "--reason", "known outside")
    told = w.start("assign", "api", "8081", "--dry-run").stderr
    assert "api is pinned: known outside; and port 8081 is declared by other" in told, told
    held = [w.root / "api/.env", w.root / "web/.env"]
    for file in held:
        file.chmod(0o444)
    told = w.start("assign", "api", "8082", "--move-pinned", "--dry-run")
    assert told.returncode == 4 and all(f"{file}: is read-only" in told.stderr for file in held), told.stderr
    for file in held:
        file.chmod(0o644)
    assert "refused" not in w.start("assign", "api", "8082", "--move-pinned", "--dry-run").stderr


def the_same_words_beside_a_plan_are_fine(program, tmp):
    w = Workspace(program, tmp, FILES)
    w.run("services", "pin", "api", "--reason", "known outside")
    w.apply("ip", "change", "198.51.100.7", "203.0.113.10", "--plan",
            kept(w, "ip", "change", "198.51.100.7", "203.0.113.10"))
    w.apply("assign", "api/api", "8081", "--plan", kept(w, "assign", "api", "8081", "--move-pinned"))
    w.expect("api/.env", "PORT=8081", "PUBLIC_URL=http://203.0.113.10:8081")


if __name__ == "__main__":
    sys.exit(main([a_kept_plan_is_applied_as_shown, every_kind_is_kept, what_has_nothing_to_do_with_it_may_change,
                   a_file_whose_lines_moved_is_edited_where_the_value_is_now,
                   a_file_that_says_something_else_refuses_it, somebody_new_who_points_there_refuses_it,
                   a_port_that_was_taken_refuses_it, what_is_no_plan_is_refused,
                   what_is_left_out_stays_as_it_is, leaving_out_what_is_not_in_the_plan_is_a_mistake,
                   everything_that_stands_in_the_way_is_told_at_once,
                   a_plan_of_something_else_is_refused, the_same_words_beside_a_plan_are_fine]))
