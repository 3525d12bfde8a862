#!/usr/bin/env python3
"""The disaster drill: a registry is damaged in every way, and the daemon helps itself; speaks TAP.

usage: drill.py PORT_MANAGER
"""
import contextlib
import json
import signal
import threading

from serving import Place, Server, Stream, tap, until

PAGE = 4096


def prepare(program, folder, configuration=""):
    """A registry with something to lose: a change of files, its history, a decision."""
    place = Place(program, folder, configuration)
    place.run("scan", str(place.workspace))
    place.run("assign", "reports", "8012", "--yes")
    place.sql("PRAGMA wal_checkpoint (TRUNCATE)")
    return place


def known(place):
    """What no file says."""
    return (place.json("transactions")["transactions"], place.sql("SELECT field, value FROM desired"),
            place.sql("SELECT old_value, new_value FROM port_history WHERE change_type = 'external_port'"))


def overwrite(path, start, size=None):
    with open(path, "r+b") as file:
        file.seek(0, 2)
        end = file.tell() if size is None else start + size
        file.seek(start)
        file.write(b"\xa5" * (end - start))


def remove_companions(place):
    for name in ("registry.db-wal", "registry.db-shm"):
        (place.state / name).unlink(missing_ok=True)


DAMAGES = {
    "its-first-bytes": lambda file: overwrite(file, 0, 100),
    "its-schema": lambda file: overwrite(file, 100, PAGE - 100),
    "all-but-the-schema": lambda file: overwrite(file, 4 * PAGE),
    "another-file": lambda file: file.write_text("this is a text file\n" * 1000),
    "its-end-cut-off": lambda file: file.write_bytes(file.read_bytes()[: 6 * PAGE + 100]),
}


def comes_back(program, folder):
    place = prepare(program, folder)
    before = known(place)
    file = place.state / "registry.db"
    whole = file.read_bytes()
    for name, damage in DAMAGES.items():
        remove_companions(place)
        file.write_bytes(whole)
        damage(file)
        with Server(place) as server:
            back = until(lambda: place.sql("SELECT count (*) FROM events WHERE event = 'registry.restored'")[0][0])
            yield back and server.get("/api/services")[0] == 200, f"{name}/answers"
            yield known(place) == before, f"{name}/knows-what-no-file-says"
            yield server.stop() == 0, f"{name}/stops"
        yield "damaged" in server.errors and list(place.state.glob("registry.db.damaged-*")), f"{name}/keeps-the-damaged-one"


def prefers_a_good_backup(program, folder):
    place = prepare(program, folder)
    before = known(place)
    place.run("backup")
    newest = sorted((place.state / "backups").iterdir())[-1]
    overwrite(newest, 2 * PAGE)
    overwrite(place.state / "registry.db", 0, PAGE)
    with Server(place) as server:
        yield known(place) == before, "passes-a-damaged-backup-over"
        server.stop()


def has_no_backup(program, folder):
    place = prepare(program, folder, f'roots = ["{folder}/workspace"]\n')
    services = {(s["projectId"], s["serviceName"], s["externalPort"]) for s in place.json("services")["services"]}
    for backup in (place.state / "backups").iterdir():
        backup.unlink()
    overwrite(place.state / "registry.db", 0, PAGE)
    with Server(place) as server:
        until(lambda: place.json("services")["services"])
        yield {(s["projectId"], s["serviceName"], s["externalPort"])
               for s in place.json("services")["services"]} == services, "begins-anew-from-the-files"
        yield place.json("transactions")["transactions"] == [], "and-knows-no-more-than-they-say"
        yield server.stop() == 0 and "no good backup" in server.errors, "and-says-so"


def is_damaged_while_it_runs(program, folder):
    place = prepare(program, folder)
    before = known(place)
    with Server(place) as server:
        stream = Stream(server)
        server.process.send_signal(signal.SIGHUP)
        stream.until("config.reloaded")
        until(lambda: server.get("/api/jobs")[1]["jobs"] == [] or
              all(job["state"] == "done" for job in server.get("/api/jobs")[1]["jobs"]))
        place.sql("PRAGMA wal_checkpoint (TRUNCATE)")
        overwrite(place.state / "registry.db", 4 * PAGE)
        env = place.workspace / "reports/.env"
        # Its connections may know the pages that they need: whatever it reads next tells.
        for number in range(8100, 8200):
            env.write_text(f"PORT={number}\n")
            server.process.send_signal(signal.SIGHUP)
            if until_gone(stream):
                break
        stream.close()
        with hangups(server.process):
            found = until(lambda: list(place.state.glob("registry.db.damaged-*")))
            again = until(lambda: url_answers(server))
        yield found, "finds-out"
        yield again, "serves-again"
        yield known(place)[:2] == before[:2], "knows-what-it-knew"
        yield server.stop() == 0, "stops"


@contextlib.contextmanager
def hangups(process):
    """A signal every millisecond: none of them may meet a process without a handler."""
    over = threading.Event()

    def send():
        while not over.wait(0.001) and process.poll() is None:
            process.send_signal(signal.SIGHUP)

    sender = threading.Thread(target=send, daemon=True)
    sender.start()
    yield
    over.set()
    sender.join()


def until_gone(stream):
    """Whether the stream ended; each event that comes gives it another chance."""
    for _, event, _ in stream.events:
        if event in ("config.reloaded", "scan.finished"):
            return False
    return True


def url_answers(server):
    """It begins again on a port of its own choice: its own line says which."""
    line = server.process.stdout.readline()
    if '"url"' not in line:
        return None
    server.port = int(json.loads(line)["url"].rsplit(":", 1)[1])
    return server.get("/api/services")[0] == 200


tap("drill", comes_back, prefers_a_good_backup, has_no_backup, is_damaged_while_it_runs)
