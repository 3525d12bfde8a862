#!/usr/bin/env python3
"""Leases, pools and analytics over HTTP: many clients at once, a server that is killed, holders that die; speaks TAP.

usage: leases.py PORT_MANAGER
"""
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time

from contract import Contract
from server import Server, report

CLIENTS, EACH = 20, 10


def until(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def take(server, **wish):
    return server.by_socket("POST", "/api/ports/allocate", wish)


def take_dry(server, **wish):
    return server.by_socket("POST", "/api/ports/allocate?dryRun=true", wish)


def one_by_one(server):
    answer = take(server, type="api", name="shop", folder="/srv/shop", ttl=600)
    lease = answer.json["lease"]
    yield answer.status == 201 and 8000 <= lease["port"] <= 8999 and lease["state"] == "held", "gives-a-port"
    yield lease["port"] not in (8080, 8090), "gives-none-that-is-declared"
    listed = server.get("/api/leases").json["leases"]
    yield [entry["id"] for entry in listed] == [lease["id"]], "lists-it"
    held = [p for p in server.get("/api/ports").json["ports"] if p["port"] == lease["port"]]
    yield held[0]["lease"]["id"] == lease["id"], "shows-it-among-the-ports"
    answer = take(server, port=lease["port"])
    yield answer.status == 409 and "leased" in answer.detail, "gives-it-to-nobody-else"
    answer = server.by_socket("POST", f"/api/leases/{lease['id']}/renew", {"ttl": 6000})
    yield answer.status == 200 and answer.json["lease"]["expires"] > lease["expires"], "renews-it"
    dry = [server.by_socket("POST", "/api/ports/allocate?dryRun=true", {"port": lease["port"]}),
           server.by_socket("POST", "/api/leases/4711/renew?dryRun=true", {"ttl": 60}),
           server.by_socket("DELETE", "/api/leases/4711?dryRun=true")]
    yield [answer.status for answer in dry] == [409, 404, 404], "refuses-in-a-dry-run-what-it-would-refuse"
    dry = take_dry(server, type="api", ttl=60)
    yield dry.json["would"].startswith("lease port 8") and len(server.get("/api/leases").json["leases"]) == 1, "takes-none-in-one"
    answer = server.by_socket("DELETE", f"/api/leases/{lease['id']}?dryRun=true")
    yield answer.json["dryRun"] and len(server.get("/api/leases").json["leases"]) == 1, "only-says-what-it-would-do"
    answer = server.by_socket("DELETE", f"/api/leases/{lease['id']}")
    yield answer.status == 200 and answer.json["lease"]["state"] == "released", "takes-it-back"
    yield server.by_socket("DELETE", f"/api/leases/{lease['id']}").status == 404, "takes-it-back-once"
    again = take(server, type="api", name="shop", folder="/srv/shop", ttl=600).json["lease"]
    yield again["port"] == lease["port"], "gives-the-name-its-port-again"
    server.by_socket("DELETE", f"/api/leases/{again['id']}")


def refusals(server):
    yield server.ask("POST", "/api/ports/allocate", {"type": "api"}).status == 401, "is-not-for-anybody"
    answer = take(server, type="aip")
    yield answer.status == 422 and "did you mean “api”" in answer.detail, "knows-the-types"
    yield take(server, pid=4194304).status == 422, "wants-a-process-that-lives"
    yield take(server, ttl=-1).pointers == ["/ttl"], "wants-a-time-that-makes-sense"
    yield server.get("/api/analytics/ports?since=x").pointers == ["since"], "wants-a-time-to-begin-with"


def exhausted(server):
    ports = {take(server, type="tiny", ttl=600).json["lease"]["port"] for _ in range(4)}
    answer = take(server, type="tiny", ttl=600)
    yield len(ports) == 4 and answer.status == 409, "gives-every-port-of-a-pool-once"
    yield "is exhausted" in answer.detail and "[pools]" in answer.detail, "says-what-to-do-when-none-is-left"
    pool = [p for p in server.get("/api/pools").json["pools"] if p["type"] == "tiny"][0]
    yield pool["size"] == pool["inUse"] == pool["leased"] == 4 and pool["free"] == 0, "tells-how-full-it-is"
    trend = [p for p in server.get("/api/analytics/ports").json["pools"] if p["type"] == "tiny"][0]
    yield (trend["taken"], trend["refused"], trend["fullInDays"]) == (4, 1, 0), "and-in-the-analytics"


def together(server):
    """No two of many clients that hold a port at the same time hold the same."""
    held, twice, failed, lock = {}, [], [], threading.Lock()

    def client():
        for _ in range(EACH):
            answer = take(server, type="web", pid=os.getpid())
            if answer.status != 201:
                failed.append(answer.text)
                continue
            lease = answer.json["lease"]
            with lock:
                if held.setdefault(lease["port"], lease["id"]) != lease["id"]:
                    twice.append(lease["port"])
            with lock:
                del held[lease["port"]]
            server.by_socket("DELETE", f"/api/leases/{lease['id']}")

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    yield not failed and not twice, "serves-many-at-once"
    events = server.cli("history", "--limit", "1")
    yield events.returncode == 0, "leaves-the-registry-to-others"
    audit = server.by_socket("GET", "/api/audit?limit=1000").json["audit"]
    asked = [entry for entry in audit if entry["path"] == "/api/ports/allocate" and entry["status"] == 201]
    yield len(asked) >= CLIENTS * EACH, "writes-all-of-them-down"


def killed(server):
    lease = take(server, type="api", ttl=600).json["lease"]
    server.process.send_signal(signal.SIGKILL)
    server.process.wait(60)
    server.process.stdout.close()
    server.start()
    ids = [entry["id"] for entry in server.get("/api/leases").json["leases"]]
    yield lease["id"] in ids, "keeps-what-it-promised-over-a-kill"
    yield take(server, port=lease["port"]).status == 409, "and-gives-it-to-nobody"


def holders(server):
    holder = subprocess.Popen(["sleep", "600"])
    lease = take(server, type="api", pid=holder.pid).json["lease"]
    state = [e["state"] for e in server.get("/api/leases").json["leases"] if e["id"] == lease["id"]]
    yield state == ["held"], "holds-it-for-a-process"
    holder.kill()
    holder.wait()
    gone = until(lambda: lease["id"] not in [e["id"] for e in server.get("/api/leases").json["leases"]])
    yield gone, "takes-it-back-when-that-is-gone"


def as_promised(server):
    for line in server.contract.broken:
        print(f"# {line}")
    yield not server.contract.broken, "answers-as-the-document-says"


def main():
    config = '[pools]\ntiny = ["23940-23943"]\n'
    with tempfile.TemporaryDirectory() as folder, Server(os.path.abspath(sys.argv[1]), folder, config=config) as server:
        server.contract = Contract(server.get("/openapi.json").json)
        return report("api-leases", [one_by_one(server), refusals(server), exhausted(server), together(server),
                                     killed(server), holders(server), as_promised(server)])


sys.exit(main())
