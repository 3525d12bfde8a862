#!/usr/bin/env python3
"""Changes over HTTP: plans, jobs, transactions and undo; every answer is held against the OpenAPI document.
Speaks TAP.

usage: changes.py PORT_MANAGER
"""
import concurrent.futures
import copy
import csv
import io
import os
import pathlib
import sys
import tempfile
from urllib.parse import quote

from contract import Contract
from server import Server, report

OLD, NEW = "203.0.113.10", "198.51.100.23"


def occurrences(server, text):
    return sum(path.read_bytes().count(text.encode()) for path in pathlib.Path(server.workspace).rglob("*")
               if path.is_file())


def change(server, path, body=None, method="POST", **how):
    return server.ask(method, path, body, role="operator", **how)


def addresses(server):
    known = server.get("/api/ip").json
    yield known["addresses"] and known["addresses"][0]["places"] > 1, "lists-addresses"
    old = known["addresses"][0]["address"]
    before = occurrences(server, old)
    dry = change(server, "/api/ip/change", {"old": old, "new": NEW, "dryRun": True})
    yield dry.status == 200 and dry.json["edits"] and dry.json["id"], "a-dry-run-answers-with-the-plan"
    yield occurrences(server, old) == before and occurrences(server, NEW) == 0, "and-writes-nothing"
    held = pathlib.Path(dry.json["files"][0]["root"], dry.json["files"][0]["file"])
    mode = held.stat().st_mode
    held.chmod(0o444)
    told = change(server, "/api/plans", {"kind": "ip-change", "old": old, "new": NEW})
    tried = server.cli("ip", "change", old, NEW, "--dry-run")
    held.chmod(mode)
    yield "refusal" not in dry.json, "a-plan-that-fits-is-not-refused"
    yield told.status == 200 and "read-only" in told.json["refusal"] and held.name in told.json["refusal"], "what-would-be-refused-is-told"
    yield tried.returncode == 4 and "read-only" in tried.stderr, "by-the-command-line-too"
    kept = server.get(f"/api/plans/{dry.json['id']}")
    yield kept.json["edits"] == dry.json["edits"], "the-plan-is-kept"
    diff = change(server, f"/api/plans/{dry.json['id']}/diff", method="GET")
    yield f"-" in diff.text and NEW in diff.text and diff.headers["Content-Type"].startswith("text/x-diff"), "and-shown-as-a-diff"
    yield server.get(f"/api/plans/{dry.json['id']}/diff").status == 401, "which-takes-a-token"
    started = change(server, f"/api/plans/{dry.json['id']}/apply")
    yield started.status == 202 and started.headers["Location"].startswith("/api/jobs/"), "applying-it-is-a-job"
    job = server.finish(started)
    yield job["state"] == "done" and job["result"]["transaction"]["state"] == "committed", "which-commits"
    yield occurrences(server, NEW) == len(dry.json["edits"]), "every-edit-is-made"
    again = server.finish(change(server, f"/api/plans/{dry.json['id']}/apply"))
    yield again["state"] == "failed" and again["result"]["status"] == 409, "a-plan-is-not-applied-twice"
    transaction = job["result"]["transaction"]["id"]
    detail = server.get(f"/api/transactions/{transaction}").json
    yield sum(len(c["edits"]) for c in detail["changes"]) == len(dry.json["edits"]), "a-transaction-tells-its-edits"
    preview = change(server, f"/api/transactions/{transaction}/undo?dryRun=true")
    yield preview.status == 200 and preview.json["undoOf"] == transaction, "an-undo-can-be-tried"
    undone = server.finish(change(server, f"/api/transactions/{transaction}/undo", {}))
    yield undone["state"] == "done" and occurrences(server, old) == before, "an-undo-brings-all-of-it-back"
    yield from refused(server, old)
    listed = server.get("/api/transactions?limit=1").json
    yield listed["transactions"][0]["kind"] == "undo" and listed["nextCursor"], "transactions-are-listed-newest-first"
    yield server.get("/api/network/status").json["lastTransaction"] == listed["transactions"][0]["finished"], "the-status-tells-the-last"
    yield change(server, "/api/transactions/4711/undo?dryRun=true").status == 404, "what-never-was-is-not-undone"


