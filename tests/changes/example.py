#!/usr/bin/env python3
"""Changes a copy of the example workspace and takes every change back; speaks TAP.

usage: example.py PORT_MANAGER
"""
import json
import pathlib
import sys

from workspace import Workspace, contents, main


def on_the_example(case):
    def run(program, tmp):
        case(Workspace(program, tmp))
    run.__name__ = case.__name__
    return run


def ip_change(w):
    old, new = b"198.51.100.7", b"203.0.113.10"
    preview = w.run("ip", "change", old.decode(), new.decode(), "--dry-run")
    assert "+PUBLIC_URL=ws://203.0.113.10:8090" in preview, preview
    w.expect_unchanged()
    w.run("ip", "change", old.decode(), new.decode(), status=4)
    w.expect_unchanged()
    transaction = w.apply("ip", "change", old.decode(), new.decode())
    changed = w.changed()
    assert list(changed) == ["chat/.env"], list(changed)
    assert changed["chat/.env"][1] == changed["chat/.env"][0].replace(old, new)
    w.run("undo", str(transaction), "--yes")
    w.expect_unchanged()


def assign_moves_consumers(w):
    transaction = w.apply("assign", "shop-api", "8081")
    changed = w.changed()
    for path in ("shop-api/.env", "reports/.env", "storefront/apps/web/.env", "monitoring/prometheus.yml",
                 "assistant-mcp/.mcp.json"):
        assert path in changed, (path, list(changed))
    for path, (before, after) in changed.items():
        assert after.replace(b"8081", b"8080") == before, path
    assert "billing/k8s/service.yaml" not in changed
    w.run("undo", str(transaction), "--yes")
    w.expect_unchanged()


def resolve_leaves_no_conflict(w):
    transaction = w.apply("resolve")
    assert w.run("conflicts") == "No conflicts.\n"
    w.run("undo", str(transaction), "--yes")
    w.expect_unchanged()


def plan_is_refused_when_anything_changed(w):
    plan = json.loads(w.run("assign", "shop-api", "8081", "--dry-run", "--json"))["plan"]["id"]
    (w.root / "shop-api/.env").write_bytes(w.before[pathlib.Path("shop-api/.env")] + b"PORT=8080\n")
    w.before = contents(w.root)
    w.run("assign", "--plan", str(plan), "--yes", status=4)
    w.expect_unchanged()


def sync_brings_back_what_was_decided(w):
    w.apply("assign", "reports", "8011")
    decided = contents(w.root)
    env = w.root / "reports/.env"
    env.write_bytes(env.read_bytes().replace(b"8011", b"8001"))
    w.apply("sync")
    assert env.read_bytes() == decided[pathlib.Path("reports/.env")]


def secrets_are_masked(w):
    shown = w.run("assign", "shop-api/db", "5439", "--dry-run")
    assert "+DATABASE_URL=postgres://shop:****@localhost:5439/shop" in shown, shown
    assert "change-me" not in shown and "example-only" not in shown, shown


if __name__ == "__main__":
    sys.exit(main([on_the_example(case) for case in (
        ip_change, assign_moves_consumers, resolve_leaves_no_conflict, plan_is_refused_when_anything_changed,
        sync_brings_back_what_was_decided, secrets_are_masked)]))
