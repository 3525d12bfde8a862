#!/usr/bin/env python3
"""Real services under a real daemon: nginx, Redis and PostgreSQL, a WebSocket server, TLS with a certificate that
ends soon, a process with a pid file, and an API that needs Redis; killed, stopped and started again. TAP.

usage: services.py PORT_MANAGER
"""
import contextlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "postgres"))
import cluster  # noqa: E402

WAIT_S = 60  # for what must come; nothing is judged by how long it takes

API = """
import http.server, socket, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            with socket.create_connection(("127.0.0.1", int(sys.argv[2])), 8) as redis:
                redis.sendall(b"PING\\r\\n")
                fine = redis.recv(16).startswith(b"+PONG")
        except OSError:
            fine = False
        self.send_response(200 if fine else 503)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *arguments): pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""

WEBSOCKET = """
import base64, hashlib, http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        key = self.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        self.send_response(101)
        self.send_header("Upgrade", "websocket")
        self.send_header("Connection", "Upgrade")
        self.send_header("Sec-WebSocket-Accept", base64.b64encode(hashlib.sha1(key.encode()).digest()).decode())
        self.end_headers()
        self.close_connection = True
    def log_message(self, *arguments): pass
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""

TLS = """
import http.server, ssl, sys
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[2], sys.argv[3])
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *arguments): pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
server.socket = context.wrap_socket(server.socket, server_side=True)
server.serve_forever()
"""


def free_ports(count):
    """All at once, so that none is given twice."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Rig:
    """Projects, what runs of them, and the daemon. Whatever was started ends with it."""

    def __init__(self, program, folder):
        self.folder = pathlib.Path(folder)
        self.folder.chmod(0o755)
        self.root = self.folder / "root"
        self.state = self.folder / "state"
        self.config = self.folder / "config.toml"
        self.program = [program, "--state", str(self.state), "--config", str(self.config)]
        self.running = {}
        self.root.mkdir()

    def project(self, name, **files):
        place = self.root / name
        place.mkdir()
        for file, text in files.items():
            (place / file.replace("_", ".", 1)).write_text(text)
        return place

    def start(self, name, *command, cwd, **options):
        self.running[name] = subprocess.Popen(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                              stderr=subprocess.DEVNULL, start_new_session=True, **options)
        return self.running[name].pid

    def end(self, name, how=signal.SIGKILL):
        process = self.running.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        process.wait()

    def close(self):
        for name in list(self.running):
            if self.running[name].poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self.running[name].pid, signal.SIGCONT)
            # A server that forks is told to end; what is left of its session is killed.
            self.running[name].send_signal(signal.SIGINT if name == "postgres" else signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.running[name].wait(10)
            self.end(name)

    def run(self, *arguments):
        return subprocess.run(self.program + list(arguments), capture_output=True, text=True, timeout=120, check=False,
                              stdin=subprocess.DEVNULL)

    def serve(self):
        self.daemon = subprocess.Popen(self.program + ["serve", "--listen", "127.0.0.1:0", "--json"],
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.port = int(json.loads(self.daemon.stdout.readline())["url"].rsplit(":", 1)[1])

    def stop(self):
        self.daemon.terminate()
        self.daemon.wait(WAIT_S)

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT_S)
        with contextlib.closing(connection):
            connection.request("GET", path)
            return json.loads(connection.getresponse().read())

    def post(self, path, body=None):
        """Over the socket in the state directory, where this user may do everything."""
        connection = http.client.HTTPConnection("localhost")
        with contextlib.closing(connection):
            connection.sock = socket.socket(socket.AF_UNIX)
            connection.sock.connect(str(self.state / "port-manager.sock"))
            connection.request("POST", path, None if body is None else json.dumps(body),
                               {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())

    def sql(self, statement, *values):
        with contextlib.closing(sqlite3.connect(self.state / "registry.db", timeout=30)) as database:
            return database.execute(statement, values).fetchall()

    def health(self):
        """{project: its first service}"""
        found = {}
        for service in self.get("/api/health")["services"]:
            found.setdefault(service["projectId"], service)
        return found

    def events(self, name):
        return [json.loads(data) for data, in self.sql("SELECT data FROM events WHERE event = ? ORDER BY id", name)]

    def status(self, project):
        return self.get(f"/api/services?q=project:{project}")["services"][0]["status"]


def until(what):
    end = time.monotonic() + WAIT_S
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


@contextlib.contextmanager
def watched(rig, service):
    """What `health --watch` prints of a service."""
    process = subprocess.Popen(rig.program + ["health", "--watch", "--json", service], stdout=subprocess.PIPE, text=True,
                               stdin=subprocess.DEVNULL)
    timer = threading.Timer(WAIT_S, process.kill)
    timer.start()
    try:
        yield map(json.loads, process.stdout)
    finally:
        timer.cancel()
        process.kill()
        process.stdout.close()
        process.wait()


def start_nginx(rig, place, port):
    (place / "nginx.conf").write_text(f"""daemon off; pid nginx.pid; error_log stderr;
