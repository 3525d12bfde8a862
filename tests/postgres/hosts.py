#!/usr/bin/env python3
"""Two hosts of one registry on a PostgreSQL server: each has its own, nobody's rows are lost, and ports that are leased have one
holder; TAP.

usage: hosts.py PORT_MANAGER
"""
import collections
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import cluster  # noqa: E402

ROUNDS = 8
LEASES = 8  # of each process
PROCESSES = 4  # of each host

# A function of the same name that is found first.
NO_LOCKS = """CREATE FUNCTION public.pg_advisory_xact_lock (int, int) RETURNS void LANGUAGE sql AS '';
ALTER DATABASE registry SET search_path = public, pg_catalog"""
# What was chosen is taken a little later, so that somebody comes in between.
SLOW = """CREATE FUNCTION public.wait () RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep (0.05); RETURN NEW; END';
CREATE TRIGGER wait BEFORE INSERT ON leases FOR EACH ROW EXECUTE FUNCTION wait ()"""
# An id is there a little before its row.
SLOW_EVENTS = """CREATE FUNCTION public.wait_a_little () RETURNS trigger LANGUAGE plpgsql AS
'BEGIN PERFORM pg_sleep (random () / 30); RETURN NEW; END';
CREATE TRIGGER wait BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION wait_a_little ()"""


class Host:
    def __init__(self, program, folder, name, url):
        self.program, self.name, self.state = program, name, folder / name
        self.tree = folder / "same-path"  # on both: a path means another folder on another host
        self.config = folder / f"{name}.toml"
        self.config.write_text(f'[registry]\nurl = "{url}"\nhost = "{name}"\n[scan]\nsockets = false\n'
                               f'[pools]\napi = ["21800-{21800 + PROCESSES * LEASES + 3}"]\n', encoding="utf-8")

    def run(self, *words):
        return subprocess.run([self.program, "--state", self.state, "--config", self.config, *words], capture_output=True, text=True,
                              timeout=120, check=False, stdin=subprocess.DEVNULL)

    def terminal(self, columns, *words):
        """The lines that a terminal of so many columns shows."""
        typed = shlex.join(map(str, [self.program, "--state", self.state, "--config", self.config, *words]))
        shown = subprocess.run(["script", "-qec", f"stty cols {columns}; {typed}", "/dev/null"], capture_output=True, text=True,
                               timeout=120, check=False, stdin=subprocess.DEVNULL).stdout
        return re.sub("\x1b\\[[0-9;]*m", "", shown).replace("\r", "").split("\n")

    def json(self, *words):
        result = self.run(*words, "--json")
        assert result.returncode in (0, 1), result
        return json.loads(result.stdout)

    def services(self, *words):
        return self.json("services", *words)["services"]


def put(tree, **ports):
    for project, port in ports.items():
        (tree / project).mkdir(parents=True, exist_ok=True)
        (tree / project / ".env").write_text(f"PORT={port}\n", encoding="utf-8")


def names(services, host):
    return sorted((s["projectId"], s["externalPort"]) for s in services if s["host"] == host)