def refused(server, old):
    """What somebody saved after the plan is named, file by file, and everything is as it was."""
    plan = change(server, "/api/ip/change", {"old": old, "new": NEW, "dryRun": True}).json
    path = pathlib.Path(plan["files"][0]["root"]) / plan["files"][0]["file"]
    saved = path.read_bytes()
    path.write_bytes(saved.replace(old.encode(), b"203.0.113.77"))
    job = server.finish(change(server, f"/api/plans/{plan['id']}/apply"))
    told = job["result"].get("errors", [])
    yield job["state"] == "failed" and [error["path"] for error in told] == [str(path)], "what-changed-since-is-named-by-file"
    yield occurrences(server, NEW) == 0, "and-nothing-is-written"
    path.write_bytes(saved)


def conflicts(server):
    found = server.get("/api/ports/conflicts").json["conflicts"]
    errors = [c for c in found if c["severity"] == "error"]
    yield len(errors) == 2, "finds-conflicts"
    only = change(server, "/api/ports/resolve", {"only": errors[0]["id"], "dryRun": True})
    yield only.status == 200 and only.json["kind"] == "resolve" and only.json["edits"], "plans-a-way-out-of-one"
    yield change(server, "/api/ports/resolve", {"only": "tcp-1", "dryRun": True}).status == 404, "knows-no-other"
    move = {"serviceId": errors[0]["suggestion"]["serviceId"], "port": 23456}
    moved = change(server, "/api/ports/resolve", {"moves": [move], "dryRun": True})
    yield any(e["new"] == "23456" for e in moved.json["edits"]), "or-the-one-that-somebody-chose"
    stuck = [c["serviceId"] for c in errors[0]["claimants"]]
    for service in stuck:
        change(server, f"/api/services/{service}", {"pinned": "known outside"}, method="PUT")
    job = server.finish(change(server, "/api/ports/resolve", {"only": errors[0]["id"]}))
    yield job["state"] == "done" and job["result"]["transaction"] is None, "moves-nobody-who-is-pinned"
    yield len(job["result"]["plan"]["unresolved"]) == 1, "and-tells-what-is-not-resolved"
    for service in stuck:
        change(server, f"/api/services/{service}", {"pinned": ""}, method="PUT")
    job = server.finish(change(server, "/api/ports/resolve", {}))
    yield job["state"] == "done" and job["kind"] == "resolve", "resolves-all"
    yield job["result"]["plan"]["unresolved"] == [], "with-nothing-left-to-decide"
    left = [c for c in server.get("/api/ports/conflicts").json["conflicts"] if c["severity"] == "error"
            and all(claimant["serviceId"] for claimant in c["claimants"])]  # whatever comes to listen here meanwhile
    yield left == [], "and-none-is-left"
    entries = server.get("/api/history?since=1h").json["history"]
    yield any(e["changeType"] == "external_port" for e in entries), "history-tells-of-it"
    newest = entries[0]["timestamp"]
    yield server.get("/api/history?until=2020-01-01").json["history"] == [], "up-to-a-time"
    yield server.get(f"/api/history?until={newest}&limit=1").json["history"] == entries[:1], "that-is-in-it"
    yield server.get("/api/history?until=soon").pointers == ["until"], "which-must-be-one"
    project = next(e["projectId"] for e in entries if e["changeType"] == "external_port")
    of_it = server.get(f"/api/history?project={quote(project, safe='')}&since=1h").json["history"]
    yield of_it == [e for e in entries if e["projectId"] == project] != entries, "one-project-alone"
    yield server.get("/api/history?project=nobody").json["history"] == [], "or-one-that-nobody-knows"
    yield server.get("/api/history?project=shop&service=shop/api").pointers == ["project"], "which-is-named-once"
    everything = server.get("/api/history/csv")
    rows = list(csv.reader(io.StringIO(everything.text, newline="")))
    all_entries = server.get("/api/history?limit=10000").json["history"]
    yield everything.headers["Content-Type"] == "text/csv; charset=utf-8" and \
        rows[0] == ["time", "project", "service", "change", "old", "new"] and len(rows) == len(all_entries) + 1, "all-of-it-as-csv"
    found = list(csv.reader(io.StringIO(server.get("/api/history/csv?q=project:shop%20found").text)))[1:]
    yield found and all("shop" in row[1] and row[3] == "created" for row in found), "or-what-a-filter-finds"
    os.mkdir(os.path.join(os.fsencode(server.workspace), b"caf\xe9"))
    with open(os.path.join(os.fsencode(server.workspace), b"caf\xe9/.env"), "w", encoding="utf-8") as file:
        file.write("PORT=7654\n")
    server.cli("scan")
    found = list(csv.reader(io.StringIO(server.get("/api/history/csv?q=project:caf").text)))[1:]
    yield [row[1] for row in found] == ["caf\N{REPLACEMENT CHARACTER}"], "names-that-are-no-text-as-well"


