#!/usr/bin/env python3
"""Linked worktrees of a repository beside its main checkout and below it; speaks TAP.

usage: worktrees.py PORT_MANAGER
"""
import json
import sys

from workspace import Workspace, main

PACKAGE = '{"name": "shop", "scripts": {"start": "node server.js"}}\n'
WORKTREES = ("shop-f3", "shop/.worktrees/f1", "shop/.claude/worktrees/f2")
FILES = {"shop/package.json": PACKAGE, "shop/.env": "PORT=3000\nA=http://localhost:3000\n",
         "shop/.gitignore": ".worktrees\n.claude/worktrees\n.env\n"}
for name in WORKTREES:
    FILES |= {f"{name}/package.json": PACKAGE, f"{name}/.env": "PORT=3000\n",
              f"{name}/.git": f"gitdir: /w/shop/.git/worktrees/{name.split('/')[-1]}\n"}


def repository(program, tmp, status=1):
    w = Workspace(program, tmp, FILES)
    (w.root / "shop/.git").mkdir()
    w.run("scan", status=status)
    return w


def each_is_a_project_by_its_folder(program, tmp):
    w = repository(program, tmp)
    services = json.loads(w.run("services", "--json"))["services"]
    assert {(s["projectId"], s["externalPort"]) for s in services} == {(name, 3000) for name in ("shop", *WORKTREES)}, services
    shown = {line.split()[1] for line in w.run("services").splitlines() if " 3000 " in line}
    assert shown == {"shop", *WORKTREES}, shown


def a_plan_for_one_leaves_the_others(program, tmp):
    w = repository(program, tmp)
    w.run("assign", "shop/shop", "3005", "--yes")
    w.expect("shop/.env", "PORT=3005")
    for name in WORKTREES:
        assert (w.root / name / ".env").read_text() == "PORT=3000\n", name


def the_main_checkout_stays(program, tmp):
    w = repository(program, tmp)
    [conflict] = json.loads(w.run("conflicts", "--json", status=1))["conflicts"]
    assert conflict["severity"] == "error" and len(conflict["claimants"]) == 4, conflict
    w.run("resolve", "--yes")
    assert (w.root / "shop/.env").read_text() == FILES["shop/.env"]
    ports = {(w.root / name / ".env").read_text() for name in WORKTREES}
    assert len(ports) == 3 and "PORT=3000\n" not in ports, ports
    w.run("conflicts", status=0)


def one_that_is_made_later_is_seen(program, tmp):
    w = Workspace(program, tmp, {name: text for name, text in FILES.items() if not name.startswith("shop/.claude")})
    w.run("scan", status=1)
    for name in ("package.json", ".env", ".git"):
        path = w.root / "shop/.claude/worktrees/f2" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(FILES[f"shop/.claude/worktrees/f2/{name}"])
    w.run("scan", status=1)
    [conflict] = json.loads(w.run("conflicts", "--json", status=1))["conflicts"]
    assert len(conflict["claimants"]) == 4, conflict


sys.exit(main([each_is_a_project_by_its_folder, a_plan_for_one_leaves_the_others, the_main_checkout_stays, one_that_is_made_later_is_seen]))