worker_processes 1;
events {{ worker_connections 64; }}
http {{ access_log off;
  client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3; uwsgi_temp_path t4; scgi_temp_path t5;
  server {{ listen 127.0.0.1:{port}; location / {{ return 200 "well\\n"; }} }} }}
""")
    return rig.start("nginx", shutil.which("nginx", path="/usr/sbin:/usr/bin"), "-p", str(place), "-c", "nginx.conf", "-e",
                     "stderr", cwd=place)


def start_redis(rig, place, port):
    return rig.start("redis", "redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(place),
                     cwd=place)


def start_postgres(rig, place, port):
    account = cluster.make(place)
    return rig.start("postgres", *cluster.command(place, port), cwd=place, **account)


def make_certificate(place, days):
    key, certificate = place / "key.pem", place / "certificate.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", str(key), "-out",
                    str(certificate), "-days", str(days), "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
                   check=True, capture_output=True)
    return certificate, key


def set_up(rig):
    nginx, redis, postgres, ws, tls, api, nobody, dead = free_ports(8)
    rig.ports = {"cache": redis, "nobody": nobody, "api": api}
    web = rig.project("web", package_json='{"name": "web", "scripts": {"start": "vite"}}', _env=f"PORT={nginx}\n")
    cache = rig.project("cache", _env=f"PORT={redis}\n")
    database = rig.project("database", _env=f"PORT={postgres}\n")
    chat = rig.project("chat", _env=f"PORT={ws}\n")
    secure = rig.project("secure", _env=f"PORT={tls}\n")
    place = rig.project("api", package_json='{"name": "api", "scripts": {"start": "next"}}',
                        _env=f"PORT={api}\nREDIS_URL=redis://127.0.0.1:{redis}\n")
    rig.project("nobody", _env=f"PORT={nobody}\n")
    rig.project("dead", _env=f"PORT={dead}\n")
    worker = rig.project("worker", _env="PORT=0\nMETRICS_PORT=9\n")
    certificate, key = make_certificate(rig.folder, 3)
    rig.config.write_text(f"""
