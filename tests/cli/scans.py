#!/usr/bin/env python3
"""What the registry says after several scans of a tree that changes in between; speaks TAP.

usage: scans.py PORT_MANAGER
"""
import contextlib
import ctypes
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 24, 1, 2


def without_privileges():
    """In the child, before exec: file modes bind root too."""
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
        prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


class Tree:
    def __init__(self, program, tmp):
        self.program, self.tmp, self.root = program, tmp, tmp / "n"
        self.root.mkdir()

    def put(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def replace(self, name, old, new):
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert old in text, (name, old)
        path.write_text(text.replace(old, new), encoding="utf-8")

    def call(self, *args, status=None):
        environment = dict(os.environ, HOME=str(self.tmp), XDG_CONFIG_HOME=str(self.tmp / "config"), LC_ALL="C.UTF-8",
                           G_DEBUG="fatal-criticals")
        environment.pop("PORT_MANAGER_CONFIG", None)
        result = subprocess.run([self.program, "--state", str(self.tmp / "state"), "--config", str(QUIET), *args],
                                cwd=self.tmp, text=True,
                                env=environment, capture_output=True, stdin=subprocess.DEVNULL, timeout=60,
                                preexec_fn=without_privileges if os.geteuid() == 0 else None)
        if status is not None and result.returncode != status:
            raise AssertionError(f"{args}: status {result.returncode}: {result.stdout}{result.stderr}")
        return result.stdout

    def scan(self, *roots, status=0):
        return json.loads(self.call("scan", "--json", *[str(root) for root in roots], status=status))

    def services(self):
        return json.loads(self.call("services", "--json", status=0))["services"]

    def rows(self):
        """{"project/name": [(external, internal), …]}"""
        rows = {}
        for service in self.services():
            name = f"{service['projectId']}/{service['serviceName']}"
            rows.setdefault(name, []).append((service["externalPort"], service["internalPort"]))
        return {name: sorted(ports) for name, ports in rows.items()}

    def kept(self):
        return sorted({s["serviceName"] for s in self.services() if s["kept"]})

    def history(self):
        entries = json.loads(self.call("history", "--json", status=0))["history"]
        return [(e["serviceName"], e["changeType"], e["oldValue"], e["newValue"]) for e in reversed(entries)]

    def expect(self, actual, wanted):
        assert actual == wanted, f"{actual!r}\nexpected {wanted!r}"


QUIET = pathlib.Path(__file__).resolve().parents[1] / "quiet.toml"

COMPOSE = """services:
  web:
    image: nginx
    ports:
      - "8080:80"
  api:
    build: .
    ports: ["3000:3000"]
  db:
    image: postgres
    ports:
      - 5432:5432
"""
ROWS = {"shop/web": [(8080, 80)], "shop/api": [(3000, 3000)], "shop/db": [(5432, 5432)]}


def reasons(report):
    return {problem["file"]: problem["reason"] for problem in report["problems"]}


def keeps_what_cannot_be_read(t, path, mode):
    t.put("shop/compose.yaml", COMPOSE)
    t.put("other/compose.yaml", "services:\n  cache:\n    ports: ['6379:6379']\n")
    t.scan(t.root)
    before, history = t.services(), t.history()
    (t.root / path).chmod(0)
    for _ in range(2):
        report = t.scan(status=1)
        assert report["kept"] == 1, report
        assert "Permission denied" in reasons(report)[path], report
        assert "kept the last known state" in reasons(report)[path], report
        t.expect([s["id"] for s in t.services()], [s["id"] for s in before])
        t.expect(t.history(), history)
        t.expect(t.kept(), ["api", "db", "web"])
    assert "(kept" in t.call("services", status=0)
    (t.root / path).chmod(mode)
    t.expect(t.scan()["problems"], [])
    t.expect(t.kept(), [])
    t.expect(t.history(), history)


def an_unreadable_file_is_not_gone(t):
    keeps_what_cannot_be_read(t, "shop/compose.yaml", 0o644)


def an_unreadable_project_is_not_gone(t):
    keeps_what_cannot_be_read(t, "shop", 0o755)


def a_directory_that_may_only_be_listed_is_not_empty(t):
    t.put("shop/compose.yaml", COMPOSE)
    t.scan(t.root)
    (t.root / "shop").chmod(0o444)
    assert "kept the last known state" in reasons(t.scan(status=1))["shop"]
    t.expect(t.rows(), ROWS)
    (t.root / "shop").chmod(0o755)
    t.expect(t.scan()["kept"], 0)


def a_name_that_is_no_utf8_is_moved_like_any_other(t):
    folder = os.fsencode(t.root) + b"/bad\xff"
    os.mkdir(folder)
    env = pathlib.Path(os.fsdecode(folder)) / ".env"
    env.write_text("PORT=3000\n", encoding="utf-8")
    t.scan(t.root)
    t.call("assign", "1", "3001", "--dry-run", status=0)
    t.call("assign", "1", "3001", "--yes", status=0)
    t.expect(env.read_text(encoding="utf-8"), "PORT=3001\n")
    t.call("undo", "1", "--yes", status=0)
    t.expect(env.read_text(encoding="utf-8"), "PORT=3000\n")
    made = json.loads(t.call("transactions", "--json", status=0))["transactions"]
    assert "moves from 3000 to 3001" in json.dumps(made), made


def a_deleted_file_is_gone(t):
    t.put("shop/compose.yaml", COMPOSE)
    t.put("shop/README.md", "shop\n")
    t.scan(t.root)
    (t.root / "shop/compose.yaml").unlink()
    t.expect(t.scan()["services"], 0)
    t.expect(t.rows(), {})


def a_deleted_project_is_gone(t):
    t.put("shop/compose.yaml", COMPOSE)
    t.scan(t.root)
    shutil.rmtree(t.root / "shop")
    t.expect(t.scan()["services"], 0)
    t.expect(t.rows(), {})


def a_deleted_file_beside_an_unreadable_one_is_gone(t):
    t.put("shop/compose.yaml", COMPOSE)
    t.put("other/compose.yaml", "services:\n  cache:\n    ports: ['6379:6379']\n")
    t.scan(t.root)
    (t.root / "shop").chmod(0)
    (t.root / "other/compose.yaml").unlink()
    t.scan(status=1)
    (t.root / "shop").chmod(0o755)
    t.expect(t.rows(), ROWS)


def an_unreadable_environment_moves_nothing(t):
    t.put("shop/compose.yaml", "services:\n  web:\n    ports: ['${WEB_PORT:-9000}:80']\n")
    t.put("shop/.env", "WEB_PORT=8080\n")
    t.scan(t.root)
    t.expect(t.rows(), {"shop/web": [(8080, 80)]})
    (t.root / "shop/.env").chmod(0)
    t.replace("shop/compose.yaml", "9000", "9001")
    assert "takes values from .env" in reasons(t.scan(status=1))["shop/compose.yaml"]
    t.expect(t.rows(), {"shop/web": [(8080, 80)]})
    (t.root / "shop/.env").chmod(0o644)
    t.scan()
    t.expect(t.rows(), {"shop/web": [(8080, 80)]})


def an_unreadable_manifest_keeps_its_projects(t):
    t.put("mono/package.json", '{"name": "mono", "workspaces": ["packages/*"]}')
    t.put("mono/packages/a/package.json", '{"name": "a", "scripts": {"start": "node x.js --port 4001"}}')
    t.scan(t.root)
    t.expect(t.rows(), {"mono/packages/a/a": [(4001, 4001)]})
    history = t.history()
    (t.root / "mono/package.json").chmod(0)
    t.scan(status=1)
    t.expect(t.rows(), {"mono/packages/a/a": [(4001, 4001)]})
    (t.root / "mono/package.json").chmod(0o644)
    t.replace("mono/package.json", '"]}', "")
    t.scan(status=1)
    t.expect(t.rows(), {"mono/packages/a/a": [(4001, 4001)]})
    t.expect(t.history(), history)


def breaks(t, old, new):
    t.put("shop/compose.yaml", COMPOSE)
    t.scan(t.root)
    history = t.history()
    t.replace("shop/compose.yaml", old, new)
    report = t.scan(status=1)
    assert "kept the last known state" in reasons(report)["shop/compose.yaml"], report
    t.expect(t.rows(), ROWS)
    t.expect(t.history(), history)
    t.expect([s["status"] for s in t.services()], ["inactive"] * 3)
    t.put("shop/compose.yaml", COMPOSE)
    t.expect(t.scan()["kept"], 0)
    t.expect(t.history(), history)


def a_lone_bracket_takes_no_service_away(t):
    breaks(t, "  api:\n", "w: [\n  api:\n")


def a_lone_bracket_in_the_map_takes_no_service_away(t):
    breaks(t, "  api:\n", "  w: [\n  api:\n")


def half_a_file_takes_no_service_away(t):
    breaks(t, COMPOSE[COMPOSE.index("  api:"):], '  api: {"')


def what_is_readable_of_a_broken_file_counts(t):
    t.put("shop/compose.yaml", COMPOSE)
    t.scan(t.root)
    t.replace("shop/compose.yaml", "8080:80", "8081:80")
    t.replace("shop/compose.yaml", "  api:\n", "w: [\n  api:\n")
    t.scan(status=1)
    t.expect(t.rows(), dict(ROWS, **{"shop/web": [(8081, 80)]}))


def a_broken_file_gathers_no_rubbish(t):
    """What was typed and deleted again while the file is broken leaves nothing."""
    t.put("shop/compose.yaml", COMPOSE)
    t.scan(t.root)
    broken = COMPOSE + "  {name}:\n    ports: ['{port}:1']\n  x: [\n"
    for name, port in (("q", 7001), ("qu", 7002), ("que", 7003)):
        t.put("shop/compose.yaml", broken.replace("{name}", name).replace("{port}", str(port)))
        t.scan(status=1)
        t.expect(t.rows(), dict(ROWS, **{f"shop/{name}": [(port, 1)]}))


def a_file_that_was_never_whole_keeps_nothing(t):
    t.put("shop/compose.yaml", COMPOSE + "x: [\n")
    t.scan(t.root)
    t.replace("shop/compose.yaml", '      - "8080:80"\n', "")
    t.expect(t.scan()["kept"], 0)
    t.expect(t.rows(), {name: ports for name, ports in ROWS.items() if name != "shop/web"})


def a_link_that_leads_nowhere_is_not_gone(t):
    outside = t.tmp / "disk/shop"
    outside.mkdir(parents=True)
    (outside / "compose.yaml").write_text(COMPOSE, encoding="utf-8")
    (t.root / "shop").symlink_to(outside)
    t.scan(t.root)
    (t.tmp / "disk").rename(t.tmp / "unplugged")
    assert "links to nothing" in reasons(t.scan(status=1))["shop"]
    t.expect(t.rows(), ROWS)
    (t.root / "shop").unlink()
    t.scan()
    t.expect(t.rows(), {})


def a_remembered_root_that_is_not_there_keeps_its_services(t):
    t.put("shop/compose.yaml", COMPOSE)
    second = t.tmp / "m"
    shutil.copytree(t.root, second)
    (second / "shop").rename(second / "shop2")
    t.scan(t.root, second, status=1)
    before = t.rows()
    second.rename(t.tmp / "unplugged")
    report = t.scan(status=1)
    assert any("kept the last known state" in p["reason"] and p["root"] == str(second) for p in report["problems"]), report
    t.expect(t.rows(), before)
    t.call("scan", str(second), status=3)
    t.expect(t.rows(), before)


def a_plan_leaves_kept_places_alone(t):
    t.put("shop/compose.yaml", COMPOSE)
    t.scan(t.root)
    t.replace("shop/compose.yaml", COMPOSE[COMPOSE.index("  db:"):], "  db: [")
    before = (t.root / "shop/compose.yaml").read_bytes()
    t.call("assign", "db", "5433", "--yes")
    t.expect((t.root / "shop/compose.yaml").read_bytes(), before)


def names_follow_the_files_they_come_from(t):
    """A finding without a name of its own is named anew, also where its file was not opened again."""
    t.put("shop/compose.yaml", "services:\n  web:\n    build: .\n")
    t.put("shop/.env", "METRICS_PORT=9100\n")
    time.sleep(2.2)  # until the files count as settled, and are remembered
    t.scan(t.root)
    t.expect(t.rows(), {"shop/web": [(9100, 9100)]})
    t.replace("shop/compose.yaml", "web", "api")
    t.scan()
    t.expect(t.rows(), {"shop/api": [(9100, 9100)]})


TWICE = "services:\n  desk:\n    image: kasm\n    ports: ['6901:80', '6902:80']\n"


def each_published_port_of_a_target_is_a_row(t):
    t.put("shop/compose.yaml", TWICE)
    t.scan(t.root)
    t.expect(t.rows(), {"shop/desk": [(6901, 80), (6902, 80)]})
    first, second = sorted(t.services(), key=lambda s: s["externalPort"])
    t.replace("shop/compose.yaml", "6902", "6905")
    t.scan()
    t.expect({s["externalPort"]: s["id"] for s in t.services()}, {6901: first["id"], 6905: second["id"]})
    t.replace("shop/compose.yaml", "6901", "6911")
    t.replace("shop/compose.yaml", "6905", "6912")
    t.scan()
    t.expect({s["externalPort"]: s["id"] for s in t.services()}, {6911: first["id"], 6912: second["id"]})
    t.expect(t.history()[2:], [("desk", "external_port", "6902", "6905"), ("desk", "external_port", "6901", "6911"),
                               ("desk", "external_port", "6905", "6912")])


def a_further_port_that_comes_back_is_the_same_service(t):
    t.put("shop/compose.yaml", TWICE)
    t.scan(t.root)
    ids = {s["externalPort"]: s["id"] for s in t.services()}
    t.replace("shop/compose.yaml", "'6901:80', '6902:80'", "'6901:80'")
    t.scan()
    t.expect({s["externalPort"]: s["id"] for s in t.services()}, {6901: ids[6901]})
    t.put("shop/compose.yaml", TWICE)
    t.scan()
    t.expect({s["externalPort"]: s["id"] for s in t.services()}, ids)


def the_row_in_conflict_is_the_one_that_collides(t):
    t.put("shop/compose.yaml", TWICE)
    t.put("zoo/compose.yaml", "services:\n  ape:\n    ports: ['6902:1']\n")
    t.scan(t.root, status=1)
    t.expect({s["externalPort"]: s["status"] for s in t.services() if s["serviceName"] == "desk"},
             {6901: "inactive", 6902: "conflict"})
    t.call("assign", "desk:6902", "6990", "--yes", status=0)
    t.expect(t.rows()["shop/desk"], [(6901, 80), (6990, 80)])


def an_override_publishes_beside_the_base(t):
    t.put("shop/compose.yaml", "services:\n  web:\n    ports: ['8080:80']\n")
    t.put("shop/compose.override.yaml", "services:\n  web:\n    ports: ['8081:80']\n")
    t.put("shop/compose.prod.yaml", "services:\n  web:\n    ports: ['80:80']\n")
    t.scan(t.root)
    t.expect(t.rows(), {"shop/web": [(8080, 80), (8081, 80)]})


def a_transport_has_its_own_row(t):
    t.put("shop/compose.yaml", "services:\n  dns:\n    ports: ['53:53', '53:53/udp']\n")
    t.put("zoo/compose.yaml", "services:\n  ape:\n    ports: ['53:1']\n")
    t.scan(t.root, status=1)
    t.expect({s["transport"]: s["status"] for s in t.services() if s["serviceName"] == "dns"},
             {"tcp": "conflict", "udp": "inactive"})


def web(port, more=""):
    return f"services:\n  web:\n    image: nginx\n    ports: ['{port}:80']\n{more}"


def services_of_two_folders_are_two(t):
    t.put("shop/a/compose.yaml", web(8080))
    t.put("shop/b/compose.yaml", web(8080))
    t.scan(t.root)
    t.expect(t.rows(), {"shop/a/web": [(8080, 80)], "shop/b/web": [(8080, 80)]})
    conflicts = json.loads(t.call("conflicts", "--json", status=0))["conflicts"]
    t.expect([sorted(c["serviceName"] for c in conflict["claimants"]) for conflict in conflicts], [["a/web", "b/web"]])
    findings = json.loads(t.call("findings", "--json", status=0))["findings"]
    t.expect({f["service"] for f in findings}, {"web"})
    t.expect({f["owner"] for f in findings}, {"a/web", "b/web"})


def a_name_gets_its_folder_and_keeps_its_history(t):
    t.put("shop/a/compose.yaml", web(8080))
    t.scan(t.root)
    t.expect(t.rows(), {"shop/web": [(8080, 80)]})
    before, history = t.services()[0]["id"], len(t.history())
    t.put("shop/b/compose.yaml", web(8080))
    t.scan()
    t.expect({s["serviceName"]: s["id"] == before for s in t.services()}, {"a/web": True, "b/web": False})
    t.expect(len(t.history()), history + 1)
    shutil.rmtree(t.root / "shop/b")
    t.scan()
    t.expect([(s["serviceName"], s["id"]) for s in t.services()], [("web", before)])


def the_projects_own_stack_keeps_the_plain_name(t):
    t.put("shop/compose.yaml", web(8080))
    t.put("shop/examples/x/deploy/compose.yaml", web(8081))
    t.put("shop/examples/y/deploy/compose.yaml", web(8082, "  db:\n    ports: ['5432:5432']\n"))
    t.scan(t.root)
    t.expect(t.rows(), {"shop/web": [(8080, 80)], "shop/x/deploy/web": [(8081, 80)], "shop/y/deploy/web": [(8082, 80)],
                        "shop/db": [(5432, 5432)]})


def files_of_one_compose_project_are_one(t):
    t.put("shop/compose.yaml", web(8080, "include: [db/compose.yaml]\n"))
    t.put("shop/compose.override.yaml", "services:\n  web:\n    environment: {A: 1}\n")
    t.put("shop/compose.prod.yaml", web(80))
    t.put("shop/deploy/compose.prod.yaml", web(80))
    t.put("shop/db/compose.yaml", "services:\n  web:\n    expose: [9000]\n  db:\n    ports: ['5432:5432']\n")
    t.scan(t.root)
    t.expect(t.rows(), {"shop/web": [(0, 9000), (8080, 80)], "shop/db": [(5432, 5432)]})


def what_one_stack_extends_is_its_own(t):
    t.put("shop/a/compose.yaml", "services:\n  web:\n    extends: {file: ../common/base.yml, service: web}\n")
    t.put("shop/common/base.yml", web(8080))
    t.scan(t.root)
    t.expect(t.rows(), {"shop/web": [(8080, 80)]})


def names_inside_a_stack_lead_to_that_stack(t):
    for folder, port in (("a", 5001), ("b", 5002)):
        t.put(f"shop/{folder}/compose.yaml",
              f"services:\n  app:\n    environment:\n      DB_URL: postgres://db:5432/x\n  db:\n    ports: ['{port}:5432']\n")
    t.scan(t.root)
    t.expect(t.rows(), {"shop/a/db": [(5001, 5432)], "shop/b/db": [(5002, 5432)]})
    for folder in "ab":
        assert f"{folder}/db" in t.call("explain", f"shop/{folder}/compose.yaml:4", status=0)


def a_service_of_one_folder_moves_alone(t):
    t.put("shop/a/compose.yaml", web(8080))
    t.put("shop/b/compose.yaml", web(8080))
    t.scan(t.root)
    t.call("assign", "b/web", "8085", "--yes", status=0)
    t.expect(t.rows(), {"shop/a/web": [(8080, 80)], "shop/b/web": [(8085, 80)]})
    assert "8080" in (t.root / "shop/a/compose.yaml").read_text(encoding="utf-8")


def code_that_a_stack_builds_goes_by_its_name(t):
    for folder, port in (("a", 8081), ("b", 8082)):
        t.put(f"shop/{folder}/compose.yaml", f"services:\n  web:\n    build: .\n    ports: ['{port}:3000']\n")
        t.put(f"shop/{folder}/Dockerfile", "FROM node\nEXPOSE 3000\n")
        t.put(f"shop/{folder}/package.json", '{"name": "the-web"}')
    t.scan(t.root)
    t.expect(t.rows(), {"shop/a/web": [(8081, 3000)], "shop/b/web": [(8082, 3000)]})


ONE = "services:\n  web:\n    ports: ['8080:80']\n"


def projects_of(t):
    return sorted({(s["root"].rsplit("/", 1)[1], s["projectId"]) for s in t.services()})


def conflicts_of(t, status=0):
    return json.loads(t.call("conflicts", "--json", status=status))["conflicts"]


def a_root_in_a_root_is_scanned_once(t):
    t.put("a/b/shop/compose.yaml", ONE)
    t.put("a/zoo/compose.yaml", "services:\n  ape:\n    ports: ['9090:1']\n")
    t.scan(t.root / "a/b")
    t.scan(t.root / "a")
    t.expect(projects_of(t), [("a", "zoo"), ("b", "shop")])
    t.expect(conflicts_of(t), [])
    t.scan()
    t.expect(projects_of(t), [("a", "zoo"), ("b", "shop")])


def a_root_takes_projects_over_from_the_one_above(t):
    t.put("a/b/shop/compose.yaml", ONE)
    t.put("a/zoo/compose.yaml", "services:\n  ape:\n    ports: ['9090:1']\n")
    t.scan(t.root / "a")
    t.expect(projects_of(t), [("a", "b"), ("a", "zoo")])
    ids, history = {s["serviceName"]: s["id"] for s in t.services()}, t.history()
    t.scan(t.root / "a/b")
    t.expect(projects_of(t), [("a", "zoo"), ("b", "shop")])
    t.expect({s["serviceName"]: s["id"] for s in t.services()}, ids)
    t.expect(t.history(), history)
    t.expect(conflicts_of(t), [])


def a_project_that_is_linked_into_two_roots_is_one(t):
    outside = t.tmp / "elsewhere/shop"
    outside.mkdir(parents=True)
    (outside / "compose.yaml").write_text(ONE, encoding="utf-8")
    for root in "ab":
        (t.root / root).mkdir()
        (t.root / root / "shop").symlink_to(outside)
    for roots in ([t.root / "b"], [t.root / "a"], [], [t.root / "a"], [t.root / "b"]):
        t.scan(*roots)
        t.expect(len(t.services()), 1)
        t.expect(conflicts_of(t), [])


def a_folder_that_becomes_a_root_takes_what_was_linked_to_it(t):
    t.put("real/shop/compose.yaml", ONE)
    (t.root / "links").mkdir()
    (t.root / "links/shop").symlink_to(t.root / "real/shop")
    t.scan(t.root / "links")
    t.scan(t.root / "real")
    t.expect(projects_of(t), [("real", "shop")])


def conflicts_are_those_of_the_whole_host(t):
    t.put("a/shop/compose.yaml", ONE)
    t.put("b/zoo/compose.yaml", "services:\n  ape:\n    ports: ['8080:1']\n")
    t.scan(t.root / "a")
    report = t.scan(t.root / "b", status=1)
    t.expect((report["projects"], report["services"], report["conflicts"]), (1, 1, 1))
    t.expect({s["status"] for s in t.services()}, {"conflict"})
    t.expect(t.scan(t.root / "a", status=1)["conflicts"], 1)
    t.expect(len(conflicts_of(t, status=1)), 1)
    t.replace("b/zoo/compose.yaml", "8080", "8081")
    t.expect(t.scan(t.root / "b")["conflicts"], 0)
    t.expect({s["status"] for s in t.services()}, {"inactive"})


def references_lead_into_other_roots(t):
    t.put("a/shop/compose.yaml", ONE)
    t.put("b/zoo/.env", "SHOP_URL=http://localhost:8080\n")
    t.scan(t.root / "a")
    t.scan(t.root / "b")
    assert "web of shop" in t.call("explain", "zoo/.env:1", status=0)
    t.replace("b/zoo/.env", "SHOP", "THE_SHOP")
    t.scan(t.root / "b")
    assert "web of shop" in t.call("explain", "zoo/.env:1", status=0)


def one_root_after_the_other_is_read_once(t):
    t.put("a/shop/compose.yaml", ONE)
    t.put("b/zoo/compose.yaml", "services:\n  ape:\n    ports: ['9090:1']\n")
    time.sleep(2.2)  # until the files count as settled, and are remembered
    roots = [t.root / "a", t.root / "b"]
    for root in roots:
        t.scan(root)

    def sql(statement):
        with contextlib.closing(sqlite3.connect(t.tmp / "state/registry.db")) as database, database:
            return database.execute(statement).fetchall()

    # what is read again is stored again, since its digest differs
    sql("UPDATE documents SET content = 0")
    for scanned in ([roots[0]], [roots[1]], [], [roots[0]], [roots[1]], roots):
        t.scan(*scanned)
        t.expect(sql("SELECT count(*) FROM documents WHERE content <> 0"), [(0,)])
    t.replace("b/zoo/compose.yaml", "9090", "9091")
    t.scan(roots[1])
    t.expect(sql("SELECT count(*) FROM documents WHERE content <> 0"), [(2,)])  # the control: both are compared


def a_port_moves_in_one_move_beside_what_a_dockerfile_exposes(t):
    t.put("shop/Dockerfile", "FROM node\nEXPOSE 8080\n")
    t.put("shop/package.json", '{"name": "shop"}')
    t.put("shop/.env", "PORT=8080\n")
    t.scan(t.root)
    t.expect(t.rows(), {"shop/shop": [(8080, 8080)]})
    assert "inconsistent" not in t.call("check", "--json", status=0)
    t.replace("shop/.env", "8080", "8181")
    t.scan()
    t.expect(t.rows(), {"shop/shop": [(8181, 8181)]})
    t.expect(t.history()[1:], [("shop", "internal_port", "8080", "8181"), ("shop", "external_port", "8080", "8181")])
    results = json.loads(t.call("check", "--json", status=0))["results"]
    t.expect([(r["rule"], r["file"], r["line"]) for r in results], [("inconsistent", "shop/Dockerfile", 2)])
    assert "8181" in results[0]["message"] and "8080" in results[0]["message"], results
    t.replace("shop/Dockerfile", "8080", "8181")
    t.scan()
    assert "inconsistent" not in t.call("check", "--json", status=0)
    t.expect(len(t.history()), 3)


def two_ports_that_a_dockerfile_exposes_in_one_line_contradict_nothing(t):
    t.put("shop/Dockerfile", "FROM node\nEXPOSE 3000 9229\n")
    t.put("shop/package.json", '{"name": "shop"}')
    t.put("shop/.env", "PORT=3000\n")
    t.scan(t.root)
    assert "inconsistent" not in t.call("check", "--json", status=0)
    t.put("shop/Dockerfile", "FROM node\nEXPOSE 3001\n")
    t.scan()
    assert "inconsistent" in t.call("check", "--json", status=0)


def a_web_server_beside_a_development_server_is_two(t):
    t.put("shop/Dockerfile", "FROM nginx\nEXPOSE 80\n")
    t.put("shop/package.json", '{"name": "shop"}')
    t.put("shop/.env", "PORT=3000\n")
    t.scan(t.root)
    t.expect(t.rows(), {"shop/shop": [(0, 80), (3000, 3000)]})
    assert "inconsistent" not in t.call("check", "--json", status=0)


def a_list_of_hundreds_of_records_is_data(t):
    records = [{"name": f"r{i}", "port": 20000 + i} for i in range(300)]
    t.put("shop/fleet.json", json.dumps({"server": {"port": 8080}, "items": records}))
    t.put("few/fleet.json", json.dumps({"items": records[:200]}))
    t.scan(t.root)
    t.expect([port for _, port in t.rows()["shop/shop"]], [8080])
    t.expect(sum(len(ports) for name, ports in t.rows().items() if name.startswith("few/")), 200)
    found = [f for f in json.loads(t.call("findings", "--json"))["findings"] if f["file"] == "shop/fleet.json"]
    t.expect(len(found), 301)


def names_that_are_no_utf8_are_escaped_byte_by_byte(t):
    """RFC 3986, 2.1: what a consumer of SARIF opens is the file."""
    folder = os.path.join(os.fsencode(t.root), b"shop/caf\xe9 x")
    os.makedirs(folder)
    with open(os.path.join(folder, b"package.json"), "w", encoding="utf-8") as file:
        file.write('{"name": "x" "y"}')
    runs = json.loads(t.call("check", "--sarif", str(t.root), status=1))["runs"]
    uris = {r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in runs[0]["results"]}
    t.expect(uris, {"shop/caf%E9%20x", "shop/caf%E9%20x/package.json"})


CASES = [
    names_that_are_no_utf8_are_escaped_byte_by_byte,
    an_unreadable_file_is_not_gone,
    an_unreadable_project_is_not_gone,
    a_directory_that_may_only_be_listed_is_not_empty,
    a_name_that_is_no_utf8_is_moved_like_any_other,
    a_deleted_file_is_gone,
    a_deleted_project_is_gone,
    a_deleted_file_beside_an_unreadable_one_is_gone,
    an_unreadable_environment_moves_nothing,
    an_unreadable_manifest_keeps_its_projects,
    a_lone_bracket_takes_no_service_away,
    a_lone_bracket_in_the_map_takes_no_service_away,
    half_a_file_takes_no_service_away,
    what_is_readable_of_a_broken_file_counts,
    a_broken_file_gathers_no_rubbish,
    a_file_that_was_never_whole_keeps_nothing,
    a_link_that_leads_nowhere_is_not_gone,
    a_remembered_root_that_is_not_there_keeps_its_services,
    a_plan_leaves_kept_places_alone,
    names_follow_the_files_they_come_from,
    each_published_port_of_a_target_is_a_row,
    a_further_port_that_comes_back_is_the_same_service,
    the_row_in_conflict_is_the_one_that_collides,
    an_override_publishes_beside_the_base,
    a_transport_has_its_own_row,
    services_of_two_folders_are_two,
    a_name_gets_its_folder_and_keeps_its_history,
    the_projects_own_stack_keeps_the_plain_name,
    files_of_one_compose_project_are_one,
    what_one_stack_extends_is_its_own,
    names_inside_a_stack_lead_to_that_stack,
    a_service_of_one_folder_moves_alone,
    code_that_a_stack_builds_goes_by_its_name,
    a_root_in_a_root_is_scanned_once,
    a_root_takes_projects_over_from_the_one_above,
    a_project_that_is_linked_into_two_roots_is_one,
    a_folder_that_becomes_a_root_takes_what_was_linked_to_it,
    conflicts_are_those_of_the_whole_host,
    references_lead_into_other_roots,
    one_root_after_the_other_is_read_once,
    a_port_moves_in_one_move_beside_what_a_dockerfile_exposes,
    two_ports_that_a_dockerfile_exposes_in_one_line_contradict_nothing,
    a_web_server_beside_a_development_server_is_two,
    a_list_of_hundreds_of_records_is_data,
]


def main():
    print(f"1..{len(CASES)}")
    failed = 0
    for number, case in enumerate(CASES, 1):
        tmp = pathlib.Path(tempfile.mkdtemp())
        try:
            case(Tree(os.path.abspath(sys.argv[1]), tmp))
            print(f"ok {number} - {case.__name__}")
        except (AssertionError, KeyError, OSError, ValueError, subprocess.TimeoutExpired) as error:
            failed += 1
            print(f"not ok {number} - {case.__name__}")
            print("".join(f"# {line}\n" for line in (str(error) or repr(error)).splitlines()), end="")
        finally:
            subprocess.run(["chmod", "-R", "u+rwX", str(tmp)], check=False)
            shutil.rmtree(tmp, ignore_errors=True)
    return 1 if failed else 0


sys.exit(main())