def apart(alpha, beta):
    put(alpha.tree, shop=3000, web=3100)
    yield "HOST" not in alpha.run("history").stdout, "one-host-alone-is-not-named"
    first, second = alpha.run("scan", str(alpha.tree)), beta.run("scan", str(alpha.tree))
    yield first.returncode == second.returncode == 0, "the-same-path-and-port-on-two-hosts-is-no-conflict"
    everything = alpha.services()
    yield names(everything, "alpha") == names(everything, "beta") == [("shop", 3000), ("web", 3100)], "services-lists-all-hosts"
    yield everything == beta.services(), "and-both-see-the-same"
    yield {s["host"] for s in alpha.services("host:beta")} == {"beta"}, "host-filters-them"
    table = alpha.run("services").stdout.splitlines()
    yield table[0].split()[0] == "HOST" and {line.split()[0] for line in table[1:5]} == {"alpha", "beta"}, "a-table-of-several-names-them"
    yield "HOST" not in alpha.run("services", "host:beta").stdout, "one-of-one-host-does-not"
    lines = alpha.run("port", "who", "3000").stdout.splitlines()
    yield [line.endswith("  on beta") for line in lines if line.startswith("declared")] == [False, True], "port-who-tells-who-is-elsewhere"
    put(alpha.tree, web=3000)
    yield alpha.run("scan").returncode == 1 and beta.json("conflicts")["conflicts"] == [], "a-conflict-is-of-its-host"
    yield names(beta.services(), "beta") == [("shop", 3000), ("web", 3100)], "a-change-on-one-is-none-on-the-other"
    moved = alpha.run("resolve", "--yes")
    yield moved.returncode == 0 and alpha.json("conflicts")["conflicts"] == [], "resolve-moves-this-hosts-alone"
    yield names(beta.services(), "beta") == [("shop", 3000), ("web", 3100)], "and-the-other-still-has-what-it-had"
    beta.run("scan")
    put(beta.tree.parent / "beta-only", far=3300)
    (beta.tree.parent / "beta-only/far/away.env").write_text("PORT=3301\n", encoding="utf-8")
    beta.run("scan", str(beta.tree.parent / "beta-only"))
    theirs = next(s["id"] for s in beta.services() if s["host"] == "beta" and s["projectId"] == "shop")
    for words in (["assign", str(theirs), "3999", "--yes"], ["restart", str(theirs), "--yes"], ["services", "pin", str(theirs), "--reason", "x"],
                  ["explain", "far/away.env:1"]):
        result = alpha.run(*words)
        yield result.returncode == 4 and "the host beta" in result.stderr and "there" in result.stderr, f"{words[0]}-names-whose-it-is"
    shown = alpha.run("services", "show", str(theirs))
    yield shown.returncode == 0 and "beta (its files are there" in shown.stdout, "services-show-says-where-its-files-are"
    yield alpha.run("assign", "99999", "3999", "--yes").returncode == 2, "what-nobody-has-is-wrong-use"
    tables = {words: alpha.run(*words.split()).stdout.splitlines() for words in ("history", "events --after 0")}
    yield tables["history"][0].split()[0] == "HOST" and {line.split()[0] for line in tables["history"][1:]} == {"alpha", "beta"}, \
        "history-has-a-column-of-hosts"
    yield {line.split()[2] for line in tables["events --after 0"]} == {"alpha", "beta"}, "and-so-have-events"
    for words in ("services", "history", "events --after 0", f"services show {theirs}"):
        lines = alpha.terminal(80, *words.split())
        yield "beta" in "".join(lines) and max(map(len, lines)) <= 80, f"{words.split()[0]}-of-several-hosts-fits-80-columns"
    past = alpha.run("history", "--port", "3100").stdout
    yield "web on beta" in past and "web on alpha" not in past, "the-past-of-a-port-says-who-was-elsewhere"
    yield len(alpha.json("transactions")["transactions"]) == 1 and beta.json("transactions")["transactions"] == [], \
        "transactions-are-of-their-host"
    kept = names(beta.services(), "beta")
    alpha.run("roots", "forget", str(alpha.tree))
    yield names(beta.services(), "alpha") == [] and len(kept) > 2 and names(beta.services(), "beta") == kept, "what-one-forgets-the-other-keeps"
    yield beta.json("roots")["roots"] != [] and alpha.json("roots")["roots"] == [], "roots-are-of-their-host"


