#!/usr/bin/env python3
"""One file under the names of two projects, by a hard link or a symlink; speaks TAP.

usage: links.py PORT_MANAGER
"""
import json
import os
import sys

from workspace import Workspace, main

OLD, NEW = "198.51.100.7", "203.0.113.10"
ENV = f"PORT=3000\nURL=http://{OLD}:3000/\n"
FILES = {"a/package.json": '{"name": "a"}\n', "b/package.json": '{"name": "b"}\n', "a/.env": ENV,
         "outside/.env": "PORT=4000\n"}


def linked(program, tmp, link):
    w = Workspace(program, tmp, FILES)
    link(w)
    w.run("scan", status=None)
    w.before[(w.root / "b/.env").relative_to(w.root)] = ENV.encode()
    return w


def both_are_read_and_told(w):
    conflicts = json.loads(w.run("conflicts", "--json", status=1))["conflicts"]
    claimants = {c["projectId"] for conflict in conflicts for c in conflict["claimants"]}
    assert claimants == {"a", "b"}, conflicts
    plan = json.loads(w.run("ip", "change", OLD, NEW, "--dry-run", "--json"))["plan"]
    assert len(plan["edits"]) == 1 and len(plan["files"]) == 1, plan
    assert any("b/.env" in line and "a/.env" in line for line in plan["youMustAlso"]), plan["youMustAlso"]


def both_change_and_come_back(w):
    change = json.loads(w.run("ip", "change", OLD, NEW, "--yes", "--json"))["transaction"]
    assert (change["files"], change["edits"]) == (1, 1), change
    w.expect("a/.env", f"URL=http://{NEW}:3000/")
    w.expect("b/.env", f"URL=http://{NEW}:3000/")
    w.run("undo", str(change["id"]), "--yes")
    w.expect_unchanged()
    [conflict] = json.loads(w.run("conflicts", "--json", status=1))["conflicts"]
    assert conflict["stuck"] == "a and b both read a/.env:1, which is b/.env:1 as well (a link); give each its own", conflict
    told = json.loads(w.run("resolve", "--dry-run", "--json"))["plan"]
    assert told["edits"] == [] and conflict["stuck"] in told["youMustAlso"][0], told
    told = json.loads(w.run("assign", "a", "3005", "--dry-run", "--json"))["plan"]["youMustAlso"]
    assert any("b reads the same value" in line for line in told), told


def a_hard_link_is_one_file_of_two_projects(program, tmp):
    w = linked(program, tmp, lambda w: os.link(w.root / "a/.env", w.root / "b/.env"))
    both_are_read_and_told(w)
    both_change_and_come_back(w)
    assert os.path.samefile(w.root / "a/.env", w.root / "b/.env")


def a_symlink_into_another_project_is_read_by_both(program, tmp):
    w = linked(program, tmp, lambda w: (w.root / "b/.env").symlink_to("../a/.env"))
    both_are_read_and_told(w)
    both_change_and_come_back(w)
    assert (w.root / "b/.env").is_symlink()


def what_reads_one_file_moves_together_and_blocks_nobody(program, tmp):
    w = Workspace(program, tmp, dict(FILES, **{"c/.env": "PORT=3000\n", "d/.env": "PORT=4000\n"}))
    (w.root / "b/.env").symlink_to("../a/.env")
    w.run("scan", status=None)
    w.run("services", "pin", "c", "--reason", "known to the bank")
    told = json.loads(w.run("assign", "a", "3005", "--dry-run", "--json"))["plan"]["youMustAlso"]
    assert any("b/.env:1: b reads the same value and moves with a" in line for line in told), told
    w.run("resolve", "--yes", status=1)
    assert (w.root / "c/.env").read_text() == "PORT=3000\n" and "PORT=3001" in (w.root / "a/.env").read_text()
    assert {(w.root / f"{p}/.env").read_text() for p in ("d", "outside")} == {"PORT=4000\n", "PORT=4001\n"}
    left = json.loads(w.run("conflicts", "--json", status=1))["conflicts"]
    assert [c["port"] for c in left] == [3001] and "both read" in left[0]["stuck"], left


def a_symlink_within_a_project_is_read_once(program, tmp):
    w = Workspace(program, tmp, dict(FILES, **{"a/web/package.json": '{"name": "web"}\n'}))
    (w.root / "a/web/.env").symlink_to("../.env")
    w.run("scan")
    files = {json.loads(line)["file"] for line in w.run("findings", "--ndjson").splitlines()}
    assert files == {"a/.env", "outside/.env"}, files


def a_folder_that_runs_nothing_contests_no_port(program, tmp):
    w = Workspace(program, tmp, {"a/package.json": '{"name": "a"}\n', "shared/.env": ENV})
    for project in ("a", "b"):  # b runs nothing either
        (w.root / project).mkdir(exist_ok=True)
        (w.root / project / ".env").symlink_to("../shared/.env")
    w.run("scan", status=0)
    services = json.loads(w.run("services", "--json"))["services"]
    assert [(s["projectId"], s["externalPort"]) for s in services] == [("a", 3000)], services
    assert json.loads(w.run("conflicts", "--json"))["conflicts"] == []
    change = json.loads(w.run("assign", "a", "3005", "--yes", "--json"))["transaction"]
    assert change["files"] == 1, change
    w.expect("shared/.env", "PORT=3005")
    assert (w.root / "a/.env").is_symlink() and (w.root / "b/.env").is_symlink()
    (w.root / "b/compose.yaml").write_text("services: {db: {image: postgres}}\n")
    w.run("scan", status=1)
    [conflict] = json.loads(w.run("conflicts", "--json", status=1))["conflicts"]
    assert {c["projectId"] for c in conflict["claimants"]} == {"a", "b"}, conflict


def what_lies_outside_of_the_roots_is_never_written(program, tmp):
    w = Workspace(program, tmp, FILES)
    outside = tmp / "elsewhere.env"
    outside.write_text(ENV)
    (w.root / "b/.env").symlink_to(outside)
    assert "out of its root" in w.run("scan", status=0), "not told"
    w.apply("ip", "change", OLD, NEW)
    assert outside.read_text() == ENV


sys.exit(main([a_hard_link_is_one_file_of_two_projects, a_symlink_into_another_project_is_read_by_both,
               what_reads_one_file_moves_together_and_blocks_nobody, a_symlink_within_a_project_is_read_once, a_folder_that_runs_nothing_contests_no_port, what_lies_outside_of_the_roots_is_never_written]))
