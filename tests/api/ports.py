#!/usr/bin/env python3
"""What each port is, who has one, which is free; files left out of a change; what an undo shows. Every answer is held
against the OpenAPI document; speaks TAP.

usage: ports.py PORT_MANAGER
"""
import os
import pathlib
import socket
import sys
import tempfile

from contract import Contract
from server import Server, report

NEW = "198.51.100.23"


def uses(server):
    answer = server.get("/api/ports/use").json
    return {port: set(run["is"]) for run in answer["runs"] for port in range(run["first"], run["last"] + 1)}, answer


def a_listener():
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    return listener, listener.getsockname()[1]


def map_of_ports(server):
    listener, port = a_listener()
    with listener:
        held, answer = uses(server)
        yield sorted(held) == list(range(1, 65536)), "every-port-is-in-one-run"
        neighbours = zip(answer["runs"], answer["runs"][1:])
        yield all(a["last"] + 1 == b["first"] and a["is"] != b["is"] for a, b in neighbours), "runs-are-as-long-as-they-can-be"
        yield "listening" in held[port], "sees-who-listens"
        one = server.get(f"/api/ports/{port}").json
        yield [l["pid"] for l in one["listening"]] == [os.getpid()] and one["declared"] == [], "says-which-process-it-is"
    yield "listening" not in uses(server)[0][port], "control-and-that-it-has-gone"
    yield {"declared", "conflict"} <= held[3000], "knows-declared-ports-and-conflicts"
    yield "privileged" in held[80] and "privileged" not in held[1024], "knows-privileged-ports"
    yield "blocked" in held[6000] and "blocked" not in held[5999], "knows-what-browsers-refuse"
    first, last = map(int, pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split())
    yield "ephemeral" in held[first] and "ephemeral" in held[last] and "ephemeral" not in held[first - 1], \
        "knows-the-kernel-s-range"
    one = server.get("/api/ports/3000").json
    yield len(one["declared"]) >= 2 and all(s["configFiles"] for s in one["declared"]), "says-who-declares-it-and-where"
    yield server.get("/api/ports/65536").status == 404 and server.get("/api/ports/x").status == 404, "knows-no-other-port"


def free_ports(server):
    free = server.get("/api/ports/free?type=api").json["port"]
    yield not uses(server)[0][free] & {"declared", "leased", "listening"}, "tells-a-free-port"
    yield server.get("/api/ports/free?type=api").json["port"] == free, "without-taking-it"
    leased = server.ask("POST", "/api/ports/allocate", {"type": "api", "port": free, "ttl": 600}, role="operator")
    yield leased.status == 201 and leased.json["lease"]["port"] == free, "which-can-be-reserved"
    yield server.get("/api/ports/free?type=api").json["port"] != free, "and-is-not-offered-again"
    yield "leased" in uses(server)[0][free], "and-is-leased-then"
    who = server.get(f"/api/ports/{free}").json
    yield [one["id"] for one in who["leases"]] == [leased.json["lease"]["id"]], "as-whoever-asks-for-the-port-is-told"
    moved = server.ask("PUT", "/api/services/1", {"externalPort": free, "dryRun": True}, role="operator")
    yield moved.status == 409 and "is leased" in moved.json["detail"], "no-service-is-moved-there"
    pinned = server.get("/api/services?q=project:assistant-mcp").json["services"][0]
    server.ask("PUT", f"/api/services/{pinned['id']}", {"pinned": "known outside"}, role="operator")
    yield "pinned" in uses(server)[0][pinned["externalPort"]], "pins-are-told"
    yield server.get("/api/ports/free?type=nothing").status == 422, "knows-no-other-type"


def contents(server):
    return {path: path.read_bytes() for path in pathlib.Path(server.workspace).rglob("*") if path.is_file()}


def leaving_out(server):
    old = server.get("/api/ip").json["addresses"][0]["address"]
    before = contents(server)
    wish = {"kind": "ip-change", "old": old, "new": NEW}
    whole = server.ask("POST", "/api/plans", wish, role="operator").json
    left = os.path.join(whole["files"][0]["root"], whole["files"][0]["file"])
    plan = server.ask("POST", "/api/plans", {**wish, "exclude": [left]}, role="operator").json
    yield len(plan["files"]) >= len(whole["files"]) - 1 and len(plan["edits"]) < len(whole["edits"]), "has-fewer-edits"
    yield all(os.path.join(e["root"], e["file"]) != left for e in plan["edits"]), "has-none-in-that-file"
    yield any(os.path.join(e["root"], e["file"]) == left for e in plan["leftOut"]), "says-what-is-left"
    wrong = server.ask("POST", "/api/plans", {**wish, "exclude": [left, "/nowhere/.env"]}, role="operator")
    yield wrong.status == 422 and "/nowhere/.env;" in wrong.json["detail"] and left not in wrong.json["detail"], \
        "a-file-that-is-not-in-the-plan-is-a-mistake"
    job = server.finish(server.ask("POST", f"/api/plans/{plan['id']}/apply", {}, role="operator"))
    yield job["state"] == "done", "is-applied-as-it-was-shown"
    after = contents(server)
    changed = {str(path) for path in before if before[path] != after[path]}
    yield left not in changed and changed == {os.path.join(e["root"], e["file"]) for e in plan["edits"]}, "writes-all-but-that-file"
    transaction = job["result"]["transaction"]["id"]
    shown = server.ask("POST", f"/api/transactions/{transaction}/undo", {"dryRun": True}, role="operator").json
    yield f"+++ b/" in shown["diff"] and old in shown["diff"] and shown["changedSince"] == [], "an-undo-shows-its-diff"
    touched = pathlib.Path(sorted(changed)[0])
    touched.write_bytes(touched.read_bytes() + b"\n")
    shown = server.ask("POST", f"/api/transactions/{transaction}/undo", {"dryRun": True}, role="operator").json
    yield shown["changedSince"] == [str(touched)], "and-which-files-somebody-edited-since"
    touched.write_bytes(after[touched].replace(NEW.encode(), b"192.0.2.99"))
    refused = server.ask("POST", f"/api/transactions/{transaction}/undo", {"dryRun": True}, role="operator")
    yield refused.status == 409 and str(touched) in refused.json["detail"], "and-is-refused-as-the-undo-would-be"
    touched.write_bytes(after[touched])
    job = server.finish(server.ask("POST", f"/api/transactions/{transaction}/undo", {}, role="operator"))
    yield job["state"] == "done" and contents(server) == before, "an-undo-brings-every-byte-back"


def agrees(server):
    for line in server.contract.broken:
        print(f"# {line}")
    yield server.contract.broken == [], "every-answer-is-as-the-document-says"


def main():
    with tempfile.TemporaryDirectory() as folder, Server(os.path.abspath(sys.argv[1]), folder,
                                                          config="[ip]\nsources = []\n") as server:
        server.contract = Contract(server.get("/openapi.json").json)
        return report("api/ports", [map_of_ports(server), free_ports(server), leaving_out(server), agrees(server)])


sys.exit(main())