def wishes(server):
    """Plans that cannot be made, each with the place of the mistake."""
    cases = [
        ({"kind": "assign"}, 422, ["/port", "/service"]),
        ({"kind": "ip-change", "old": OLD}, 422, ["/new"]),
        ({"kind": "nothing"}, 422, ["/kind"]),
        ({}, 422, ["/kind"]),
        ({"kind": "assign", "service": 1, "port": 70000}, 422, ["/port"]),
        ({"kind": "assign", "service": [], "port": "80"}, 422, ["/port", "/service"]),
        ({"kind": "resolve", "moves": [{"serviceId": 1, "prt": 80}]}, 422, ["/moves/0/port", "/moves/0/prt"]),
        ({"kind": "resolve", "only": "tcp-1", "moves": [{"serviceId": 1, "port": 80}]}, 422, ["/only"]),
        ({"kind": "sync", "touch": ["config", "everything"]}, 422, ["/touch/1"]),
        ({"kind": "sync", "a/b~c": 1}, 422, ["/a~1b~0c"]),
        ([], 422, [""]),
        (b"{", 400, []),
        (b"{\"kind\":\"sync\",\"kind\":\"sync\"}", 400, []),
        (b"", 400, []),
    ]
    for body, status, pointers in cases:
        answer = change(server, "/api/plans", body)
        yield (answer.status, sorted(answer.pointers)) == (status, pointers), f"refuses-{str(body)[:60].replace('#', '')}"
    yield change(server, "/api/plans", {"kind": "assign", "service": "nobody", "port": 4000}).status == 404, "knows-no-service-nobody"
    yield change(server, "/api/plans", {"kind": "ip-change", "old": "x.y", "new": NEW}).status == 422, "takes-addresses-for-addresses"
    answer = change(server, "/api/plans", {"kind": "ip-change", "old": "198.51.100.99", "new": NEW})
    yield answer.status == 422 and "no file says 198.51.100.99" in answer.json["detail"], "an-address-that-nobody-says-is-a-mistake"
    job = server.finish(change(server, "/api/ip/change", {"old": "198.51.100.99", "new": NEW}))
    yield job["state"] == "failed" and job["result"]["status"] == 422, "of-a-change-as-well"
    answer = change(server, "/api/plans", {"kind": "assign", "service": server.get("/api/services").json["services"][0]["id"],
                                           "port": 25000})
    yield answer.status == 200 and answer.json["kind"] == "assign", "plans-by-id"


