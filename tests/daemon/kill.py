#!/usr/bin/env python3
"""kill -9 of the daemon while files are being saved: what it told anybody is in its log afterwards,
and the registry says what the files say; speaks TAP.

usage: kill.py PORT_MANAGER
"""
import contextlib
import http.client
import os
import random
import re
import threading
import time

from serving import Place, Server, Stream, tap, until

ROUNDS = 12
WRITE_ROUNDS = 5
SEED = 6


class Load:
    """Saves files of the workspace, each with a port of its own that grows."""

    def __init__(self, place, random_numbers):
        self.random = random_numbers
        self.files = [place.workspace / project / ".env" for project in ("reports", "load-a", "load-b", "load-c")]
        self.port = 20000
        for file in self.files:
            file.parent.mkdir(exist_ok=True)
            self.save(file)

    def save(self, file=None):
        file = file or self.random.choice(self.files)
        self.port += 1
        file.write_text(f"PORT={self.port}\n")

    def declared(self):
        return {file.parent.name: int(re.search(r"\d+", file.read_text())[0]) for file in self.files}


def run_until_killed(place, load, numbers):
    """Saves until so many events were seen, and kills in the midst; gives what was seen."""
    with Server(place) as server:
        stream = Stream(server)
        seen = []
        wanted = numbers.randrange(3, 30)
        while len(seen) < wanted:
            for _ in range(numbers.randrange(1, 4)):
                load.save()
            seen.append(next(stream.events))
        load.save()
        server.kill()
        stream.close()
    return seen


def lost(place, seen):
    log = {row[0]: row[1] for row in place.sql("SELECT id, event FROM events")}
    return [entry for entry in seen if entry[0] is not None and log.get(entry[0]) != entry[1]]


def registered(place, load):
    wanted = load.declared()
    found = {s["projectId"]: s["externalPort"] for s in place.json("services")["services"]
             if s["projectId"] in wanted and s["serviceName"] == s["projectId"]}
    return found == wanted


def survives(program, folder):
    numbers = random.Random(SEED)
    place = Place(program, folder)
    load = Load(place, numbers)
    place.run("scan", str(place.workspace))
    missing, told = [], 0
    for _ in range(ROUNDS):
        seen = run_until_killed(place, load, numbers)
        missing += lost(place, seen)
        told += len(seen)
    print(f"# seed {SEED}: {ROUNDS} kills, {told} events told, {len(missing)} lost")
    yield missing == [], "loses-nothing-that-it-told"
    with Server(place) as server:
        yield until(lambda: registered(place, load)), "says-what-the-files-say"
        yield place.sql("PRAGMA integrity_check") == [("ok",)], "is-whole"
        yield server.stop() == 0, "stops"


class Writers:
    """Clients of the API: several make tokens, one changes an address to and fro. What was
    acknowledged is kept."""

    ADDRESSES = ("203.0.113.10", "198.51.100.77")

    def __init__(self, server):
        self.server = server
        self.tokens, self.transactions, self.surprises = [], [], []
        self.threads = [threading.Thread(target=self.make_tokens, args=(n,)) for n in range(3)]
        self.threads.append(threading.Thread(target=self.change_address))
        for thread in self.threads:
            thread.start()

    def make_tokens(self, writer):
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
            for number in range(10**6):
                name = f"{os.urandom(4).hex()}-{writer}-{number}"
                status, answer = self.server.post("/api/tokens", {"name": name, "role": "viewer"})
                if status == 201:
                    self.tokens.append(name)
                elif status != 429:
                    self.surprises.append(answer)

    def change_address(self):
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
            for number in range(10**6):
                old, new = self.ADDRESSES[number % 2], self.ADDRESSES[1 - number % 2]
                self.change(old, new)
                self.change(new, old)

    def change(self, old, new):
        wish = {"old": old, "new": new}
        status, job = patiently(lambda: self.server.post("/api/ip/change", wish))
        while status == 202 and job["state"] in ("waiting", "running"):
            time.sleep(0.01)
            _, job = patiently(lambda: self.server.get(f"/api/jobs/{job['id']}"))
        if status == 202 and job["state"] == "done" and job["result"]["transaction"]:
            self.transactions.append(job["result"]["transaction"]["id"])
        elif job.get("state") != "done":
            self.surprises.append(job)

    def join(self):
        for thread in self.threads:
            thread.join()


def patiently(ask):
    """Asks again when it is told that it asks too often."""
    while (answer := ask())[0] == 429:
        time.sleep(0.1)
    return answer


def addresses_in(place):
    """Which of the two the files have; documentation is not edited."""
    found = set()
    for path in place.workspace.rglob("*"):
        if path.is_file() and path.suffix != ".md":
            text = path.read_text(errors="replace")
            found |= {address for address in Writers.ADDRESSES if address in text}
    return found


def keeps_writes(program, folder):
    numbers = random.Random(SEED)
    place = Place(program, folder)
    place.run("scan", str(place.workspace))
    tokens, transactions, surprises, mixed = [], [], [], 0
    for _ in range(WRITE_ROUNDS):
        with Server(place) as server:
            writers = Writers(server)
            wanted = numbers.randrange(1, 4)
            until(lambda: len(writers.transactions) >= wanted and len(writers.tokens) >= 3 * wanted)
            time.sleep(numbers.uniform(0, 0.05))
            server.kill()
            writers.join()
        tokens += writers.tokens
        transactions += writers.transactions
        surprises += writers.surprises
        place.run("recover")
        mixed += len(addresses_in(place)) != 1
    known_tokens = {token["name"] for token in place.json("token", "list")["tokens"]}
    known = {t["id"] for t in place.json("transactions")["transactions"] if t["state"] == "committed"}
    print(f"# seed {SEED}: {WRITE_ROUNDS} kills, {len(tokens)} tokens and {len(transactions)} transactions acknowledged")
    for surprise in surprises[:3]:
        print(f"# {surprise}")
    yield tokens and set(tokens) <= known_tokens, "loses-no-token-that-it-acknowledged"
    yield transactions and set(transactions) <= known, "loses-no-transaction-that-it-acknowledged"
    yield mixed == 0, "leaves-no-files-mixed"
    yield not surprises, "does-what-it-is-asked"


def control(program, folder):
    """A daemon whose commits are gone with it, as if it had told before it committed."""
    numbers = random.Random(SEED)
    place = Place(program, folder)
    load = Load(place, numbers)
    place.run("scan", str(place.workspace))
    seen = run_until_killed(place, load, numbers)
    (place.state / "registry.db-wal").unlink()
    (place.state / "registry.db-shm").unlink(missing_ok=True)
    yield lost(place, seen) != [], "control-finds-what-is-lost"


tap("kill", survives, keeps_writes, control)
