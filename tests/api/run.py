#!/usr/bin/env python3
"""Serves examples/workspace and reads everything that can be read, over real sockets; speaks TAP.

usage: run.py PORT_MANAGER
"""
import os
import sys
import tempfile

from server import Server, report


def services(server):
    answer = server.get("/api/services")
    listed = answer.json
    yield answer.status == 200 and answer.headers["Content-Type"] == "application/json", "lists-services"
    wanted = {"id", "projectId", "serviceName", "externalIP", "internalPort", "externalPort", "protocol", "status",
              "lastUpdated", "configFiles"}
    yield all(wanted <= set(s) for s in listed["services"]), "gives-every-fixed-field"
    yield listed["total"] == len(listed["services"]) > 15 and listed["nextCursor"] is None, "counts-them"
    first = listed["services"][0]
    one = server.get(f"/api/services/{first['id']}").json
    yield one["id"] == first["id"] and one["serviceName"] == first["serviceName"], "shows-one-service"
    yield server.get("/api/services/4711").status == 404, "knows-no-other-service"
    yield server.get("/api/services/x").status == 404, "takes-numbers-for-ids"
    yield server.get("/api/services%00foo").status == 404, "is-not-cut-at-what-stands-for-a-nul"
    yield server.get("/api/%73ervices").status == 200, "reads-what-is-escaped"
    found = server.get("/api/services?q=port:8765").json
    yield [s["projectId"] for s in found["services"]] == ["assistant-mcp"], "filters"
    answer = server.get("/api/services?q=prot:1")
    yield answer.status == 400 and "did you mean" in answer.detail, "explains-a-wrong-filter"
    yield answer.headers["Content-Type"] == "application/problem+json", "answers-problems-as-problem-json"
    yield answer.pointers == ["q"], "names-the-parameter-that-is-wrong"
    seen, cursor = [], ""
    while cursor is not None:
        page = server.get(f"/api/services?limit=4{'&cursor=' + cursor if cursor else ''}").json
        seen += [s["id"] for s in page["services"]]
        cursor = page["nextCursor"]
    yield sorted(seen) == sorted(s["id"] for s in listed["services"]), "pages-through-all-of-them-once"
    answer = server.get("/api/services?port=3000&limit=0&limit=1")
    yield answer.status == 400 and sorted(answer.pointers) == ["limit", "limit", "port"], "tells-every-wrong-parameter"


def others(server):
    conflicts = server.get("/api/ports/conflicts").json["conflicts"]
    yield sorted(c["port"] for c in conflicts if c["severity"] == "error") == [3000, 5432], "lists-the-conflicts"
    yield all({"id", "port", "transport", "host", "severity", "claimants", "reason", "suggestion"} <= set(c)
              for c in conflicts), "gives-every-fixed-field-of-a-conflict"
    status = server.get("/api/network/status").json
    yield status["services"]["conflict"] == 4 and status["lastScan"], "tells-the-network-status"
    yield server.get("/healthz").status == 200, "is-healthy"
    page = server.get("/plain")
    yield page.status == 200 and "docs-site" in page.text and "script" not in page.text, "shows-a-page"
    yield "default-src 'none'" in page.headers["Content-Security-Policy"], "has-a-strict-policy"
    yield server.get("/api/nothing").status == 404, "knows-nothing-else"
    answer = server.ask("PATCH", "/api/services")
    yield answer.status == 405 and "GET" in answer.headers["Allow"], "refuses-other-methods"
    answer = server.ask("HEAD", "/api/services")
    yield answer.status == 200 and answer.text == "", "answers-head"


def stops(server):
    second = server.cli("--state", os.path.join(server.folder, "other-state"), "serve", "--listen", f"127.0.0.1:{server.port}")
    yield second.returncode == 3 and "cannot listen" in second.stderr, "says-that-the-port-is-taken"
    yield server.stop() == 0, "stops-when-told"
    yield not os.path.exists(server.socket), "takes-its-socket-away"


def main():
    with tempfile.TemporaryDirectory() as folder, Server(os.path.abspath(sys.argv[1]), folder) as server:
        return report("api", [services(server), others(server), stops(server)])


sys.exit(main())
