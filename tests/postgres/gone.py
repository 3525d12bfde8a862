#!/usr/bin/env python3
"""A registry's PostgreSQL server that is not there, goes and comes back: what people are told, what the daemon still answers; and no
password anywhere; TAP.

usage: gone.py PORT_MANAGER
"""
import collections
import http.client
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import cluster  # noqa: E402
from host import WAIT_S, Host, eventually  # noqa: E402

SECRET = "hunter2%2Fcanary"  # as the URL has it; the password itself is hunter2/canary
PLAIN = "hunter2/canary"


def is_silent(*texts):
    return not any(PLAIN in text or SECRET in text or "hunter2" in text for text in texts)


def tells(result, *words):
    text = result.stdout + result.stderr
    fine = result.returncode == 3 and all(word in text for word in words) and is_silent(text)
    if not fine:
        print("#", result)
    return fine


def not_there(program, folder):
    """Nobody listens; and URLs that are wrong."""
    port = cluster.free_port()
    host = Host(program, folder, "lonely", f"postgresql://me:{SECRET}@127.0.0.1:{port}/registry")
    where = f"postgresql://127.0.0.1:{port}/registry"
    for words in (["services"], ["scan", str(folder)], ["lease"], ["port", "free"], ["port", "who", "3000"], ["leases"], ["events"],
                  ["services", "--json"]):
        yield tells(host.run(*words), where, "cannot be reached"), f"told-by-{'-'.join(words[:2]).replace(str(folder), 'folder')}"
    doctor = host.run("doctor")
    yield doctor.returncode == 1 and where in doctor.stdout and is_silent(doctor.stdout, doctor.stderr), "told-by-doctor"
    for number, bad in enumerate((f"postgresql://me:{SECRET}@[::1/x", f"postgresql://me:{SECRET}%zz@db/x",
                                  f"postgresql://me:{SECRET}@db/x?nothing=1"), 1):
        wrong = Host(program, folder, f"wrong{number}", bad)
        yield tells(wrong.run("services"), "[registry] url is no PostgreSQL URL"), f"a-url-that-is-none-is-not-repeated-{number}"