def together(alpha, beta):
    """Both scan again and again, of trees of their own that change, at once."""
    failures = []

    def go(host):
        tree = host.tree.parent / f"{host.name}-tree"
        for i in range(ROUNDS):
            put(tree, one=4000 + i, two=5000 + i, three=6000 + i)
            result = host.run("scan", str(tree))
            if result.returncode != 0:
                failures.append(result)
    threads = [threading.Thread(target=go, args=[host]) for host in (alpha, beta)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for failure in failures:
        print("#", failure)
    yield failures == [], "both-scan-at-once"
    last = ROUNDS - 1
    wanted = [("one", 4000 + last), ("three", 6000 + last), ("two", 5000 + last)]
    seen = alpha.services()
    yield all([s for s in names(seen, host.name) if s[0] in ("one", "two", "three")] == wanted for host in (alpha, beta)), \
        "and-each-has-what-its-files-say"
    for host in (alpha, beta):
        moves = [e for e in host.json("history", "--service", "one/one")["history"] if e["host"] == host.name and e["changeType"] == "external_port"]
        yield len(moves) == last, f"with-every-change-in-the-history-of-{host.name}"


def storm(hosts):
    """Everybody takes ports at once: how often one had two holders."""
    def take(job):
        host, _ = job
        taken = []
        for _ in range(LEASES):
            result = host.run("lease", "--type", "api", "--ttl", "3000", "--json")
            if result.returncode == 0:
                taken.append((host.name, json.loads(result.stdout)["lease"]["port"]))
            else:
                print("#", result)
        return taken
    jobs = [(host, number) for number in range(PROCESSES) for host in hosts]
    with concurrent.futures.ThreadPoolExecutor(len(jobs)) as pool:
        taken = [one for some in pool.map(take, jobs) for one in some]
    counts = collections.Counter(taken)
    return len(taken), sum(n - 1 for n in counts.values()), {h: {p for name, p in counts if name == h} for h in (x.name for x in hosts)}


def leases(alpha, beta, server):
    server.sql("registry", "DELETE FROM leases; DROP TRIGGER wait ON events; ALTER DATABASE registry RESET search_path")
    n, doubles, ports = storm([alpha, beta])
    yield n == 2 * PROCESSES * LEASES and doubles == 0, f"{n}-leases-of-two-hosts-and-none-has-two-holders"
    yield len(ports["alpha"] & ports["beta"]) > 0, "but-both-hosts-may-have-one-number"
    held = alpha.json("leases")["leases"]
    yield len(held) == PROCESSES * LEASES, "leases-lists-those-of-this-host"
    yield beta.run("release", str(held[0]["id"])).returncode == 2 and len(alpha.json("leases")["leases"]) == len(held), \
        "nobody-releases-another-hosts-lease"
    # Writers of one host queue for a lock; what holds is the constraint, also without any lock.
    server.sql("registry", "DELETE FROM leases; ALTER DATABASE registry SET search_path = public, pg_catalog")
    server.sql("registry", SLOW)
    n, doubles, _ = storm([alpha, beta])
    yield n == 2 * PROCESSES * LEASES and doubles == 0, "nor-where-nobody-queues-for-a-lock"
    server.sql("registry", "DELETE FROM leases; DROP INDEX leases_held")
    found = 0
    for _ in range(8):
        found = found or storm([alpha, beta])[1]
        server.sql("registry", "DELETE FROM leases")
    print(f"# without lock and constraint: {found} had two holders")
    yield found > 0, "control-without-lock-and-constraint-some-have-two"


def missed_by_a_follower(hosts, server):
    """Everybody leases at once, while somebody reads the log behind the last id that it saw: how many of how many it never saw."""
    newest = int(server.sql("registry", "SELECT coalesce (max (id), 0) FROM events"))
    command = [hosts[0].program, "--state", hosts[0].state, "--config", hosts[0].config, "events", "--follow", "--json", "--after", str(newest)]
    follower = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    seen, ends = [], threading.Event()

    def read():
        for line in follower.stdout:
            event = json.loads(line)
            seen.append(event["id"])
            if event["event"] == "root.added":
                ends.set()
    reader = threading.Thread(target=read)
    reader.start()
    storm(hosts)
    last = hosts[0].tree.parent / f"last{newest}"
    last.mkdir()
    hosts[0].run("scan", str(last))  # its event is behind all others
    ends.wait(60)
    follower.terminate()
    follower.wait()
    reader.join()
    follower.stdout.close()
    there = {int(i) for i in server.sql("registry", f"SELECT id FROM events WHERE id > {newest} AND id <= {max(seen)}").split()}
    return len(there - set(seen)), len(there), seen == sorted(seen)


def order(alpha, beta, server):
    server.sql("registry", "DELETE FROM leases")
    server.sql("registry", SLOW_EVENTS)
    missed, n, sorted_too = missed_by_a_follower([alpha, beta], server)
    yield n > 60 and missed == 0 and sorted_too, f"who-follows-the-log-misses-none-of-{n}-events"
    server.sql("registry", NO_LOCKS)
    server.sql("registry", SLOW_EVENTS.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace("30", "2").split("CREATE TRIGGER")[0])
    missed = 0
    for _ in range(4):
        server.sql("registry", "DELETE FROM leases")
        if missed == 0:
            missed, n, _ = missed_by_a_follower([alpha, beta], server)
    print(f"# without the lock: {missed} of {n} events missed")
    yield missed > 0, "control-without-the-lock-some-are-missed"


def main():
    program = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder, number = pathlib.Path(name), 0
        folder.chmod(0o755)
        with cluster.Cluster(folder / "cluster") as server:
            url = server.database("registry")
            alpha, beta = (Host(program, folder, host, url) for host in ("alpha", "beta"))
            for part in (apart(alpha, beta), together(alpha, beta), order(alpha, beta, server), leases(alpha, beta, server)):
                for fine, what in part:
                    number += 1
                    print(f"{'ok' if fine else 'not ok'} {number} - /postgres/hosts/{what}", flush=True)
        print(f"1..{number}")


main()
