#!/usr/bin/env python3
"""Who may do what, from where; speaks TAP.

usage: auth.py PORT_MANAGER
"""
import http.client
import json
import os
import pathlib
import ssl
import stat
import subprocess
import sys
import tempfile

from server import Server, report

WISH = {"name": "made-by-test"}


def roles(server):
    answer = server.ask("POST", "/api/tokens", WISH)
    yield answer.status == 401 and answer.headers["WWW-Authenticate"] == "Bearer", "a-change-takes-a-token-on-loopback"
    yield "token create" in answer.detail, "says-how-to-get-one"
    for role in ("viewer", "operator"):
        yield server.ask("POST", "/api/tokens", WISH, role=role).status == 403, f"a-{role}-may-not-what-an-admin-may"
    answer = server.ask("POST", "/api/tokens", WISH, role="admin")
    made = answer.json["token"]
    yield answer.status == 201, "an-admin-may"
    yield server.ask("POST", "/api/tokens", WISH, role="admin").status == 409, "a-name-is-given-once"
    yield server.get("/api/audit").status == 401, "loopback-alone-reads-no-audit-log"
    yield server.get("/api/session").json["role"] == "viewer", "loopback-alone-reads"
    yield server.get("/api/session", role="operator").json == {
        "actor": "token operator", "role": "operator", "version": server.get("/api/session").json["version"]}, \
        "a-token-says-who-one-is"
    for name, value in (("wrong", "Bearer pm_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), ("empty", "Bearer "),
                        ("basic", "Basic YWRtaW46YWRtaW4="), ("shortened", f"Bearer {made[:-1]}"),
                        ("in-another-case", f"Bearer {made.swapcase()}")):
        answer = server.get("/api/services", Authorization=value)
        yield answer.status == 401 and "invalid_token" in answer.headers["WWW-Authenticate"], f"refuses-a-token-{name}"
    bearer = f"bearer {made}"
    yield server.get("/api/services", Authorization=bearer).status == 200, "takes-the-scheme-in-any-case"
    yield server.ask("POST", "/api/tokens?dryRun=true", WISH, role="admin").status == 409, "nor-in-a-dry-run"
    yield server.ask("DELETE", "/api/tokens/nobody?dryRun=true", role="admin").status == 404, "nor-is-what-is-not-there-revoked"
    stream = open_stream(server, bearer)
    yield stream.readline().startswith(b"retry"), "opens-a-stream"
    answer = server.ask("DELETE", "/api/tokens/made-by-test?dryRun=true", role="admin")
    yield answer.json["dryRun"] and server.get("/api/services", Authorization=bearer).status == 200, "a-dry-run-revokes-nothing"
    yield server.ask("DELETE", "/api/tokens/made-by-test", role="admin").status == 200, "revokes"
    yield server.get("/api/services", Authorization=bearer).status == 401, "a-revoked-token-is-none"
    yield ends(stream), "a-revoked-tokens-stream-ends"
    listed = server.get("/api/tokens", role="admin")
    yield sorted(t["name"] for t in listed.json["tokens"]) == ["admin", "operator", "viewer"], "lists-tokens"
    yield "pm_" not in listed.text, "never-lists-what-they-are"


def open_stream(server, bearer):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", "/api/events", headers={"Authorization": bearer})
    return connection.getresponse()


def ends(stream):
    """Within the connection's time; a stream that goes on sends a heartbeat in half of it."""
    while line := stream.readline():
        if line == b":\n":
            return False
    return True


def sessions(server):
    answer = server.ask("POST", "/api/session", {"code": server.code[:-1]})
    yield answer.status == 403, "a-wrong-code-is-refused"
    answer = server.ask("POST", "/api/session", {"code": server.code})
    yield answer.status == 201 and answer.json["expires"], "the-code-of-the-url-gives-a-token"
    yield server.get("/api/session", Authorization="Bearer " + answer.json["token"]).json["role"] == "admin", "which-may"
    yield server.ask("POST", "/api/session", {"code": server.code}).status == 403, "once"


def browsers(server):
    """Pages of other sites, and what they can send without asking first."""
    def change(**headers):
        return server.ask("POST", "/api/tokens?dryRun=true", WISH, role="admin", **headers).status
    host = f"127.0.0.1:{server.port}"
    yield change(Origin=f"http://{host}") == 200, "takes-changes-from-its-own-page"
    for origin in ("http://evil.example", "null", "http://127.0.0.1:3000", f"http://{host}.evil.example", ""):
        yield change(Origin=origin) == 403, f"refuses-origin-{origin or 'empty'}"
    yield change(Sec_Fetch_Site="cross-site") == 403, "refuses-another-site"
    yield change(Sec_Fetch_Site="same-site") == 403, "refuses-another-port-of-this-site"
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonx"):
        yield change(Content_Type=kind) == 415, f"refuses-{kind.partition(';')[0]}"
    yield change(Content_Type="application/json; charset=utf-8") == 200, "takes-json-with-its-charset"
    answer = server.get("/api/services", Origin="http://evil.example")
    yield "Access-Control-Allow-Origin" not in answer.headers, "lets-no-other-site-read"


def audit(server):
    entries = server.get("/api/audit", role="admin").json["audit"]
    made = [e for e in entries if e["path"] == "/api/tokens" and e["status"] == 201]
    yield [(e["actor"], e["address"], e["method"], e["request"]) for e in made] == [
        ("token admin", "127.0.0.1", "POST", WISH)], "a-change-is-in-the-audit-log"
    refused = [e for e in entries if e["path"] == "/api/tokens" and e["status"] == 401]
    yield [e["actor"] for e in refused] == ["anonymous"] and refused[0]["detail"], "and-so-is-one-that-was-refused"
    text = json.dumps(entries)
    yield server.code not in text and server.tokens["admin"] not in text, "without-any-secret"
    first = server.get(f"/api/audit?limit=1&cursor={entries[0]['id'] + 1}", role="admin").json
    second = server.get(f"/api/audit?limit=1&cursor={first['nextCursor']}", role="admin").json
    yield [first["audit"][0]["id"], second["audit"][0]["id"]] == [e["id"] for e in entries[:2]], "page-by-page"


def rates(server):
    seen = {server.get("/api/services", Authorization=f"Bearer x{i}").status for i in range(60)}
    yield seen == {401, 429}, "guessing-is-slowed-down"
    answer = server.get("/api/services", Authorization="Bearer x")
    yield answer.status == 429 and int(answer.headers["Retry-After"]) > 0, "and-told-when-to-come-back"
    yield server.get("/api/session", role="viewer").status == 200, "a-good-token-still-works"


def sockets(server):
    mode = stat.S_IMODE(os.stat(server.socket).st_mode)
    yield mode == 0o600, "only-its-owner-may-open-the-socket"
    yield server.by_socket("GET", "/api/session").json["role"] == "admin", "the-same-user-may-everything"
    yield server.by_socket("POST", "/api/tokens?dryRun=true", WISH).status == 200, "without-a-token"
    yield server.by_socket("POST", "/api/tokens?dryRun=true", WISH, Authorization="Bearer x").status in (401, 429), \
        "but-not-with-a-wrong-one"
    if os.geteuid() != 0:
        return
    for path in (server.folder, server.state, server.socket):
        os.chmod(path, 0o777)
    script = ("import os,socket,sys; os.setuid(65534); s=socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]);"
              "s.sendall(b'GET /api/session HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n');"
              "print(b''.join(iter(lambda: s.recv(4096), b'')).decode())")
    other = subprocess.run([sys.executable, "-c", script, server.socket], capture_output=True, text=True, timeout=60,
                           check=False).stdout
    yield '"role":"anyone"' in other and '"user 65534"' in other, "another-user-is-known-by-the-kernel-and-may-nothing"


def make_certificate(folder, name):
    files = [os.path.join(folder, f"{name}.{kind}") for kind in ("crt", "key")]
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-days", "2", "-subj", f"/CN={name}", "-out", files[0], "-keyout", files[1]], check=True,
                   capture_output=True, timeout=60)
    return files