[health]
interval_s = 1
timeout_s = 10
rise = 1
fall = 2
[[service]]
match = "project:chat"
health = "ws://127.0.0.1:{ws}/socket"
[[service]]
match = "project:secure"
health = "https://localhost:{tls}/"
check = {{ verify = false }}
[[service]]
match = "project:dead"
health = "tcp://127.0.0.1:{dead}"
[[service]]
match = "project:worker"
health = "process:{rig.folder}/worker.pid"
""")
    start_nginx(rig, web, nginx)
    start_redis(rig, cache, redis)
    start_postgres(rig, database, postgres)
    rig.start("chat", sys.executable, "-c", WEBSOCKET, str(ws), cwd=chat)
    rig.start("secure", sys.executable, "-c", TLS, str(tls), str(certificate), str(key), cwd=secure)
    rig.start("api", sys.executable, "-c", API, str(api), str(redis), cwd=place)
    pid = rig.start("worker", "sleep", "3600", cwd=worker)
    (rig.folder / "worker.pid").write_text(f"{pid}\n")
    rig.run("scan", str(rig.root))


def walk(rig):
    rig.serve()
    kinds = {"web": "http", "cache": "tcp", "database": "tcp", "chat": "websocket", "secure": "http", "api": "http",
             "worker": "process"}
    fine = until(lambda: all(rig.health()[p]["state"] == "up" for p in kinds))
    health = rig.health()
    for project, kind in kinds.items():
        yield health[project]["state"] == "up" and health[project]["kind"] == kind, f"{project}-is-up-by-{kind}"
    if not fine:
        print("#", json.dumps(health))
    yield until(lambda: rig.health()["dead"]["state"] == "down"), "configured-and-dead-is-down"
    yield health["nobody"]["state"] == "unknown", "never-seen-is-unknown"
    yield until(lambda: rig.status("cache") == "active"), "what-answers-is-active-without-a-scan"

    left = [e["daysLeft"] for e in rig.events("certificate.expiring")]
    yield left == [2] and health["secure"]["certificateExpires"] is not None, "a-certificate-that-ends-is-told-once"

    # The cause alerts, what needs it is marked.
    cache, api = health["cache"]["serviceId"], health["api"]["serviceId"]
    rig.end("redis")
    yield until(lambda: rig.health()["cache"]["state"] == "down"), "killed-is-down"
    yield until(lambda: rig.health()["api"]["state"] == "down"), "what-needs-it-is-down"
    yield until(lambda: rig.health()["api"]["causedBy"] == cache), "and-is-marked-with-the-cause"
    incidents = {i["serviceId"] for i in rig.get("/api/incidents?open=true")["incidents"]}
    yield cache in incidents and api not in incidents, "only-the-cause-is-an-incident"
    named = {one["id"]: one["host"] for one in rig.get("/api/services?limit=100")["services"]}
    shown = rig.get("/api/health?limit=100")
    yield all(one["host"] == named[one["serviceId"]] != "" for one in shown["services"] + shown["incidents"]), "each-names-its-host"
    rig.stop()
    rig.serve()
    before = rig.health()
    until(lambda: all(rig.health()[p]["lastChecked"] > before[p]["lastChecked"] for p in ("cache", "api")))
    time.sleep(3)  # some looks more: what must not come has no sign
    incidents = {i["serviceId"] for i in rig.get("/api/incidents?open=true")["incidents"]}
    yield cache in incidents and api not in incidents and rig.health()["api"]["causedBy"] == cache, "also-over-a-restart"
    yield until(lambda: rig.status("cache") == "inactive"), "what-is-gone-is-inactive"
    counts = rig.get("/api/network/status")["health"]
    yield counts["down"] >= 3 and counts["up"] >= 4 and counts["unknown"] >= 1, "counts-in-the-status-of-the-network"

    cli = rig.run("health", "project:cache", "--json")
    shown = json.loads(cli.stdout)
    yield cli.returncode == 1 and shown["source"] == "daemon" and shown["summary"]["down"] == 1, "command-line-says-so"

    incident = next(i["id"] for i in rig.get("/api/incidents?open=true")["incidents"] if i["serviceId"] == cache)
    status, answer = rig.post(f"/api/incidents/{incident}/acknowledge", {"note": "on it"})
    yield status == 200 and answer["acknowledged"] and answer["note"] == "on it", "an-incident-is-acknowledged"
    status, answer = rig.post(f"/api/incidents/{incident}/mute", {"minutes": 5})
    yield status == 200 and answer["mutedUntil"] is not None, "an-incident-is-muted"
    status, answer = rig.post(f"/api/health/{cache}/probe")
    yield status == 200 and answer["state"] == "down" and "refused" in answer["cause"], "a-look-on-demand"

    start_redis(rig, rig.root / "cache", rig.ports["cache"])
    yield until(lambda: rig.health()["cache"]["state"] == rig.health()["api"]["state"] == "up"), "both-come-back"
    yield until(lambda: any(e["id"] == incident for e in rig.events("incident.closed"))), "the-incident-is-closed"
    yield api not in {e["serviceId"] for e in rig.events("incident.opened")}, "the-other-was-never-an-alert"
    status, _ = rig.post(f"/api/incidents/{incident}/acknowledge", {})
    yield status == 409, "what-is-closed-cannot-be-acknowledged"

    # Listening, and dead all the same.
    os.killpg(rig.running["nginx"].pid, signal.SIGSTOP)
    yield until(lambda: rig.health()["web"]["state"] == "down"), "what-hangs-is-down"
    yield rig.status("web") == "active", "but-listens-so-it-is-active"
    os.killpg(rig.running["nginx"].pid, signal.SIGCONT)
    yield until(lambda: rig.health()["web"]["state"] == "up"), "and-goes-on"

    # Watched in a pipe.
    with watched(rig, "project:worker") as lines:
        first = next(lines)
        yield first["oldValue"] is None and first["newValue"] == "up", "watch-begins-with-what-is"
        rig.end("worker")
        change = next(lines)
        yield (change["projectId"], change["oldValue"], change["newValue"]) == ("worker", "up", "down"), "watch-tells-a-change"

    yield until(lambda: rig.health()["worker"]["state"] == "down"), "a-process-that-is-gone-is-down"

    # A stranger on the port is no sign of life.
    rig.start("stranger", sys.executable, "-m", "http.server", str(rig.ports["nobody"]), "--bind", "127.0.0.1", cwd="/")
    yield until(lambda: rig.status("nobody") == "conflict"), "a-stranger-is-a-conflict-without-a-scan"
    stranger = rig.health()["nobody"]["serviceId"]

    def samples():
        return rig.get(f"/api/health/{stranger}?range=1h")["samples"]
    before = len(samples())
    until(lambda: len(samples()) > before + 1)
    yield all(s["seen"] != "up" for s in samples()), "and-at-no-moment-a-sign-of-life"
    rig.end("stranger")
    yield until(lambda: rig.status("nobody") == "inactive"), "and-none-when-it-is-gone"

    # What is kept.
    def kept():
        detail = rig.get(f"/api/health/{cache}?range=1h")
        return detail if sum(p["down"] for p in detail["points"]) >= 2 and len(detail["samples"]) > 5 else None
    yield until(kept), "looks-and-minutes-are-kept"
    detail = kept() or {"points": [], "samples": [], "uptime24h": None, "p95Us": None}
    yield len(detail["points"]) == 60 and 0 < detail["uptime24h"] < 100 and detail["p95Us"] > 0, "uptime-and-percentiles"
    seen = {s["seen"] for s in detail["samples"]}
    yield seen >= {"up", "down"}, "each-look-says-what-was-seen"
    rows, minutes = rig.sql("SELECT count(*), count(DISTINCT minute || '/' || service_id) FROM health_samples")[0]
    looks = sum(text.count(" ") for text, in rig.sql("SELECT samples FROM health_samples"))
    yield rows == minutes and looks > 3 * rows, "many-looks-are-one-row"

    before = rig.get("/api/health/series?range=1h&ids=%d,%d" % (cache, api))["series"]
    rig.stop()
    rig.serve()
    until(lambda: rig.health()["cache"]["state"] == "up")
    after = rig.health()
    yield after["cache"]["since"] and len(before) == 2 and after["nobody"]["state"] != "up", "a-restart-keeps-what-was-known"
    total = sum(p["up"] for p in before[0]["points"])
    again = rig.get(f"/api/health/series?range=1h&ids={cache}")["series"][0]["points"]
    yield sum(p["up"] for p in again) >= total > 0, "and-what-was-counted"
    rig.stop()

    # Without a daemon.
    probe = rig.run("health", "project:web", "--json")
    shown = json.loads(probe.stdout)
    yield probe.returncode == 0 and shown["source"] == "probe" and shown["services"][0]["state"] == "up", "once-without-a-daemon"
    rig.end("nginx")
    probe = rig.run("health", "project:web")
    yield probe.returncode == 1 and "down" in probe.stdout, "and-once-more-when-it-is-gone"


def main():
    count, failed = 0, 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started ends too
    with tempfile.TemporaryDirectory(prefix="pm-health-") as folder:
        rig = Rig(sys.argv[1], folder)
        try:
            set_up(rig)
            for fine, name in walk(rig):
                count += 1
                failed += not fine
                print(f"{'ok' if fine else 'not ok'} {count} /health/services/{name}", flush=True)
        finally:
            with contextlib.suppress(AttributeError):
                rig.daemon.kill()
                rig.daemon.wait()
            rig.close()
    print(f"1..{count}")
    return failed != 0


sys.exit(main())
