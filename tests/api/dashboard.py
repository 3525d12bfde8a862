#!/usr/bin/env python3
"""Reads the dashboard's files as browsers and others do; speaks TAP.

usage: dashboard.py PORT_MANAGER
"""
import gzip
import http.client
import os
import re
import sys
import tempfile

from server import Server, report

PAGES = ["/", "/ports", "/services", "/conflicts", "/ip", "/map", "/health", "/history", "/settings"]
# What may be taken for the address of one thing, and where it is shown.
THINGS = {
    "/services/9999": "/services?id=9999",
    "/projects/storefront/apps/web": "/services?q=project:storefront/apps/web",
    "/ports/8080": "/ports?port=8080",
    "/conflicts/tcp-80": "/conflicts?id=tcp-80",
    "/changes/7": "/history?transaction=7",
    "/transactions/7": "/history?transaction=7",
    "/health/7": "/health?service=7",
    "/history/%0d%0aX:%20y&a=b": "/history?transaction=%0D%0AX%3A%20y%26a%3Db",
}


class Raw:
    """An answer with its bytes as they came."""

    def __init__(self, server, path, method="GET", **headers):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        self.status, self.headers, self.bytes = response.status, response.headers, response.read()
        connection.close()


def pages(server):
    first = Raw(server, "/")
    html = first.bytes.decode()
    for path in PAGES:
        page = Raw(server, path)
        yield page.status == 200 and page.bytes == first.bytes, f"answers-{path}"
    yield first.headers["Content-Type"] == "text/html; charset=utf-8", "says-that-it-is-html"
    yield "no-cache" in first.headers["Cache-Control"], "is-asked-for-each-time"
    again = Raw(server, "/", If_None_Match=first.headers["ETag"])
    yield again.status == 304 and again.bytes == b"", "is-sent-only-when-it-changed"
    other = Raw(server, "/", If_None_Match='"another"')
    yield other.status == 200, "control-another-tag-is-no-match"
    head = Raw(server, "/map", "HEAD")
    yield head.status == 200 and head.bytes == b"", "answers-head"
    yield Raw(server, "/services?q=is%3Adown&service=20").bytes == first.bytes, "takes-any-query"
    yield Raw(server, "/maps").status == 404 and Raw(server, "/map/x").status == 404, "has-no-other-pages"
    for path in ("/maps", "/api/service", "/map/x"):
        lost = Raw(server, path, Accept="text/html,application/xhtml+xml,*/*;q=0.8")
        yield lost.status == 404 and lost.bytes == first.bytes, f"shows-a-browser-that-nothing-is-at{path.replace('/', '-')}"
        for accept in ("*/*", "application/json, text/plain, */*", "text/html;q=0, */*"):
            told = Raw(server, path, Accept=accept)
            yield told.status == 404 and told.headers["Content-Type"] == "application/problem+json", \
                f"control-tells-{accept.split(',')[0]}-in-json-that-nothing-is-at{path.replace('/', '-')}"
    yield Raw(server, "/maps", "POST", Accept="text/html").headers["Content-Type"] == "application/problem+json", \
        "shows-only-to-who-reads"
    slash = Raw(server, "/ports/", Accept="text/html")
    yield slash.status == 308 and slash.headers["Location"] == "/ports", "leads-from-a-slash-too-many-to-the-page"
    for path, page in THINGS.items():
        one = Raw(server, path, Accept="text/html")
        yield one.status == 308 and one.headers["Location"] == page, f"leads-from{path.partition('%')[0].replace('/', '-')}-to-its-page"
        yield Raw(server, path, Accept="application/json").status == 404, \
            f"control-leads-only-browsers-from{path.partition('%')[0].replace('/', '-')}"
    strange = Raw(server, "//evil.example/", Accept="text/html")
    yield strange.status == 404 and strange.headers["Location"] is None, "leads-nowhere-else"
    policy = first.headers["Content-Security-Policy"]
    yield "default-src 'none'" in policy and "unsafe" not in policy, "has-a-strict-policy"
    yield re.search(r"<script(?![^>]*\ssrc=)", html) is None and re.search(r"<style|\sstyle=|\son\w+=", html) is None, \
        "has-nothing-inline"


def assets(server):
    names = re.findall(r'(?:src|href)="(/assets/[^"]+)"', Raw(server, "/").bytes.decode())
    yield any(n.endswith(".js") for n in names) and any(n.endswith(".css") for n in names), "has-a-script-and-a-style"
    plain = Raw(server, names[0])
    yield plain.status == 200 and "Content-Encoding" not in plain.headers, "is-plain-for-who-asks-for-nothing"
    yield plain.headers["Cache-Control"] == "public, max-age=31536000, immutable", "is-kept-for-ever"
    yield plain.headers["Vary"] == "Accept-Encoding" and plain.headers["X-Content-Type-Options"] == "nosniff", \
        "has-the-usual-headers"
    zipped = Raw(server, names[0], Accept_Encoding="deflate, gzip;q=0.5")
    yield zipped.headers["Content-Encoding"] == "gzip" and gzip.decompress(zipped.bytes) == plain.bytes, "comes-as-gzip"
    brotli = Raw(server, names[0], Accept_Encoding="gzip, deflate, br")
    yield brotli.headers["Content-Encoding"] == "br" and len(brotli.bytes) < len(zipped.bytes), "comes-as-brotli"
    refused = Raw(server, names[0], Accept_Encoding="br;q=0, gzip;q=0, *")
    yield "Content-Encoding" not in refused.headers, "heeds-a-weight-of-nothing"
    yield Raw(server, names[0], Accept_Encoding="*").headers["Content-Encoding"] == "br", "takes-any-for-any"
    for path in ("/assets/none.js", "/assets/..%2findex.html", "/assets/", "/assets/index.html"):
        yield Raw(server, path).status == 404, f"knows-no-{path}"
    icon = Raw(server, "/icon.svg")
    yield icon.status == 200 and icon.headers["Content-Type"] == "image/svg+xml", "has-an-icon"


def without_scripts(server):
    page = server.get("/plain")
    yield page.status == 200 and "docs-site" in page.text and "script" not in page.text, "has-a-plain-page"


def main():
    with tempfile.TemporaryDirectory() as folder, Server(os.path.abspath(sys.argv[1]), folder) as server:
        groups = [without_scripts(server)]
        if Raw(server, "/").status == 404:
            groups.append(iter([(True, "the-dashboard # SKIP this program was built without it")]))
        else:
            groups += [pages(server), assets(server)]
        return report("dashboard", groups)


sys.exit(main())