def certificate_of(server):
    return ssl.get_server_certificate(("127.0.0.1", server.port), timeout=60)


def network(program, folder):
    """More than loopback."""
    folder = os.path.join(folder, "network")
    os.mkdir(folder)
    plain = Server(program, folder, scan=False)
    refused = plain.cli("serve", "--listen", "0.0.0.0:0")
    yield refused.returncode == 3 and "tls_certificate" in refused.stderr, "is-not-served-without-tls"
    certificate, key = make_certificate(folder, "one")
    config = f'[server]\nallowed_hosts = ["box.example", "tunnel.example:80"]\ntls_certificate = "{certificate}"\n'
    half = Server(program, folder, config=config, scan=False).cli("serve", "--listen", "127.0.0.1:0")
    yield half.returncode == 3 and "only one of" in half.stderr, "takes-a-certificate-with-its-key"
    config += f'tls_key = "{key}"\n'
    server = Server(program, folder, listen=("0.0.0.0:0",), config=config, scan=False)
    refused = server.cli("serve", "--listen", "0.0.0.0:0")
    yield refused.returncode == 3 and "token create" in refused.stderr, "is-not-served-without-a-token"
    server.token("viewer")
    with server:
        yield server.url.startswith("https://0.0.0.0:"), "is-served-with-both"
        yield server.get("/api/services").status == 401, "takes-a-token-to-read"
        answer = server.get("/api/services", role="viewer")
        yield answer.status == 200 and "max-age" in answer.headers["Strict-Transport-Security"], "which-then-may"
        yield server.get("/healthz").status == 200, "tells-anybody-that-it-lives"
        for host, status in ((f"box.example:{server.port}", 200), ("BOX.example", 200), ("box.example:1", 421),
                             ("tunnel.example:80", 200), ("tunnel.example", 421), ("evil.example", 421),
                             (f"127.0.0.1:{server.port}", 200), (f"0.0.0.0:{server.port}", 421)):
            yield server.get("/healthz", Host=host).status == status, f"host-{host.replace(str(server.port), 'port')}"
        before = certificate_of(server)
        other, other_key = make_certificate(folder, "two")
        os.replace(other, certificate)
        yield certificate_of(server) == before, "keeps-the-old-certificate-while-the-key-does-not-fit"
        os.replace(other_key, key)
        yield certificate_of(server).strip() == pathlib.Path(certificate).read_text("utf-8").strip(), "takes-the-new-one-without-a-restart"
    pathlib.Path(key).write_text("nonsense", encoding="utf-8")
    refused = server.cli("serve", "--listen", "127.0.0.1:0")
    yield refused.returncode == 3 and "cannot use the certificate" in refused.stderr, "says-what-is-wrong-with-a-key"


def main():
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        server = Server(program, folder, scan=False)
        for role in ("viewer", "operator", "admin"):
            server.token(role)
        with server:
            return report("api/auth", [roles(server), sessions(server), browsers(server), audit(server), sockets(server),
                                       rates(server), network(program, folder)])


sys.exit(main())
