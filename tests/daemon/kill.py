#!/usr/bin/env python3
"""kill -9 of the daemon while files are being saved: what it told anybody is in its log afterwards,
and the registry says what the files say; speaks TAP.

usage: kill.py PORT_MANAGER
"""
import random
import re

from serving import Place, Server, Stream, tap, until

ROUNDS = 12
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


tap("kill", survives, control)
