#!/usr/bin/env python3
"""Settings over HTTP: the configuration file as JSON, and changes of it; every answer is held against the OpenAPI
document. Speaks TAP.

usage: config.py PORT_MANAGER
"""
import json
import os
import pathlib
import stat
import sys
import tempfile
import time

from contract import Contract
from server import Server, report

WEBHOOK = "https://hooks.slack.example/services/T0CANARY/B0CANARY/canarycanarycanary"
PASSWORD = "canary-password"
CONFIG = f"""# Kept by hand, and by the program.
roots = []

[scan]
sockets = false

[health]   # checks
enabled = false
interval_s = 10   # often enough

[notify]
enabled = false

[notify.mail]
smtp = "smtp://127.0.0.1:1"
from = "a@example.org"
to = ["a@example.org"]
password = "{PASSWORD}"

[notify.slack]
webhook = "{WEBHOOK}"

# the payment provider
[[service]]
match = "project:shop-api"
pinned = "callback"
restart = {{ provider = "command", command = ["true", "--canary-argument"] }}
"""


def show(server):
    return server.get("/api/config", role="admin")


def put(server, changes, role="admin", dry=False, **headers):
    body = {"changes": [{"key": key, "value": value} for key, value in changes]}
    if dry:
        body["dryRun"] = True
    return server.ask("PUT", "/api/config", body, role=role, **headers)


def text(server):
    return pathlib.Path(server.folder, "config.toml").read_text("utf-8")


def eventually(ask, seconds=30):
    until = time.monotonic() + seconds
    while not ask():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def reading(server):
    answer = show(server)
    config = answer.json
    by_key = {s["key"]: s for s in config["settings"]}
    yield answer.status == 200 and config["exists"] and config["mistakes"] == [], "is-read"
    yield by_key["health.interval_s"]["value"] == 10 and by_key["health.interval_s"]["line"] == 9, "tells-what-is-set-and-where"
    yield by_key["ip.policy"]["value"] is None and by_key["ip.policy"]["default"] == "propose" and \
        by_key["ip.policy"]["choices"] == ["notify", "propose", "apply"], "and-what-holds-otherwise"
    secret = by_key["notify.slack.webhook"]
    yield secret["isSet"] and secret["value"] is None and secret["isSecret"], "a-secret-is-only-said-to-be-there"
    service = [t for t in config["tables"] if t["key"] == "service"][0]
    yield service["elements"][0]["values"]["match"] == "project:shop-api", "lists-of-tables-are-read"
    yield service["elements"][0]["values"]["restart.command"] is None, "commands-are-not-shown"
    yield not any(s in answer.text for s in ("CANARY", "canary")), "nothing-secret-is-in-it"
    yield server.get("/api/config", role="operator").status == 403 and server.get("/api/config").status == 401, \
        "only-an-admin-reads-them"


def changing(server):
    before = text(server)
    dry = put(server, [("health.interval_s", 30), ("ip.policy", "notify")], dry=True)
    yield dry.status == 200 and dry.json["transactionId"] is None and text(server) == before, "a-dry-run-writes-nothing"
    yield "-interval_s = 10   # often enough\n+interval_s = 30   # often enough\n" in dry.json["diff"] and \
        "+[ip]\n+policy = \"notify\"" in dry.json["diff"], "and-shows-the-diff"
    tag = show(server).headers["ETag"]
    done = put(server, [("health.interval_s", 30), ("ip.policy", "notify")], If_Match=tag)
    yield done.status == 200 and done.json["transactionId"] > 0, "a-change-is-a-transaction"
    yield text(server) == before.replace("= 10 ", "= 30 ") + "\n[ip]\npolicy = \"notify\"\n", \
        "comments-order-and-layout-stay"
    yield put(server, [("ip.policy", "apply")], If_Match=tag).status == 412 and "notify" in text(server), \
        "what-changed-meanwhile-is-not-written-over"
    again = put(server, [("ip.policy", "notify")])
    yield again.json == {"diff": "", "transactionId": None}, "what-is-so-already-is-no-change"
    listed = server.get("/api/transactions?limit=1").json["transactions"][0]
    yield listed["kind"] == "settings" and listed["summary"]["wish"] == "sets health.interval_s, ip.policy", \
        "it-is-in-the-list-of-changes"
    audit = server.get("/api/audit?limit=20", role="admin").json["audit"]
    yield any(a["path"] == "/api/config" and a["status"] == 200 and a["request"] is None for a in audit), \
        "the-audit-log-has-it-without-what-was-sent"