def guarded(program, folder, server):
    """A user who needs a password."""
    server.sql("postgres", f"CREATE ROLE {cluster.GUARDED} LOGIN PASSWORD '{PLAIN}'")
    server.sql("postgres", f"CREATE DATABASE kept OWNER {cluster.GUARDED} ENCODING 'UTF8' TEMPLATE template0")
    good = Host(program, folder, "good", server.url("kept", cluster.GUARDED, SECRET))
    (folder / "some/shop").mkdir(parents=True)
    (folder / "some/shop/.env").write_text("PORT=3000\n", encoding="utf-8")
    yield good.run("scan", str(folder / "some")).returncode == 0, "a-role-that-owns-its-database-needs-no-more"
    wrong = Host(program, folder, "bad", server.url("kept", cluster.GUARDED, "hunter2-wrong"))
    yield tells(wrong.run("services"), "password authentication failed", "pg_hba.conf"), "a-wrong-password-is-told-and-not-repeated"
    missing = Host(program, folder, "missing", server.url("nothing", cluster.GUARDED, SECRET))
    yield tells(missing.run("services"), "does not exist", "createdb"), "so-is-a-database-that-is-not-there"
    server.sql("postgres", "CREATE DATABASE other ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
    ascii_only = Host(program, folder, "ascii", server.url("other"))
    yield tells(ascii_only.run("services"), "SQL_ASCII", "UTF8"), "and-an-encoding-that-will-not-do"
    server.sql("postgres", "CREATE DATABASE foreigners ENCODING 'UTF8' TEMPLATE template0")
    server.sql("foreigners", "CREATE TABLE schema_version (version int)")
    foreign = Host(program, folder, "foreign", server.url("foreigners"))
    yield tells(foreign.run("services"), "another program"), "and-another-programs-tables"
    server.sql("kept", "INSERT INTO schema_version VALUES (999, 0)")
    yield tells(good.run("services"), "newer port-manager"), "and-a-newer-schema"
    server.sql("kept", "DELETE FROM schema_version WHERE version = 999")
    for words, said in ((["backup", str(folder / "copy")], "pg_dump"), (["restore", str(folder / "copy"), "--yes"], "pg_restore"),
                        (["rebuild", "--yes"], "roots forget")):
        result = good.run(*words)
        print("#", result.stderr.strip().encode(errors="backslashreplace").decode())
        yield result.returncode in (3, 4) and said in result.stderr and is_silent(result.stderr), f"{words[0]}-says-what-to-do"
    everything = good.run("doctor").stdout + good.run("services", "--json").stdout + good.run("events", "--after", "0", "--json").stdout
    yield is_silent(everything), "nothing-prints-the-password"


class Stream:
    """What an event stream tells that is not in the log."""

    def __init__(self, host):
        self.connection = http.client.HTTPConnection("127.0.0.1", host.port, timeout=WAIT_S)
        self.connection.request("GET", "/api/events?event=registry.*")
        self.answer = self.connection.getresponse()

    def next(self):
        """The next event's name and data."""
        event = ""
        while True:
            line = self.answer.readline().decode()
            assert line, "the stream ended"
            if line.startswith("event: registry."):
                event = line.split()[1]
            elif line.startswith("data:") and event:
                return event, json.loads(line[5:])


def comes_and_goes(host, other, server):
    """The daemon while its server stops and starts."""
    host.serve()
    status, _, before = host.ask("GET", "/api/services", Authorization=f"Bearer {host.token}")
    yield status == 200 and len(json.loads(before)["services"]) > 0, "the-daemon-answers"
    for path in ("/api/ports/conflicts", "/api/network/status"):
        host.ask("GET", path)
    shop = json.loads(before)["services"][0]["id"]
    follower = subprocess.Popen(other.command("events", "--follow", "--json"), stdout=subprocess.PIPE, text=True)
    heard = []
    threading.Thread(target=lambda: heard.extend(iter(follower.stdout.readline, "")), daemon=True).start()
    mine = "SELECT count (*) FROM pg_stat_activity WHERE application_name = 'port-manager other' AND query LIKE '%host_commits%'"
    yield eventually(lambda: server.sql("registry", mine) != "0"), "somebody-follows"
    stream = Stream(host)
    try:
        server.stop()
        event, data = stream.next()
        yield event == "registry.away" and "postgresql://127.0.0.1" in data["reason"] and data["since"].endswith("Z") and is_silent(data["reason"]), \
            "whoever-looks-is-told"
        later = Stream(host)
        yield later.next() == (event, data), "and-who-looks-only-now"
        later.connection.close()
        status, headers, after = host.ask("GET", "/api/services")
        yield status == 200 and after == before and "Registry-As-Of" in headers, "reads-are-answered-from-what-was-known"
        yield [host.ask("GET", p)[0] for p in ("/api/ports/conflicts", "/api/network/status")] == [200, 200], "those-of-the-worker-too"
        bearer = {"Authorization": f"Bearer {host.token}"}
        yield host.ask("GET", "/api/services", **bearer)[0] == 200 and host.ask("GET", "/api/services", Authorization="Bearer x")[0] == 503, \
            "and-with-a-token-that-was-good"
        status, headers, text = host.ask("PUT", f"/api/services/{shop}", {"tags": ["x"]}, Authorization=f"Bearer {host.token}")
        yield status == 503 and is_silent(text) and headers["Content-Type"] == "application/problem+json" and "postgresql://127.0.0.1" in text, \
            "a-write-is-refused-and-told-why"
        yield host.ask("GET", "/healthz")[0] == 503, "and-it-does-not-call-itself-healthy"
        yield host.ask("GET", "/api/services?q=port:1")[0] == 503, "what-was-never-asked-is-refused"
        yield host.daemon.poll() is None, "the-daemon-lives"
        server.start()
        yield stream.next()[0] == "registry.back", "its-return-is-told-too"
        stream.connection.close()
        yield eventually(lambda: host.ask("GET", "/healthz")[0] == 200), "it-connects-again-by-itself"
        yield eventually(lambda: host.ask("PUT", f"/api/services/{shop}", {"tags": ["x"]},
                                          Authorization=f"Bearer {host.token}")[0] == 200), "and-takes-writes-again"
        status, headers, after = host.ask("GET", "/api/services")
        yield status == 200 and "Registry-As-Of" not in headers and json.loads(after)["services"][0]["tags"] == ["x"], \
            "and-reads-what-is-new"
        yield eventually(lambda: any("service.changed" in line for line in heard)), "whoever-follows-hears-of-it"
        # As a crash ends it.
        server.stop(signal.SIGQUIT)
        yield host.ask("GET", "/api/services")[0] == 200, "a-crash-is-no-other"
        server.start()
        yield eventually(lambda: host.ask("GET", "/healthz")[0] == 200), "nor-is-what-comes-behind-it"
    finally:
        follower.terminate()
        follower.wait(WAIT_S)
        follower.stdout.close()
    said = host.said.read_text(errors="replace")
    yield is_silent(said), "no-password-in-the-daemons-log"
    lines = collections.Counter(line.partition("Z ")[2] for line in said.splitlines())
    print(f"# {sum(lines.values())} lines, of which the most frequent {max(lines.values())} times")
    yield max(lines.values()) == 1, "each-line-is-said-once"
    told = [host.ask("GET", path, Authorization=f"Bearer {host.token}") for path in ("/api/config", "/api/network/status", "/metrics", "/api/audit")]
    yield all(t[0] == 200 and is_silent(t[2], str(t[1])) for t in told) and "registry.url" in told[0][2], "nor-in-what-it-answers"


def at_once(host, other, server):
    """What one host writes another one's event stream tells, by a notice and not by looking once a second."""
    connection = http.client.HTTPConnection("127.0.0.1", host.port, timeout=WAIT_S)
    connection.request("GET", "/api/events")
    stream = connection.getresponse()
    delays = []
    for number in range(8):
        (other.tree / "far").mkdir(exist_ok=True)
        (other.tree / "far/.env").write_text(f"PORT={7000 + number}\n", encoding="utf-8")
        other.run("scan", str(other.tree))
        ended = time.time()
        line = ""
        while not (line.startswith("data:") and '"host":"other"' in line and f'"externalPort":{7000 + number}' in line):
            line = stream.readline().decode()
            assert line and time.time() < ended + WAIT_S, "the event does not come"
        delays.append(max(0, time.time() - ended))
    connection.close()
    print(f"# behind the end of the scan: {', '.join(f'{1000 * d:.0f} ms' for d in delays)}")
    yield len(delays) == 8, "another-hosts-change-is-in-the-event-stream"
    listening = server.sql("registry", "SELECT count (*) FROM pg_stat_activity WHERE application_name LIKE 'port-manager %'")
    yield int(listening) >= 1, "its-connections-say-whose-they-are"


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder, number = pathlib.Path(name), 0
        folder.chmod(0o755)

        def say(part):
            nonlocal number
            for fine, what in part:
                number += 1
                print(f"{'ok' if fine else 'not ok'} {number} - /postgres/gone/{what}", flush=True)
        with cluster.Cluster(folder / "cluster") as server:
            say(not_there(program, folder))
            say(guarded(program, folder, server))
            server.database("registry")
            url = server.url("registry", "postgres", SECRET)  # one that is not asked for, but must not be told either
            host, other = Host(program, folder, "host", url), Host(program, folder, "other", url)
            other.tree = folder / "trees"
            other.tree.mkdir()
            host.run("scan", str(folder / "some"))
            host.token = json.loads(host.run("token", "create", "t", "--role", "admin", "--json").stdout)["token"]
            try:
                say(comes_and_goes(host, other, server))
                say(at_once(host, other, server))
            finally:
                host.stop()
        print(f"1..{number}")


main()
