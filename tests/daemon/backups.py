#!/usr/bin/env python3
"""Every change of files is followed by a backup, whoever made it and whatever dies meanwhile; speaks TAP.

usage: backups.py PORT_MANAGER
"""
import contextlib
import sqlite3
import time

from serving import Place, Server, tap, until


def prepare(program, folder):
    place = Place(program, folder, "[backup]\nevery_h = 0\n")
    place.run("scan", str(place.workspace))
    return place


def assign(place, port):
    return place.run("assign", "reports", str(port), "--yes")


def backups(place):
    folder = place.state / "backups"
    return sorted(folder.glob("*.db")) if folder.exists() else []


def transactions_in(file):
    with contextlib.closing(sqlite3.connect(f"file:{file}?immutable=1", uri=True)) as database:
        return [number for number, in database.execute("SELECT id FROM transactions ORDER BY id")]


def held(place):
    """What the newest backup knows."""
    return transactions_in(backups(place)[-1]) if backups(place) else []


def as_after_a_crash(place):
    """What one that falls between a change and its backup leaves."""
    for file in backups(place):
        file.unlink()
    place.sql("DELETE FROM settings WHERE key = 'backup.transaction'")


def by_hand(program, folder):
    place = prepare(program, folder)
    yield backups(place) == [], "no-change-no-backup"
    yield assign(place, 8012).returncode == 0 and held(place) == [1], "a-command-makes-its-own"
    yield place.run("undo", "1", "--yes").returncode == 0 and held(place) == [1, 2], "an-undo-too"
    count = len(backups(place))
    place.run("services")
    yield len(backups(place)) == count, "what-changes-nothing-makes-none"
    as_after_a_crash(place)
    place.run("services")
    yield held(place) == [1, 2], "what-a-crash-left-undone-is-done-by-the-next-command"
    place.run("assign", "reports", "8013", "--dry-run")
    yield len(backups(place)) == 1, "a-preview-makes-none"


def is_told_of(program, folder):
    """Somebody took the registry away: what is beside it is named."""
    place = prepare(program, folder)
    yield "backup" not in place.run("services").stdout, "nothing-is-told-where-nothing-is-missing"
    assign(place, 8012)
    for file in place.state.glob("registry.db*"):
        file.unlink()
    yield "restore --newest" in place.run("services").stdout, "a-registry-that-is-gone-has-backups"
    place.run("restore", "--newest", "--yes")
    yield transactions_in(place.state / "registry.db") == [1], "which-bring-it-back"


def is_refused(program, folder):
    """A backup that cannot be made is no failure of the change, and is not tried for ever."""
    place = prepare(program, folder)
    (place.state / "backups").write_text("in the way")
    yield assign(place, 8012).returncode == 0, "the-change-holds-without"
    failed = "SELECT count (*) FROM events WHERE event = 'backup.failed'"
    yield place.sql(failed)[0][0] == 1, "and-the-log-tells"
    place.run("services")
    yield place.sql(failed)[0][0] == 1, "once"
    (place.state / "backups").unlink()
    yield assign(place, 8014).returncode == 0 and held(place) == [1, 2], "the-next-change-makes-it"


def insert_transactions(place, numbers):
    """As other processes would commit them, all at one moment."""
    host = place.sql("SELECT name FROM hosts")[0][0]
    now_us = int(time.time() * 1e6)
    place.sql("INSERT INTO transactions VALUES (?, ?, 'assign', 'committed', ?, ?, 1, 1, '{}')",
              many=[(host, number, now_us, now_us) for number in numbers])