def taking_effect(server):
    answer = put(server, [("pools.mine", ["30000-30009"])])
    pools = lambda: {p["type"]: p["ranges"] for p in server.get("/api/pools").json["pools"]}
    yield answer.status == 200 and eventually(lambda: pools().get("mine") == ["30000-30009"]), "settings-hold-without-a-signal"
    more = pathlib.Path(server.folder, "more/its-project")
    more.mkdir(parents=True)
    (more / ".env").write_text("PORT=24999\n", encoding="utf-8")
    answer = put(server, [("roots", [str(more.parent)])])
    found = lambda: server.get("/api/services?q=port:24999").json["total"] == 1
    yield answer.status == 200 and eventually(found), "a-new-root-is-read"
    pin = put(server, [("service[1].match", "project:its-project"), ("service[1].pinned", "I say so")])
    pinned = lambda: server.get("/api/services?q=port:24999").json["services"][0]["pinned"]
    yield pin.status == 200 and eventually(lambda: pinned() == "I say so"), "a-pin-pins"
    off = put(server, [("service[1]", None)])
    yield off.status == 200 and "I say so" not in text(server), "an-element-is-taken-away"


def undoing(server):
    before = text(server)
    done = put(server, [("health.interval_s", 60), ("notify.slack.webhook", WEBHOOK + "2")])
    number = done.json["transactionId"]
    yield "+webhook = ****" in done.json["diff"] and "canary" not in done.json["diff"].lower(), "a-changed-secret-is-masked"
    detail = server.get(f"/api/transactions/{number}")
    yield detail.status == 200 and "canary" not in detail.text.lower(), "in-the-list-of-edits-too"
    diff = server.ask("GET", f"/api/transactions/{number}/diff", role="admin")
    yield diff.json["diff"] == done.json["diff"], "history-shows-the-same-diff"
    yield server.ask("GET", f"/api/transactions/{number}/diff", role="operator").status == 403, "but-only-to-an-admin"
    undo = f"/api/transactions/{number}/undo"
    preview = server.ask("POST", undo + "?dryRun=true", role="admin")
    yield "-interval_s = 60 " in preview.json["diff"] and "canary" not in preview.text.lower(), "an-undo-is-shown-first"
    refused = server.finish(server.ask("POST", undo, {}, role="operator"))
    yield refused["state"] == "failed" and refused["result"]["status"] == 403, "and-is-an-admins"
    undone = server.finish(server.ask("POST", undo, {}, role="admin"))
    yield undone["state"] == "done" and text(server) == before, "it-brings-the-file-back"
    told = lambda: server.get("/api/transactions?limit=1").json["transactions"][0]
    yield told()["kind"] == "settings" and told()["summary"]["undoOf"] == number, "an-undo-is-of-settings-too"
    first = put(server, [("notify.mail.password", "another")]).json["transactionId"]
    second = put(server, [("notify.mail.smtp", "smtp://127.0.0.1:2526"), ("notify.mail.password", "another")]).json["transactionId"]
    left = text(server)
    back = server.finish(server.ask("POST", f"/api/transactions/{first}/undo", {}, role="admin"))
    yield back["state"] == "failed" and "take back what came later" in json.dumps(back) and text(server) == left, "a-secret-does-not-come-back-beside-another-server"
    for late in (second, first):
        server.finish(server.ask("POST", f"/api/transactions/{late}/undo", {}, role="admin"))
    yield text(server) == before, "but-one-after-the-other-all-comes-back"


REFUSED = [
    ([("ip.policy", "sometimes")], "/changes/0/value", "is not one of"),
    ([("health.interval_s", 10), ("health.timeout_s", 0)], "/changes/1/value", "must be from 1 to 300"),
    ([("health.interval_s", "10")], "/changes/0/value", "without quotes"),
    ([("pools.mine", ["9-1"])], "/changes/0/value", "no range of ports"),
    ([("notify.mail.smtp", "smtp://elsewhere.example")], "/changes/0/value", "give notify.mail.password again"),
    ([("roots", ["/no/such/folder"])], "/changes/0/value", "is no folder"),
    ([("roots", ["relative"])], "/changes/0/value", "no absolute path"),
    ([("server.listen", ["0.0.0.0:1"])], "/changes/0/value", "by hand"),
    ([("registry.url", "postgresql://x/y")], "/changes/0/value", "by hand"),
    ([("ip.command", ["sh", "-c", "id"])], "/changes/0/value", "by hand"),
    ([("service[0].restart.command", ["sh"])], "/changes/0/value", "by hand"),
    ([("notify.mail.password_file", "/etc/shadow")], "/changes/0/value", "by hand"),
    ([("ip.polcy", "apply")], "/changes/0/value", "there is no key"),
    ([("service[7].match", "x")], "/changes/0/value", "more than one behind"),
    ([("service[1].pinned", "why")], "/changes/0/value", "has no “match”"),
    ([("service[0].match", "prot:1")], "/changes/0/value", "match:"),
    ([("ip.policy", {"a": 1})], "/changes/0/value", "it is an object"),
    ([("roots", [1])], "/changes/0/value", "is no text"),
    ([("x", None)], "/changes/0/value", "there is no key"),
]


