#!/usr/bin/env python3
"""A daemon that works for a while does not grow: edits, requests, leases and event streams, while its memory and its
descriptors are looked at; TAP.

usage: soak.py PORT_MANAGER [SECONDS [STREAMS]]     20 seconds and 50 streams; script/bench soak: ten minutes and 1,000

The first third is to warm up. Controls: descriptors that are kept open are seen, and so is memory that grows.
"""
import contextlib
import http.client
import itertools
import os
import pathlib
import random
import socket
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(__file__))
from serving import Place, Server, Stream, tap  # noqa: E402

SECONDS = float(sys.argv[2]) if len(sys.argv) > 2 else 20
STREAMS = int(sys.argv[3]) if len(sys.argv) > 3 else 50
MOST_KB_AN_HOUR = 1024  # what remains of the caches' filling is told, too
MOST_KB = 2048
MOST_KB_WARMING_UP = 16384  # of a run of less than five minutes, in which caches are still being filled


def sample(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return time.monotonic(), int(status.split("VmRSS:")[1].split()[0]), len(os.listdir(f"/proc/{process.pid}/fd"))


def growth(samples):
    """Kilobytes and descriptors between the thirds' means, and kilobytes an hour by least squares over the last two."""
    rest = samples[len(samples) // 3:]
    half = len(rest) // 2
    early, late = rest[:half], rest[half:]

    def mean(part, column):
        return sum(s[column] for s in part) / len(part)

    at, memory = mean(rest, 0), mean(rest, 1)
    slope = sum((s[0] - at) * (s[1] - memory) for s in rest) / sum((s[0] - at) ** 2 for s in rest)
    return mean(late, 1) - mean(early, 1), mean(late, 2) - mean(early, 2), slope * 3600


def grows(samples, most_kb=MOST_KB):
    kb, descriptors, kb_an_hour = growth(samples)
    return (kb > most_kb and kb_an_hour > MOST_KB_AN_HOUR) or descriptors > 2


def work(place, server, over):
    numbers = random.Random(1)
    files = sorted(place.workspace.glob("*/.env"))
    for turn in itertools.count():
        if over.wait(0.05):
            return
        file = numbers.choice(files)
        file.write_text(f"PORT={20000 + turn % 5000}\nAPI_URL=http://localhost:{20000 + turn % 5000}\n")
        for path in ("/api/services", f"/api/services?q=port:{turn % 9000 + 1}", "/api/ports/conflicts", "/metrics"):
            server.get(path)
        _, answer = server.post("/api/ports/allocate", {"type": "api", "ttl": 2})
        server.post(f"/api/leases/{answer['lease']['id']}/renew", {"ttl": 1})


def drain(stream):
    with contextlib.suppress(OSError, ValueError, AttributeError, http.client.HTTPException):  # it is closed at the end
        while stream.answer.read1(65536):
            pass


def watch(server, seconds, each=lambda: None):
    samples, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        each()
        samples.append(sample(server.process))
        time.sleep(max(seconds / 200, 0.05))
    return samples


def goes_on(program, folder):
    place = Place(program, folder)
    place.run("scan", str(place.workspace))
    with Server(place) as server:
        streams = [Stream(server) for _ in range(STREAMS)]
        for stream in streams:
            threading.Thread(target=drain, args=(stream,), daemon=True).start()
        over = threading.Event()
        worker = threading.Thread(target=work, args=(place, server, over))
        worker.start()
        samples = watch(server, SECONDS)
        over.set()
        worker.join()
        kb, descriptors, kb_an_hour = growth(samples)
        print(f"# {SECONDS:.0f} s, {STREAMS} streams: {samples[-1][1] / 1024:.1f} MB, {kb:+.0f} kB and {descriptors:+.1f} descriptors"
              f" between halves of the rest, {kb_an_hour / 1024:+.1f} MB an hour")
        yield not grows(samples, MOST_KB if SECONDS >= 300 else MOST_KB_WARMING_UP), "neither-memory-nor-descriptors-grow"
        kept = []
        leaking = watch(server, 3, lambda: kept.append(Stream(server, "?event=nothing")))
        yield grows(leaking), "control-descriptors-that-are-kept-are-seen"
        for stream in kept + streams:  # not closed: somebody reads from it
            with contextlib.suppress(OSError):
                stream.socket.shutdown(socket.SHUT_RDWR)
        yield server.stop() == 0, "stops"
    yield grows([(i * 3.0, 20000 + 40 * i, 30) for i in range(200)]), "control-memory-that-grows-is-seen"
    yield not grows([(i * 3.0, 20000 + i % 7, 30 + i % 2) for i in range(200)]), "control-and-none-that-does-not"


tap("soak", goes_on)
