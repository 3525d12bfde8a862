#!/usr/bin/env python3
"""Services over HTTP: order, tags of entities, and changes of one and of many. Speaks TAP.

usage: services.py PORT_MANAGER
"""
import os
import pathlib
import sys
import tempfile

from contract import Contract
from server import Server, report


def change(server, service, body, **how):
    return server.ask("PUT", f"/api/services/{service['id']}", body, role="operator", **how)


def find(server, text):
    return server.get(f"/api/services?q={text.replace(' ', '%20')}").json["services"][0]


def order(server):
    def listed(query):
        return server.get(f"/api/services?{query}").json["services"]
    for field in ("id", "projectId", "serviceName", "externalPort", "internalPort", "status", "lastUpdated"):
        keys = [s[field] for s in listed(f"sort={field}")]
        if field == "status":
            keys = [["inactive", "active", "conflict"].index(k) for k in keys]
        if field == "projectId" or field == "serviceName":
            keys = [k.encode() for k in keys]
        yield keys == sorted(keys), f"sorts-by-{field}"
        yield [s["id"] for s in listed(f"sort=-{field}")] == [s["id"] for s in listed(f"sort={field}")][::-1], f"and-backwards-by-{field}"
    seen, cursor = [], ""
    while cursor is not None:
        page = server.get(f"/api/services?sort=-externalPort&limit=3{'&cursor=' + cursor if cursor else ''}").json
        seen += [s["id"] for s in page["services"]]
        cursor = page["nextCursor"]
    yield seen == [s["id"] for s in listed("sort=-externalPort")], "pages-in-any-order"
    answer = server.get("/api/services?sort=-externalPort&cursor=4711")
    yield answer.status == 400 and answer.pointers == ["cursor"], "says-when-a-page-s-place-is-gone"
    yield server.get("/api/services?sort=port").pointers == ["sort"], "knows-what-can-be-sorted-by"
    rows = server.get("/api/services/rows?sort=-externalPort&limit=4").json
    whole = server.get("/api/services?sort=-externalPort&limit=4").json
    yield [{key: one[key] for key in row} for one, row in zip(whole["services"], rows["services"])] == rows["services"] \
        and rows["total"] == whole["total"] and "configFiles" not in rows["services"][0], "gives-the-same-in-few-words"


def roots(server):
    known = server.get("/api/roots").json["roots"]
    yield len(known) == 1 and known[0]["services"] == server.get("/api/services").json["total"] and not known[0]["configured"], "shows-what-is-read"
    path = f"/api/roots/{known[0]['id']}"
    would = server.ask("DELETE", path + "?dryRun=true", role="operator")
    yield "would" in would.json and server.get("/api/roots").json["roots"] == known, "says-what-would-be-forgotten"
    yield server.ask("DELETE", path, role="viewer").status == 403, "a-viewer-may-not"
    yield server.ask("DELETE", "/api/roots/0123", role="operator").status == 404, "knows-no-other"
    forgotten = server.ask("DELETE", path, role="operator")
    yield forgotten.json == {"forgotten": known[0]["path"]} and server.get("/api/services").json["total"] == 0, "forgets-it"
    yield server.get("/api/ports/conflicts").json["conflicts"] == [] and server.get("/api/roots").json["roots"] == [], "with-its-conflicts"
    server.cli("scan", known[0]["path"])
    yield server.get("/api/roots").json["roots"] == known, "and-a-scan-that-names-it-brings-it-back"


def entities(server):
    for path in ("/api/services", "/api/services?q=is:conflict", "/api/findings", "/api/network/graph", "/openapi.json"):
        first = server.get(path)
        again = server.get(path, If_None_Match=first.headers["ETag"])
        yield again.status == 304 and again.text == "" and again.headers["ETag"] == first.headers["ETag"], f"304-for-{path}"
        yield server.get(path, If_None_Match='"other", W/' + first.headers["ETag"]).status == 304, f"in-a-list-for-{path}"
        yield server.get(path, If_None_Match='"other"').status == 200, f"200-with-another-tag-for-{path}"
        yield server.get(path).text == first.text, f"the-same-twice-for-{path}"
    before = server.get("/api/services").headers["ETag"]
    change(server, find(server, "port:8765"), {"tags": ["etag"]})
    after = server.get("/api/services")
    yield after.headers["ETag"] != before and '"etag"' in after.text, "a-change-makes-another-tag-at-once"
    server.cli("assign", str(find(server, "tag:etag")["id"]), "8766", "--yes")
    yield server.get("/api/services").headers["ETag"] != after.headers["ETag"], "also-another-process-s-change"


