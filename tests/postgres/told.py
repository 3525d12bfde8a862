#!/usr/bin/python3
"""Two hosts of one registry tell people through one mail server and one webhook: each message exactly once, though both look; and of
a daemon that is killed between sending and writing it down, at least once, with a key by which the repeat is known; TAP.

usage: told.py PORT_MANAGER
"""
import collections
import json
import pathlib
import sys
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "notify")]
import cluster  # noqa: E402
from host import Host  # noqa: E402
from receivers import Mail, Web, until  # noqa: E402

EACH = 12  # events of a host
PLACE = "SELECT count (*) FROM outbox_cursors WHERE host IN ({})"
# What another process writes: rows, the host's count of commits, and the notice that it is time to look.
HAPPEN = """BEGIN; SELECT pg_advisory_xact_lock (1347241810, 1); {}
UPDATE host_commits SET commits = commits + 1 WHERE host = '{}'; NOTIFY port_manager; COMMIT"""


def configuration(web, mail):
    return (f'[notify]\ngroup_s = 0\nmost_per_hour = 500\n[notify.webhook]\nurl = "{web.url}"\nsecret = "key"\n'
            f'[notify.mail]\nsmtp = "{mail.url}"\nfrom = "pm@example.org"\nto = ["ops@example.org"]\n')


def subject(host, number):
    return f"conflict/{host}-{number}"


def port_of(host, number):
    return {"alpha": 3000, "beta": 4000, "gamma": 5000, "twin": 6000}[host] + number


def mails_about(mail, port):
    """How many of them speak of it: a mail may be about several."""
    return sum(f"port {port}" in message.get_content() for message in mail.messages)


def happen(server, host, numbers):
    """Conflicts that opened, as scans of that host write them."""
    rows = ""
    for number in numbers:
        data = json.dumps({"id": f"{host}-{number}", "port": port_of(host, number), "transport": "tcp", "host": host, "severity": "error",
                           "reason": "web and api both bind it", "suggestion": {"serviceId": 1, "port": 9999},
                           "claimants": [{"serviceId": 1, "projectId": "shop", "serviceName": "web", "file": "shop/.env", "line": 3}]})
        rows += ("INSERT INTO events (host, time, event, data) VALUES "
                 f"('{host}', (extract (epoch FROM now ()) * 1000000)::bigint, 'conflict.opened', '{data}');\n")
    server.sql("registry", HAPPEN.format(rows, host))


def started(server, *names):
    wanted = ", ".join(f"'{name}'" for name in names)
    until(lambda: server.sql("registry", PLACE.format(wanted)) == str(len(names)), "the notifiers' start")


def is_empty(server):
    return server.sql("registry", "SELECT count (*) FROM outbox") == "0"


def counts(web):
    return collections.Counter(notice["subject"] for notice in web.notices())


def both_look(program, folder, server, url):
    with Web() as web, Mail() as mail:
        hosts = [Host(program, folder, name, url, configuration(web, mail)) for name in ("alpha", "beta")]
        try:
            for host in hosts:
                host.serve()
            started(server, "alpha", "beta")
            threads = [threading.Thread(target=happen, args=(server, host.name, range(EACH))) for host in hosts]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            wanted = {subject(host.name, n) for host in hosts for n in range(EACH)}
            until(lambda: wanted <= set(counts(web)) and is_empty(server), "all of them")
            # One more of each, behind which nothing may still be on its way.
            for host in hosts:
                happen(server, host.name, [99])
            wanted |= {subject(host.name, 99) for host in hosts}
            until(lambda: wanted <= set(counts(web)) and is_empty(server), "the last ones")
        finally:
            for host in hosts:
                host.stop()
        seen = counts(web)
        print(f"# {sum(seen.values())} notices by webhook and {len(mail.messages)} mails, of {len(wanted)}")
        yield set(seen) == wanted and set(seen.values()) == {1}, "each-is-posted-exactly-once"
        yield len(set(web.keys())) == len(web.posts), "under-a-key-of-its-own"
        keys = collections.Counter(message["Message-ID"] for message in mail.messages)
        about = [mails_about(mail, port_of(host.name, n)) for host in hosts for n in [*range(EACH), 99]]
        yield set(about) == {1} and set(keys.values()) == {1}, "and-mailed-exactly-once"
        results = [r for host in hosts for r in json.loads(host.run("notify", "--json").stdout)["results"]]
        sent = collections.Counter(r["channel"] for r in results if r["state"] == "sent")
        yield sent == {"webhook": len(web.posts), "mail": len(mail.messages)}, "and-what-was-sent-is-what-was-written-down"


def control(program, folder, server, url):
    """Two daemons under one host's name look at one outbox: this is what the test above would see if hosts shared theirs."""
    with Web() as web, Mail() as mail:
        twins = [Host(program, folder, name, url, configuration(web, mail)) for name in ("twin-a", "twin-b")]
        for twin in twins:
            twin.config.write_text(twin.config.read_text().replace(f'host = "{twin.name}"', 'host = "twin"'))
        try:
            for twin in twins:
                twin.serve()
            started(server, "twin")
            happen(server, "twin", range(EACH))
            until(lambda: {subject("twin", n) for n in range(EACH)} <= set(counts(web)), "all of them")
            until(lambda: is_empty(server), "an empty outbox")
        finally:
            for twin in twins:
                twin.stop()
        seen = counts(web)
        print(f"# control: {sum(seen.values())} notices of {EACH}")
        yield sum(seen.values()) > EACH, "a-shared-outbox-would-be-seen"


def killed(program, folder, server, url):
    """The receiver has it, the registry does not know."""
    with Web("hang") as web, Mail() as mail:
        host = Host(program, folder, "gamma", url, configuration(web, mail))
        try:
            host.serve()
            started(server, "gamma")
            happen(server, "gamma", [1])
            until(lambda: web.posts, "the first one")
            host.daemon.kill()
            host.daemon.wait()
            left = server.sql("registry", "SELECT channel || ' ' || attempts FROM outbox WHERE host = 'gamma' AND channel = 'webhook'")
            yield left == "webhook 1", "the-attempt-was-written-down-before-it-was-made"
            host.daemon.stdout.close()
            host.serve()
            until(lambda: len(web.posts) >= 2 and is_empty(server), "the repeat")
        finally:
            host.stop()
        first, second = web.posts[0], web.posts[1]
        yield len(web.posts) == 2 and first[1] == second[1], "it-comes-again-as-it-was"
        yield first[0]["Idempotency-Key"] == second[0]["Idempotency-Key"], "under-the-key-that-tells-a-repeat"


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder, number = pathlib.Path(name), 0
        folder.chmod(0o755)
        with cluster.Cluster(folder / "cluster") as server:
            url = server.database("registry")
            for part in (both_look, control, killed):
                for fine, what in part(program, folder, server, url):
                    number += 1
                    print(f"{'ok' if fine else 'not ok'} {number} - /postgres/told/{what}", flush=True)
        print(f"1..{number}")


main()
