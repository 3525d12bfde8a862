#!/usr/bin/env python3
"""The event stream, over real sockets, while other processes write; speaks TAP.

usage: events.py PORT_MANAGER
"""
import contextlib
import json

from serving import Place, Server, Stream, tap


# Nobody but the test writes events.
QUIET = "[scan]\nwatch = false\n[backup]\nevery_h = 0\n"


@contextlib.contextmanager
def served(program, folder):
    place = Place(program, folder, QUIET)
    place.run("scan", str(place.workspace))
    with Server(place) as server:
        yield place, server
        server.status = server.stop()


def tails(program, folder):
    with served(program, folder) as (place, server):
        stream = Stream(server)
        yield stream.opened[1] == "stream.opened" and stream.opened[0] == place.newest(), "opens-with-the-newest-id"
        place.run("assign", "reports", "8012", "--yes")
        seen = stream.until("transaction.committed")
        yield seen[-1][1] == "transaction.committed", "hears-of-what-another-process-does"
        changed = [data for _, event, data in seen if event == "service.changed"]
        yield {(d["changeType"], d["oldValue"], d["newValue"]) for d in changed} == {
            ("internal_port", 8001, 8012), ("external_port", 8001, 8012)}, "tells-old-and-new-values"
        stream.close()
        log = place.sql("SELECT id, event, data FROM events WHERE id > 0 ORDER BY id")
        behind = Stream(server, "?after=0")
        read = [next(behind.events) for _ in log]
        yield read == [(i, e, json.loads(d)) for i, e, d in log], "gives-the-whole-log"
        behind.close()
        middle = log[len(log) // 2][0]
        resumed = Stream(server, "?after=0", **{"Last-Event-ID": str(middle)})
        yield next(resumed.events)[0] == middle + 1, "resumes-behind-the-last-event-id"
        resumed.close()
        ahead = Stream(server, **{"Last-Event-ID": "4711000"})
        yield next(ahead.events)[1] == "stream.reset", "says-when-the-log-is-another-one"
        ahead.close()
        yield server.get("/api/events", **{"Last-Event-ID": "x"})[0] == 400, "refuses-a-wrong-last-event-id"
        yield server.get("/api/events?after=-1")[0] == 400, "refuses-a-wrong-after"


def filters(program, folder):
    with served(program, folder) as (place, server):
        stream = Stream(server, "?event=service.*,marker&project=reports")
        place.append_events([("service.changed", '{"projectId":"crm"}'), ("conflict.opened", '{"projectId":"reports"}'),
                             ("service.changed", '{"projectId":"reports"}'), ("marker", '{"projectId":"reports"}')])
        seen = stream.until("marker")
        yield [e for _, e, _ in seen] == ["service.changed", "marker"], "filters-by-name-and-project"
        stream.close()
        stream = Stream(server, "?project=reports")
        place.append_events([("conflict.opened", '{"claimants":[{"projectId":"crm"},{"projectId":"reports"}]}')])
        yield next(stream.events)[1] == "conflict.opened", "a-conflict-is-about-all-of-its-claimants"
        stream.close()
        follow = place.run("events", "--after", "0", "--event", "conflict.*", "--project", "reports", "--json")
        yield [json.loads(line)["event"] for line in follow.stdout.splitlines()] == ["conflict.opened"] * 2, \
            "the-command-line-filters-alike"


def many(program, folder):
    with served(program, folder) as (place, server):
        streams = [Stream(server, f"?event={'x.*' if i % 2 else 'y.*'}") for i in range(100)]
        place.append_events([("x.one", "{}"), ("y.one", "{}"), ("x.two", "{}"), ("y.two", "{}")])
        fine = all([next(s.events)[1], next(s.events)[1]] == (["x.one", "x.two"] if i % 2 else ["y.one", "y.two"])
                   for i, s in enumerate(streams))
        yield fine, "a-hundred-streams-get-each-of-theirs"
        # Behind what is kept as text: the log is read page by page, and a filter that finds nothing in
        # thousands of events does not hang.
        newest = place.newest()
        place.append_events([("bulk", '{"n":%d}' % n) for n in range(6000)] + [("marker", "{}")])
        late = Stream(server, f"?after={newest}")
        seen = late.until("marker")
        yield [d.get("n") for _, _, d in seen[:-1]] == list(range(6000)), "reads-back-thousands-in-order"
        late.close()
        picky = Stream(server, f"?after={newest}&event=marker")
        yield next(picky.events)[1] == "marker", "finds-one-among-thousands"
        yield server.get("/healthz")[0] == 200, "answers-meanwhile"
    yield server.status == 0, "stops-with-a-hundred-streams-open"
    yield all(list(s.events) is not None for s in streams), "ends-every-stream"


def slow(program, folder):
    with served(program, folder) as (place, server):
        sleeper = Stream(server, receive_buffer=4096)
        first = sleeper.opened[0]
        reader = Stream(server)
        text = "x" * 8000
        for start in range(0, 4000, 500):
            place.append_events([("bulk", '{"n":%d,"text":"%s"}' % (n, text)) for n in range(start, start + 500)])
            reader.until(lambda entry, last=start + 499: entry[2].get("n") == last)
        yield True, "a-slow-reader-holds-nobody-up"
        got = list(sleeper.events)
        yield got == [] or got[-1][2]["n"] < 3999, "a-slow-reader-is-dropped"
        sleeper.close()
        resumed = Stream(server, **{"Last-Event-ID": str(sleeper.last or first)})
        rest = resumed.until(lambda entry: entry[2].get("n") == 3999)
        numbers = [data["n"] for _, event, data in got + rest if event == "bulk"]
        yield numbers == list(range(4000)), "and-loses-nothing-by-it"


tap("events", tails, filters, many, slow)