def matches(server):
    service = find(server, "project:shop-web")
    etag = server.get(f"/api/services/{service['id']}").headers["ETag"]
    yield change(server, service, {"tags": ["a"]}, If_Match='"other"').status == 412, "if-match-refuses-what-has-changed"
    yield change(server, service, {"tags": ["a"]}, If_Match="W/" + etag).status == 412, "a-weak-tag-never-matches"
    answer = change(server, service, {"tags": ["a"]}, If_Match=etag)
    yield answer.status == 200 and answer.json["tags"] == ["a"], "and-lets-the-rest-pass"
    shown = server.get(f"/api/services/{service['id']}")
    yield answer.headers["ETag"] == shown.headers["ETag"] != etag, "answers-with-the-new-tag"
    yield change(server, service, {"tags": ["b"]}, If_Match=etag).status == 412, "of-two-that-saw-the-same-one-wins"
    yield change(server, service, {"tags": ["b"]}, If_Match="*").status == 200, "a-star-matches-anything"


def notes(server):
    service = find(server, "project:shop-api")
    answer = change(server, service, {"serviceName": "the front door", "protocol": "ws", "pinned": "callback", "tags": ["x", "y"]})
    now = answer.json
    yield (now["serviceName"], now["protocol"], now["pinned"], now["tags"]) == ("the front door", "ws", "callback", ["x", "y"]), "keeps-what-a-person-says"
    yield now["observedName"] == service["serviceName"], "and-what-its-files-do"
    server.cli("scan")
    yield server.get(f"/api/services/{service['id']}").json["serviceName"] == "the front door", "a-scan-does-not-undo-it"
    yield find(server, "name:front")["id"] == service["id"], "it-is-found-by-that-name"
    listed = server.cli("services", "name:front").stdout
    yield "the front door" in listed, "the-command-line-calls-it-so"
    refused = change(server, service, {"externalPort": 4711})
    yield refused.status == 409 and "pinned" in refused.detail, "a-pinned-service-does-not-move"
    answer = change(server, service, {"serviceName": "", "protocol": "", "pinned": "", "tags": []})
    yield answer.json["serviceName"] == service["serviceName"] and "observedName" not in answer.json, "an-empty-name-takes-it-back"
    for body, pointers in (({"tags": ["a,b", ""]}, ["/tags/0", "/tags/1"]), ({"protocol": "smtp"}, ["/protocol"]),
                           ({"externalPort": 65536}, ["/externalPort"]), ({"externalPort": "80"}, ["/externalPort"]),
                           ({"status": "active"}, ["/status"]), ({"externalport": 80}, ["/externalport"])):
        answer = change(server, service, body)
        yield (answer.status, answer.pointers) == (422, pointers), f"refuses-{body}"
    yield change(server, {"id": 4711}, {"tags": []}).status == 404, "changes-no-service-that-is-not-there"


def ports(server):
    service = find(server, "project:assistant-mcp tag:etag")
    env = [pathlib.Path(server.workspace, c["path"]) for c in service["configFiles"]]
    dry = change(server, service, {"externalPort": 18765, "dryRun": True})
    yield dry.status == 200 and dry.json["edits"] and "id" not in dry.json, "a-dry-run-is-the-plan"
    yield not any("18765" in path.read_text("utf-8") for path in env), "and-writes-nothing"
    answer = change(server, service, {"externalPort": 18765})
    yield answer.status == 200 and answer.json["externalPort"] == 18765, "a-port-is-moved"
    yield any("18765" in path.read_text("utf-8") for path in env), "in-its-files"
    yield answer.json["id"] == service["id"], "it-stays-the-same-service"
    taken = server.get("/api/services?q=project:shop&sort=-externalPort").json["services"][0]
    answer = change(server, service, {"externalPort": taken["externalPort"]})
    yield answer.status == 409, "not-to-a-port-that-another-one-has"
    yield change(server, service, {"externalPort": 0}).pointers == ["/externalPort"], "not-to-port-0"
    mapped = [s for s in server.get("/api/services").json["services"]
              if s["externalPort"] not in (0, s["internalPort"]) and s["internalPort"]][0]
    answer = change(server, mapped, {"internalPort": 4712})
    yield answer.status == 422 and answer.pointers == ["/internalPort"], "not-inside-a-container"
    yield change(server, service, {"externalPort": 18766, "internalPort": 18767}).status == 422, "not-two-at-once"