def by_the_daemon(program, folder):
    place = prepare(program, folder)
    with Server(place) as server:
        yield assign(place, 8012).returncode == 0, "while-a-daemon-runs"
        yield until(lambda: held(place) == [1]), "the-daemon-makes-it"
        before = len(backups(place))
        insert_transactions(place, range(2, 12))
        yield until(lambda: held(place) == list(range(1, 12))), "all-that-follow-each-other-are-in-one"
        yield len(backups(place)) == before + 1, "and-there-is-only-that"
        insert_transactions(place, [12])
        yield server.stop() == 0 and held(place)[-1] == 12, "what-is-due-is-made-before-it-stops"
    with Server(place) as server:
        insert_transactions(place, [13])
        server.kill()
    yield held(place)[-1] in (12, 13), "killed-before-it-or-behind-it"
    with Server(place) as server:
        yield until(lambda: held(place)[-1] == 13), "and-made-at-the-next-start"
        yield server.stop() == 0, "that-is-all"


def known(place):
    records = [(t["id"], t["kind"], t["state"]) for t in place.json("transactions")["transactions"]]
    return records, place.sql("SELECT field, value FROM desired ORDER BY 1, 2")


def damage(place, backup):
    """The registry, and all backups but this one."""
    for file in backups(place):
        file.unlink()
    (place.state / "backups/2026-01-01T00:00:00.000000Z.db").write_bytes(backup)
    place.sql("PRAGMA wal_checkpoint (TRUNCATE)")
    with open(place.state / "registry.db", "r+b") as file:
        file.write(b"\xa5" * 4096)


def is_restored(place):
    return until(lambda: place.sql("SELECT count (*) FROM events WHERE event = 'registry.restored'")[0][0])


def knows_what_no_backup_has(program, folder):
    """Damage between a change and its backup."""
    place = prepare(program, folder)
    assign(place, 8012)
    backup = backups(place)[0].read_bytes()
    assign(place, 8014)
    place.run("undo", "2", "--yes")
    assign(place, 8015)
    before = known(place)
    damage(place, backup)
    with Server(place) as server:
        yield is_restored(place) and known(place) == before, "the-journals-tell-what-is-newer-than-the-backup"
        yield server.stop() == 0 and held(place) == [1, 2, 3, 4], "and-then-a-backup-has-it"
    # Control: without the journals it is lost.
    for journal in (place.state / "transactions").glob("[234].done"):
        journal.unlink()
    damage(place, backup)
    with Server(place) as server:
        yield is_restored(place) and len(known(place)[0]) == 1, "control-without-them-it-is-lost"
        server.stop()


def old_events_go_without_backups_by_time(program, folder):
    place = prepare(program, folder)
    count = "SELECT count (*) FROM events"
    for microseconds in (1, time.time_ns() // 1000):  # of 1970, and of now
        place.sql("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) INSERT INTO events (host, time, event, data) "
                  f"SELECT (SELECT name FROM hosts), {microseconds}, 'scan.finished', '{{}}' FROM n")
    before = place.sql(count)[0][0]
    with Server(place) as server:
        yield until(lambda: place.sql(count)[0][0] <= before - 100000), "old-events-go"
        yield place.sql(count)[0][0] >= 100000 and not place.sql("SELECT 1 FROM events WHERE time = 1"), "and-no-others"
        yield server.stop() == 0, "and-that-is-all"


def the_clock_was_wrong_once(program, folder):
    place = prepare(program, folder)
    assign(place, 8012)
    future = backups(place)[0].rename(place.state / "backups/2058-01-01T00:00:00.000000Z.db")
    assign(place, 8014)
    place.run("restore", "--newest", "--yes")
    yield transactions_in(place.state / "registry.db") == [1, 2], "what-has-a-name-from-the-future-is-as-old-as-what-it-knows"
    assign(place, 8015)
    future.unlink()
    backups(place)[-1].rename(future)
    place.run("restore", "--newest", "--yes")
    yield transactions_in(place.state / "registry.db") == [1, 2, 3], "and-as-new"


tap("backups", by_hand, is_told_of, the_clock_was_wrong_once, is_refused, by_the_daemon, knows_what_no_backup_has, old_events_go_without_backups_by_time)