def refusing(server):
    before = text(server)
    for changes, pointer, words in REFUSED:
        answer = put(server, changes)
        fine = answer.status == 422 and answer.pointers == [pointer] and words in answer.json["errors"][0]["detail"]
        if not fine:
            print(f"# {answer.status} {answer.text}")
        yield fine, f"refuses-{changes[0][0]}-{words.replace(' ', '-')}"
    secret = put(server, [("notify.slack.webhook", "no-url-but-canary")])
    yield secret.status == 422 and "canary" not in secret.text, "a-secret-that-is-wrong-is-not-told-on"
    yield text(server) == before, "and-nothing-was-written"
    yield put(server, [("ip.policy", "apply")], role="operator").status == 403, "an-operator-may-not"
    path = pathlib.Path(server.folder, "config.toml")
    path.write_text(before + "\n[wrong]\n", encoding="utf-8")
    broken = put(server, [("ip.policy", "apply")])
    yield broken.status == 422 and "wrong" in broken.json["errors"][0]["detail"], "a-file-that-is-wrong-is-mended-by-hand-first"
    yield show(server).json["mistakes"][0]["cause"].startswith("there is no key “wrong”"), "and-says-so"
    path.write_text(before.replace("[notify.slack]", "[notify.webhook]\nurl = \"no-url-but-canary\"\n[notify.slack]"), encoding="utf-8")
    other = put(server, [("ip.policy", "apply")])
    yield other.status == 422 and "notify.webhook.url" in other.text and "canary" not in other.text + show(server).text, "nor-is-one-in-the-file"
    path.write_text(before, encoding="utf-8")


def modes(server):
    """What the file is stays: its mode, and the link by which it is reached."""
    path = pathlib.Path(server.folder, "config.toml")
    real = pathlib.Path(server.folder, "dotfiles/port-manager.toml")
    real.parent.mkdir()
    path.rename(real)
    real.chmod(0o640)
    path.symlink_to(real)
    answer = put(server, [("health.fall", 7)])
    yield answer.status == 200 and path.is_symlink() and "fall = 7" in real.read_text("utf-8"), "a-link-stays-one"
    yield stat.S_IMODE(real.stat().st_mode) == 0o640, "the-mode-stays"
    real.chmod(0o440)
    refused = put(server, [("health.fall", 8)])
    yield refused.status == 409 and "read-only" in refused.detail, "a-file-that-is-read-only-is-left-alone"
    real.chmod(0o640)


def promises(server):
    for line in server.contract.broken[:20]:
        print(f"# {line}")
    yield server.contract.broken == [], "every-answer-is-as-the-document-says"


def from_nothing(program):
    """There is no file yet: the first change makes it, for its owner alone."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CONFIG_HOME"] = os.path.join(folder, "config")
        server = Server(program, folder)
        server.program = server.program[:3]
        server.token("admin")
        with server:
            path = pathlib.Path(folder, "config/port-manager/config.toml")
            config = show(server).json
            yield not config["exists"] and config["file"] == str(path), "says-where-it-would-be"
            dry = put(server, [("ip.policy", "apply")], dry=True)
            yield dry.status == 200 and not path.exists(), "a-dry-run-makes-no-file"
            done = put(server, [("ip.policy", "apply")])
            yield done.status == 200 and path.read_text("utf-8") == "[ip]\npolicy = \"apply\"\n", "the-first-change-makes-it"
            yield stat.S_IMODE(path.stat().st_mode) == 0o600, "for-its-owner-alone"


def main():
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        server = Server(program, folder, config=CONFIG)
        for role in ("admin", "operator"):
            server.token(role)
        with server:
            server.contract = Contract(server.get("/openapi.json").json)
            return report("api/config", [reading(server), changing(server), taking_effect(server), undoing(server),
                                         refusing(server), modes(server), promises(server), from_nothing(program)])


sys.exit(main())