def addresses(server):
    services = server.get("/api/services").json["services"]
    known = [s for s in services if s["externalIP"]]
    answer = change(server, [s for s in services if not s["externalIP"]][0], {"externalIP": "198.51.100.99"})
    yield answer.status == 422 and answer.pointers == ["/externalIP"], "an-address-must-be-known-to-be-replaced"
    if known:
        answer = change(server, known[0], {"externalIP": "not an address"})
        yield answer.status == 422 and answer.pointers == ["/externalIP"], "and-be-one"
        dry = change(server, known[0], {"externalIP": "198.51.100.99", "dryRun": True})
        projects = {e["project"] for e in dry.json["edits"]}
        yield dry.status == 200 and projects == {known[0]["projectId"]}, "it-is-changed-in-its-own-project"
        answer = change(server, known[0], {"externalIP": "198.51.100.99", "externalPort": 4713})
        yield answer.status == 422, "ports-and-addresses-are-two-changes"


def bulk(server):
    def many(body, **how):
        return server.ask("POST", "/api/services/bulk", body, role="operator", **how)
    some = [s for s in server.get("/api/services?sort=id").json["services"] if s["externalPort"] > 0][:3]
    started = many({"changes": [{"id": s["id"], "tags": ["bulk"]} for s in some]})
    job = server.finish(started)
    yield started.status == 202 and job["state"] == "done", "many-are-a-job"
    yield [s["tags"] for s in job["result"]["services"]] == [["bulk"]] * 3, "which-answers-with-all"
    yield job["result"]["transactionId"] is None, "no-file-is-written-for-tags"
    wrong = many({"changes": [{"id": some[0]["id"]}, {"id": 4711}, {"tags": [1]}]})
    yield wrong.status == 422 and sorted(wrong.pointers) == ["/changes/2/id", "/changes/2/tags/0"], "names-what-is-wrong"
    twice = many({"changes": [{"id": some[0]["id"], "tags": ["a"]}, {"id": some[0]["id"], "tags": ["b"]}]})
    yield twice.status == 422 and twice.pointers == ["/changes/1/id"], "changes-each-service-once"
    yield many({"changes": [{"id": some[0]["id"], "tags": ["a"]}, {"id": 4711}]}).status == 404, "and-only-those-there-are"
    tags = [server.get(f"/api/services/{s['id']}").headers["ETag"] for s in some[:2]]
    both = {"changes": [{"id": s["id"], "tags": ["matched"]} for s in some[:2]]}
    yield many(both, If_Match=tags[0]).status == 412, "if-match-names-the-tag-of-every-one"
    yield many({**both, "dryRun": True}, If_Match=tags[0]).status == 412, "in-a-dry-run-too"
    matched = many(both, If_Match=", ".join(tags))
    yield matched.status == 202 and server.finish(matched)["state"] == "done", "and-they-are-changed-when-it-does"
    yield many(both, If_Match=", ".join(tags)).status == 412, "but-not-by-stale-tags"
    failed = server.finish(many({"changes": [{"id": some[0]["id"], "externalPort": 0}]}))
    yield failed["state"] == "failed" and failed["result"]["errors"][0]["pointer"] == "/changes/0/externalPort", "also-later"
    two = [s for s in some if not s["pinned"]][:2]
    dry = many({"changes": [{"id": s["id"], "externalPort": 26000 + i} for i, s in enumerate(two)], "dryRun": True})
    yield dry.status == 200 and {e["new"] for e in dry.json["edits"]} >= {"26000", "26001"}, "plans-them-together"


def promises(server):
    for line in server.contract.broken[:20]:
        print(f"# {line}")
    yield server.contract.broken == [], "every-answer-is-as-the-document-says"


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server(os.path.abspath(sys.argv[1]), folder)
        server.token("operator")
        with server:
            server.contract = Contract(server.get("/openapi.json").json)
            return report("api/services", [order(server), entities(server), matches(server), notes(server), ports(server),
                                           addresses(server), bulk(server), roots(server), promises(server)])


sys.exit(main())