def syncs(server):
    pathlib.Path(server.workspace, "added").mkdir()
    pathlib.Path(server.workspace, "added", ".env").write_text("PORT=24680\n", encoding="utf-8")
    started = change(server, "/api/services/sync")
    yield started.status == 202, "a-sync-is-a-job"
    job = server.finish(started)
    yield job["state"] == "done" and job["result"]["scan"]["projects"] > 10 and job["result"]["change"] is None, "it-scans"
    found = server.get("/api/services?q=port:24680").json["services"]
    yield [s["projectId"] for s in found] == ["added"], "and-finds-what-is-new"
    assigned = change(server, "/api/plans", {"kind": "assign", "service": found[0]["id"], "port": 24681})
    server.finish(change(server, f"/api/plans/{assigned.json['id']}/apply"))
    env = pathlib.Path(server.workspace, "added", ".env")
    yield env.read_text("utf-8") == "PORT=24681\n", "a-port-is-decided"
    yield server.get("/api/drift").json["edits"] == [], "nothing-drifted"
    env.write_text("PORT=24680\n", encoding="utf-8")
    job = server.finish(change(server, "/api/services/sync", {}))
    drift = server.get("/api/drift").json
    yield [(e["file"], e["old"], e["new"]) for e in drift["edits"]] == [("added/.env", "24680", "24681")], "drift-is-shown"
    yield "id" not in drift, "what-drifted-is-no-plan-to-be-applied"
    yield [e["new"] for e in job["result"]["plan"]["edits"]] == ["24681"], "drift-is-proposed-to-be-mended"
    yield env.read_text("utf-8") == "PORT=24680\n", "and-only-proposed"
    job = server.finish(change(server, "/api/services/sync", {"apply": True}))
    yield job["result"]["change"]["transaction"]["kind"] == "sync" and env.read_text("utf-8") == "PORT=24681\n", "unless-it-is-to-be-applied"
    everything = server.get("/api/findings?limit=10000").json
    pages, cursor = [], ""
    while cursor is not None:
        page = server.get(f"/api/findings?limit=17{'&cursor=' + cursor if cursor else ''}").json
        pages += page["findings"]
        cursor = page["nextCursor"]
    yield pages == everything["findings"] and len(pages) == everything["total"], "findings-page-by-page"
    some = server.get("/api/findings?project=added&kind=port&port=24681").json["findings"]
    yield [f["file"] for f in some] == ["added/.env"], "findings-filtered"


def others(server):
    graph = server.get("/api/network/graph").json
    ids = {n["id"] for n in graph["nodes"]}
    yield graph["edges"] and all(e["to"] in ids for e in graph["edges"] if e["to"] is not None), "draws-a-graph"
    ports = server.get("/api/ports").json["ports"]
    yield [p["port"] for p in ports] == sorted(p["port"] for p in ports) and all(p["services"] or p["lease"] for p in ports), \
        "lists-ports"
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: server.get("/api/findings?limit=9999"), range(40)))
    yield all(a.status == 200 and a.json["findings"] and a.text == answers[0].text for a in answers), \
        "who-ask-for-the-same-at-once-get-the-same"
    jobs = server.get("/api/jobs").json["jobs"]
    yield len(jobs) > 3 and all("result" not in j for j in jobs), "lists-jobs"
    yield change(server, f"/api/jobs/{jobs[0]['id']}", method="DELETE").status == 409, "an-ended-job-is-not-cancelled"
    nothing = {"/api/transactions/99999/undo": {}, "/api/plans/99999/apply": {}, "/api/services/99999/restart": {},
               "/api/ip/changes/99999": {"decision": "approve"}, "/api/plans/x/apply": {}}
    yield [change(server, path, body).status for path, body in nothing.items()] == [404] * len(nothing), \
        "no-job-is-begun-for-what-is-not-there"
    old = "203.0.113.10"
    wrong = [(old, "999.1.1.1"), (old, "foo"), ("foo", NEW), (old, old), (old, "255.255.255.255")]
    yield [change(server, "/api/ip/change", {"old": a, "new": b}).status for a, b in wrong] == [422] * len(wrong), \
        "no-job-is-begun-for-what-is-no-address"
    yield len(server.get("/api/jobs").json["jobs"]) == len(jobs), "and-none-was"


def promises(server):
    """The control: a document that promises something else is caught."""
    false = copy.deepcopy(server.contract.document)
    false["components"]["schemas"]["Service"]["properties"]["id"]["type"] = "string"
    false["components"]["schemas"]["ServiceList"]["required"].append("never")
    control = Contract(false)
    control.check("GET", "/api/services", server.get("/api/services"))
    yield len(control.broken) > 1, "control-a-false-promise-is-caught"
    for line in server.contract.broken[:20]:
        print(f"# {line}")
    yield server.contract.broken == [], "every-answer-is-as-the-document-says"


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server(os.path.abspath(sys.argv[1]), folder)
        server.token("operator")
        with server:
            server.contract = Contract(server.get("/openapi.json").json)
            return report("api/changes", [addresses(server), conflicts(server), wishes(server), syncs(server),
                                          others(server), promises(server)])


sys.exit(main())
