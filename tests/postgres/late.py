#!/usr/bin/env python3
"""A machine that boots before its database does: `serve` starts without the registry's server, says so, and has everything once it is
there; TAP.

usage: late.py PORT_MANAGER
"""
import http.client
import json
import os
import pathlib
import signal
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import cluster  # noqa: E402
import host as hosts  # noqa: E402

eventually = hosts.eventually
AGAIN = "the configuration was read again"


def alone(late, where):
    """Nobody is there yet."""
    late.serve()
    yield True, "it-starts"
    status, _, text = late.ask("GET", "/healthz")
    yield status == 503 and where in text and "cannot be reached" in text, "healthz-says-what-is-away-and-where"
    for path in ("/api/services", "/api/ports/conflicts", "/api/events", "/api/network/status"):
        status, headers, text = late.ask("GET", path)
        yield status == 503 and where in text and headers["Content-Type"] == "application/problem+json", f"so-does-{path.strip('/').replace('/', '-')}"
    has_page = "has no dashboard" not in late.ask("GET", "/icon.svg")[2]
    status, headers, _ = late.ask("GET", "/")
    yield not has_page or status == 200 and headers["Content-Type"].startswith("text/html"), "the-page-is-there"
    yield late.ask("GET", "/openapi.json")[0] == 200 and late.ask("GET", "/metrics")[0] in (200, 503), "and-what-needs-no-registry"
    yield late.ask("GET", "/api/services", Authorization="Bearer guessed")[0] == 503, "a-token-that-nobody-can-look-up-opens-nothing"
    yield late.ask("POST", "/api/services/sync", {}, Authorization="Bearer guessed")[0] == 503, "and-changes-nothing"
    log = late.said.read_text(errors="replace")
    yield where in log and "until then what was known is answered" in log, "the-log-says-so"
    other = late.run("services")
    yield other.returncode == 3 and where in other.stderr and "look whether it runs" in other.stderr, "a-command-says-what-to-do"


def together(late, server):
    """It comes."""
    server.start()
    yield eventually(lambda: late.ask("GET", "/healthz")[0] == 200), "it-connects-by-itself"
    yield eventually(lambda: '"projectId":"shop"' in late.ask("GET", "/api/services")[2]), "and-the-files-are-read-into-it"
    yield eventually(lambda: "is there again" in late.said.read_text(errors="replace")), "the-log-says-that-too"
    token = json.loads(late.run("token", "create", "t", "--role", "admin", "--json").stdout)["token"]
    bearer = {"Authorization": f"Bearer {token}"}
    stream = http.client.HTTPConnection("127.0.0.1", late.port, timeout=hosts.WAIT_S)
    stream.request("GET", "/api/events")
    answer = stream.getresponse()
    yield answer.status == 200, "events-are-streamed"
    shop = json.loads(late.ask("GET", "/api/services")[2])["services"][0]["id"]
    yield late.ask("PUT", f"/api/services/{shop}", {"tags": ["x"]}, **bearer)[0] == 200, "it-takes-changes"
    line = ""
    while '"tags":["x"]' not in line:
        line = answer.readline().decode()
        assert line, "the stream ended"
    stream.close()
    yield True, "and-tells-of-them"
    yield eventually(lambda: late.ask("GET", "/api/ip", **bearer)[0] == 200), "addresses-are-known"
    lease = late.ask("POST", "/api/ports/allocate", {"name": "one", "ttl": 60}, **bearer)
    yield lease[0] in (200, 201), "ports-are-leased"
    (late.folder / "trees/web").mkdir()
    (late.folder / "trees/web/.env").write_text("PORT=3100\n", encoding="utf-8")
    yield eventually(lambda: '"projectId":"web"' in late.ask("GET", "/api/services")[2]), "and-files-are-followed"


def said_again(late):
    for times in (1, 2, 3):
        late.daemon.send_signal(signal.SIGHUP)
        yield eventually(lambda t=times: late.run("events", "--after", "0").stdout.count("config.reloaded") == t), f"hangup-{times}-is-heard"


def refused(program, folder, server):
    """One that is there and does not want us is a mistake, and nothing to wait for."""
    for name, url, said in (("nowhere", server.url("nothing"), "does not exist"),
                            ("nobody", server.url("registry", "nobody"), "nobody")):
        wrong = hosts.Host(program, folder, name, url)
        result = wrong.run("serve", "--listen", "127.0.0.1:0")
        yield result.returncode == 3 and said in result.stderr, f"but-not-where-it-is-refused-{name}"


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder, number = pathlib.Path(name), 0
        folder.chmod(0o755)
        (folder / "trees/shop").mkdir(parents=True)
        (folder / "trees/shop/.env").write_text("PORT=3000\n", encoding="utf-8")

        def say(part):
            nonlocal number
            for fine, what in part:
                number += 1
                print(f"{'ok' if fine else 'not ok'} {number} - /postgres/late/{what}", flush=True)
        with cluster.Cluster(folder / "cluster") as server:
            url = server.database("registry")
            late = hosts.Host(program, folder, "late", url, watch=True, roots=[folder / "trees"])
            server.stop()
            try:
                say(alone(late, f"postgresql://127.0.0.1:{server.port}/registry"))
                say(together(late, server))
                say(said_again(late))
                say(refused(program, folder, server))
            finally:
                late.stop()
            said = [line.partition("Z ")[2] for line in late.said.read_text(errors="replace").splitlines()]
            say([(said.count(f"info: {AGAIN}") == 1 and said.count(f"info: came 2 times more: {AGAIN}") == 1,
                  "a-line-that-comes-again-is-counted")])
        print(f"1..{number}")


main()
