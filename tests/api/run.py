#!/usr/bin/env python3
"""Scans examples/workspace, serves it, and asks over real sockets; speaks TAP.

usage: run.py PORT_MANAGER
"""
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


class Server:
    """A running `serve` on a port of its own choice."""

    def __init__(self, program, folder):
        workspace = os.path.join(folder, "workspace")
        shutil.copytree(REPOSITORY / "examples/workspace", workspace)
        self.program = [program, "--state", os.path.join(folder, "state")]
        subprocess.run(self.program + ["scan", workspace], check=False, capture_output=True, timeout=60)
        self.process = subprocess.Popen(self.program + ["serve", "--listen", "127.0.0.1:0", "--json"],
                                        stdout=subprocess.PIPE, text=True)
        self.url = json.loads(self.process.stdout.readline())["url"]
        self.port = int(self.url.rsplit(":", 1)[1])

    def stop(self):
        self.process.terminate()
        return self.process.wait(timeout=20)

    def get(self, path, method="GET", **headers):
        request = urllib.request.Request(self.url + path, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode()

    def raw(self, text):
        """The status line that answers these bytes; "" when the connection is just closed."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(text.encode())
            return connection.recv(4096).decode(errors="replace").split("\r\n")[0]


def services(server):
    status, headers, body = server.get("/api/services")
    listed = json.loads(body)
    yield status == 200 and headers["Content-Type"] == "application/json", "lists-services"
    wanted = {"id", "projectId", "serviceName", "externalIP", "internalPort", "externalPort", "protocol", "status",
              "lastUpdated", "configFiles"}
    yield all(wanted <= set(s) for s in listed["services"]), "gives-every-fixed-field"
    yield listed["total"] == len(listed["services"]) > 15 and listed["nextCursor"] is None, "counts-them"
    first = listed["services"][0]
    one = json.loads(server.get(f"/api/services/{first['id']}")[2])
    yield one["id"] == first["id"] and one["serviceName"] == first["serviceName"], "shows-one-service"
    yield server.get("/api/services/4711")[0] == 404, "knows-no-other-service"
    yield server.get("/api/services/x")[0] == 404, "takes-numbers-for-ids"
    found = json.loads(server.get("/api/services?q=port:8765")[2])
    yield [s["projectId"] for s in found["services"]] == ["assistant-mcp"], "filters"
    status, headers, body = server.get("/api/services?q=prot:1")
    yield status == 400 and "did you mean" in json.loads(body)["detail"], "explains-a-wrong-filter"
    yield headers["Content-Type"] == "application/problem+json", "answers-problems-as-problem-json"
    seen, cursor = [], ""
    while cursor is not None:
        page = json.loads(server.get(f"/api/services?limit=4{'&cursor=' + cursor if cursor else ''}")[2])
        seen += [s["id"] for s in page["services"]]
        cursor = page["nextCursor"]
    yield sorted(seen) == sorted(s["id"] for s in listed["services"]), "pages-through-all-of-them-once"
    yield server.get("/api/services?port=3000")[0] == 400, "passes-no-unknown-parameter-over"
    yield server.get("/api/services?limit=0")[0] == 400, "refuses-a-wrong-limit"


def others(server):
    conflicts = json.loads(server.get("/api/ports/conflicts")[2])["conflicts"]
    yield sorted(c["port"] for c in conflicts if c["severity"] == "error") == [3000, 5432], "lists-the-conflicts"
    yield all({"id", "port", "transport", "host", "severity", "claimants", "reason", "suggestion"} <= set(c)
              for c in conflicts), "gives-every-fixed-field-of-a-conflict"
    status = json.loads(server.get("/api/network/status")[2])
    yield status["services"]["conflict"] == 4 and status["lastScan"], "tells-the-network-status"
    yield server.get("/healthz")[0] == 200, "is-healthy"
    code, headers, page = server.get("/")
    yield code == 200 and "docs-site" in page and "script" not in page, "shows-a-page"
    yield "default-src 'none'" in headers["Content-Security-Policy"], "has-a-strict-policy"
    yield server.get("/api/nothing")[0] == 404, "knows-nothing-else"
    code, headers, _ = server.get("/api/services", method="DELETE")
    yield code == 405 and "GET" in headers["Allow"], "refuses-other-methods"
    code, _, body = server.get("/api/services", method="HEAD")
    yield code == 200 and body == "", "answers-head"


def hostile(server):
    yield server.get("/api/services", Host="evil.example")[0] == 421, "refuses-another-host"
    yield server.get("/api/services", Host=f"localhost:{server.port}")[0] == 200, "answers-to-localhost"
    yield server.get("/api/services", Host="localhost:1")[0] == 421, "refuses-another-port-in-host"
    line = server.raw("GET /healthz HTTP/1.1\r\n\r\n")
    yield " 200 " not in line, "refuses-a-request-without-host"
    line = server.raw(f"POST /healthz HTTP/1.1\r\nHost: localhost:{server.port}\r\nContent-Length: 4\r\n"
                      "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
    yield " 400 " in line or line == "", "refuses-two-ways-of-framing"
    line = server.raw(f"POST /healthz HTTP/1.1\r\nHost: localhost:{server.port}\r\nContent-Length: 4\r\n"
                      "Content-Length: 5\r\n\r\nabcd")
    yield " 400 " in line or line == "", "refuses-two-lengths"
    line = server.raw(f"GET /{'a' * 100000} HTTP/1.1\r\nHost: localhost\r\n\r\n")
    yield " 200 " not in line, "refuses-a-huge-request-line"
    second = subprocess.run(server.program + ["serve", "--listen", f"127.0.0.1:{server.port}"], capture_output=True,
                            text=True, timeout=20, check=False)
    yield second.returncode == 3 and "cannot listen" in second.stderr, "says-that-the-port-is-taken"


def main():
    number = 0
    with tempfile.TemporaryDirectory() as folder:
        server = Server(os.path.abspath(sys.argv[1]), folder)
        try:
            for part in (services, others, hostile):
                for fine, name in part(server):
                    number += 1
                    print(f"{'ok' if fine else 'not ok'} {number} /api/{name}", flush=True)
        finally:
            status = server.stop()
        number += 1
        print(f"{'ok' if status == 0 else 'not ok'} {number} /api/stops-when-told")
    print(f"1..{number}")


main()
