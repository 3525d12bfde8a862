#!/usr/bin/env python3
"""Changes a copy of the example workspace and takes every change back; speaks TAP.

usage: run.py PORT_MANAGER
"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = REPOSITORY / "examples/workspace"


def contents(root):
    return {p.relative_to(root): p.read_bytes() for p in root.rglob("*") if p.is_file()}


class Workspace:
    def __init__(self, program, tmp):
        self.program, self.root, self.state = program, tmp / "workspace", tmp / "state"
        shutil.copytree(EXAMPLE, self.root)
        self.run("scan", str(self.root), status=None)
        self.before = contents(self.root)

    def run(self, *args, status=0):
        result = subprocess.run([self.program, "--state", str(self.state), *args], text=True, timeout=60,
                                stdin=subprocess.DEVNULL, capture_output=True)
        if status is not None and result.returncode != status:
            raise AssertionError(f"{args}: status {result.returncode}: {result.stdout}{result.stderr}")
        return result.stdout

    def apply(self, *args):
        return json.loads(self.run(*args, "--yes", "--json"))["transaction"]["id"]

    def changed(self):
        now = contents(self.root)
        assert now.keys() == self.before.keys(), now.keys() ^ self.before.keys()
        return {str(p): (self.before[p], now[p]) for p in now if now[p] != self.before[p]}

    def expect_unchanged(self):
        assert not self.changed(), sorted(self.changed())


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
    (w.root / "shop-api/.env").write_bytes(b"# mine\n" + w.before[pathlib.Path("shop-api/.env")])
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


def main():
    cases = [ip_change, assign_moves_consumers, resolve_leaves_no_conflict, plan_is_refused_when_anything_changed,
             sync_brings_back_what_was_decided, secrets_are_masked]
    print(f"1..{len(cases)}")
    failed = 0
    for number, case in enumerate(cases, 1):
        with tempfile.TemporaryDirectory() as tmp:
            try:
                case(Workspace(sys.argv[1], pathlib.Path(tmp)))
                print(f"ok {number} - {case.__name__}")
            except AssertionError as error:
                failed += 1
                print(f"not ok {number} - {case.__name__}")
                print("".join(f"# {line}\n" for line in str(error).splitlines()), end="")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
