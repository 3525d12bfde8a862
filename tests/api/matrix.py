#!/usr/bin/env python3
"""Every route of the route table × everything that must be refused; speaks TAP.

usage: matrix.py PORT_MANAGER

The routes come from /openapi.json, which comes from the table. For each defect the same request without it is
the control: it must not be refused like that.
"""
import json
import os
import re
import select
import socket
import sys
import tempfile
import time

from contract import Contract
from server import Server, report

# Where fields depend on each other, which a schema does not say.
WELL_FORMED = {"/api/plans": {"kind": "sync"}, "/api/config": {"changes": [{"key": "ip.policy", "value": "notify"}], "dryRun": True},
               "/api/ip/change": {"old": "203.0.113.10", "new": "198.51.100.1"}}
ROLES = ["anyone", "viewer", "operator", "admin"]


class Route:
    def __init__(self, document, path, method, operation):
        self.method = method.upper()
        self.path = path.replace("{id}", "1")
        self.role = operation["x-role"]
        self.writes = self.method != "GET"
        schema = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        self.body = document["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2])
        self.document = document
        self.is_stream = "text/event-stream" in json.dumps(operation)
        self.is_page = '"text/html"' in json.dumps(operation) and path != "/plain"  # its query is its scripts' own
        self.name = f"{self.method} {path}"

    def well_formed_body(self):
        if self.body is None:
            return None
        if self.path in WELL_FORMED:
            return WELL_FORMED[self.path]
        return {name: self.example(self.body["properties"][name]) for name in self.body.get("required", [])}

    def example(self, schema):
        if "$ref" in schema:
            inner = self.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
            return {n: self.example(inner["properties"][n]) for n in inner.get("required", [])}
        if "enum" in schema:
            return schema["enum"][0]
        kind = schema.get("type", "string")
        kind = kind[0] if isinstance(kind, list) else kind
        if kind == "array":
            return [self.example(schema["items"])]
        return {"string": "x" * max(schema.get("minLength", 1), 1), "integer": schema.get("minimum", 1), "boolean": True,
                "number": 0, "object": {}}[kind]

    def url(self, extra=""):
        query = "&".join(filter(None, ["dryRun=true" if self.writes else "", extra]))
        return self.path + ("?" + query if query else "")


def routes_of(document):
    return [Route(document, path, method, operation) for path, item in document["paths"].items()
            for method, operation in item.items()]


def ask(server, route, extra="", body=..., role=None, **headers):
    return server.ask(route.method, route.url(extra), route.well_formed_body() if body is ... else body, role=role, **headers)


def enough(route):
    """A role that may."""
    return route.role if route.role != "anyone" else None


def problem(answer, status):
    return answer.status in status and answer.headers["Content-Type"] == "application/problem+json" and \
        answer.json["status"] == answer.status and answer.json["detail"] and usual_headers(answer)


def usual_headers(answer):
    return answer.headers["X-Content-Type-Options"] == "nosniff" and answer.headers["X-Frame-Options"] == "DENY" and \
        "default-src 'none'" in answer.headers["Content-Security-Policy"] and \
        answer.headers["Referrer-Policy"] == "no-referrer"


def defects(route):
    """(name, what must come, how it is asked)."""
    needs = ROLES.index(route.role)
    mine = {"role": enough(route)}
    if needs > 1:
        yield "no-token", {401}, {}
    for role in ROLES[1:needs]:
        yield f"as-{role}", {403}, {"role": role}
    yield "wrong-token", {401, 429}, {"Authorization": "Bearer pm_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}
    for host in ("evil.example", "localhost.evil.example", "127.0.0.1:1", "127.0.0.1.evil.example", "[::ffff:127.0.0.1]", ""):
        yield f"host-{host or 'empty'}", {421}, {**mine, "Host": host}
    if not route.is_page:
        yield "unknown-parameter", {400}, {**mine, "extra": "nothing=1"}
    if not route.writes:
        return
    for origin in ("http://evil.example", "null"):
        yield f"origin-{origin}", {403}, {**mine, "Origin": origin}
    yield "cross-site", {403}, {**mine, "Sec-Fetch-Site": "cross-site"}
    yield "dry-run-is-no-flag", {400}, {**mine, "extra": "dryRun=maybe"}
    yield "body-too-large", {413}, {**mine, "body": b"[" + b" " * (1024 * 1024) + b"]"}
    yield "not-json", {400}, {**mine, "body": b"{]"}
    yield "not-declared-json", {415}, {**mine, "Content-Type": "text/plain", "body": b"{}"}
    if route.body is not None:
        yield "not-an-object", {422}, {**mine, "body": []}
        yield "unknown-field", {422}, {**mine, "body": {**route.well_formed_body(), "nothing": 1}}
        yield "deep", {400, 422}, {**mine, "body": b"[" * 100000}


def try_defect(server, route, how):
    headers = {k.replace("-", "_"): v for k, v in how.items() if k not in ("role", "extra", "body")}
    return ask(server, route, how.get("extra", ""), how.get("body", ...), how.get("role"), **headers)


def refusals(server, routes):
    for route in routes:
        if route.is_stream:
            control = None
        else:
            control = ask(server, route, role=enough(route)).status
        for name, status, how in defects(route):
            answer = try_defect(server, route, how)
            fine = problem(answer, status)
            if not fine:
                print(f"# {answer.status} {answer.text[:200]}")
            yield fine and (control is None or control not in status), f"{route.name}/{name}"


def fields(server, routes):
    """Each field of each body with a value of a wrong type: the answer points at it."""
    for route in (r for r in routes if r.body is not None):
        for name, schema in route.body["properties"].items():
            wrong = 7 if "integer" not in str(schema.get("type")) and "number" not in str(schema.get("type")) else {}
            answer = ask(server, route, body={**route.well_formed_body(), name: wrong}, role=enough(route))
            yield problem(answer, {422}) and f"/{name}" in answer.pointers, f"{route.name}/field-{name}"


def methods(server, routes):
    for path in sorted({r.path for r in routes}):
        allowed = {r.method for r in routes if r.path == path}
        allowed |= {"HEAD"} if "GET" in allowed else set()
        for method in ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
            if method in allowed:
                continue
            answer = server.ask(method, path, role="admin")
            yield problem(answer, {405}) and set(answer.headers["Allow"].split(", ")) >= allowed, f"{method} {path}"


def responses(text):
    return len(re.findall(r"^HTTP/1\.1 ", text, re.MULTILINE))


def framing(server, routes):
    """Two requests where a careless reader sees one: at most one may be answered, and with 400."""
    hidden = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    for route in routes:
        start = f"{route.method} {route.url()} HTTP/1.1\r\nHost: localhost\r\n"
        for name, headers, body in (
                ("te-and-cl", f"Content-Length: {5 + len(hidden)}\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + hidden),
                ("cl-and-te", f"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "0\r\n\r\n" + hidden),
                ("two-lengths", "Content-Length: 0\r\nContent-Length: 5\r\n", "abcde" + hidden),
                ("the-same-length-twice", "Content-Length: 5\r\nContent-Length: 5\r\n", "abcde" + hidden),
                ("two-encodings", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n" + hidden)):
            answer = server.raw(start + headers + "\r\n" + body)
            yield responses(answer) == 1 and answer.startswith("HTTP/1.1 400 "), f"{route.name}/{name}"


def sizes(server):
    def status(data):
        return server.raw(data).split("\r\n")[0]
    head = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
    yield " 200 " in status(head + f"X-Large: {'a' * 8000}\r\n\r\n"), "control-a-large-header-passes"
    for size in (17000, 40000, 70000, 1000000):
        answer = server.raw(head + f"X-Large: {'a' * size}\r\n\r\n")
        yield " 431 " in answer.split("\r\n")[0] or answer == "", f"headers-of-{size}-bytes"
    answer = server.raw(head + f"X-Large: {'a' * 20000}\r\n\r\n")
    yield "application/problem+json" in answer and "nosniff" in answer, "as-a-problem"
    answer = server.raw(head + "".join(f"X-{i}: a\r\n" for i in range(2000)) + "\r\n")
    yield " 431 " in answer.split("\r\n")[0] or answer == "", "many-headers"
    answer = server.raw(f"GET /{'a' * 5000} HTTP/1.1\r\nHost: localhost\r\n\r\n")
    yield " 414 " in answer.split("\r\n")[0], "a-long-path"
    answer = server.raw(f"GET /{'a' * 200000} HTTP/1.1\r\nHost: localhost\r\n\r\n")
    yield " 414 " in answer.split("\r\n")[0] or answer == "", "a-very-long-path"
    for name, line in (("no-version", "GET /healthz"), ("http-2", "PRI * HTTP/2.0"), ("nothing", ""), ("bytes", "\x00\x01\x02"),
                       ("no-host", "GET /healthz HTTP/1.1")):
        yield " 200 " not in status(line + "\r\n\r\n"), f"request-line-{name}"
    yield " 200 " not in status("GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n"), "two-hosts"
    token = server.token("admin")
    chunked = (f"POST /api/tokens HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
               "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n")
    answer = server.raw(chunked + "100000\r\n" + " " * 0x100000 + "\r\n" + "8\r\n        \r\n0\r\n\r\n")
    yield " 413 " in answer.split("\r\n")[0], "a-chunked-body-that-grows-too-large"
    yield server.get("/healthz").status == 200, "and-it-lives"


def open_slow(server):
    """Clients that never come to the end of a request's head."""
    slow = []
    for data in (b"", b"GET /healthz HT", b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A: "):
        connection = socket.create_connection(("127.0.0.1", server.port), timeout=60)
        connection.sendall(data)
        slow.append(connection)
    return slow


def slow_clients(slow):
    """Sending a byte now and then does not help."""
    left, until = list(slow), time.monotonic() + 120
    while left and time.monotonic() < until:
        readable, _, _ = select.select(left, [], [], 1)
        for connection in readable:
            try:
                ended = connection.recv(4096) == b""
            except ConnectionError:
                ended = True
            if ended:
                left.remove(connection)
        for connection in left[-1:]:
            try:
                connection.sendall(b"a")
            except OSError:
                pass
    for connection in slow:
        connection.close()
    yield not left, "who-takes-too-long-is-cut-off"


def coverage(server, routes):
    seen = {(method, template) for method, template, _ in server.contract.seen}
    every = {(r.method, r.name.partition(" ")[2]) for r in routes}
    yield every - seen == set(), "every-route-was-asked"
    for line in server.contract.broken[:20]:
        print(f"# {line}")
    yield server.contract.broken == [], "every-answer-is-as-the-document-says"


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server(os.path.abspath(sys.argv[1]), folder)
        for role in ROLES[1:]:
            server.token(role)
        with server:
            slow = open_slow(server)
            server.contract = Contract(server.get("/openapi.json").json)
            routes = routes_of(server.contract.document)
            print(f"# {len(routes)} routes")
            return report("api/matrix", [refusals(server, routes), fields(server, routes), methods(server, routes),
                                         framing(server, routes), sizes(server), coverage(server, routes),
                                         slow_clients(slow)])


sys.exit(main())
