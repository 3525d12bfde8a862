#!/usr/bin/python3
"""`serve` tells people what happens: once, at least once, in time, through receivers that hang,
refuse, drop and come back; also when the daemon is killed in between. TAP.

usage: telling.py PORT_MANAGER
"""
import json
import os
import pathlib
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "daemon")]
from receivers import Mail, Web, is_signed, until  # noqa: E402
from serving import Place, Server  # noqa: E402

PROGRAM = os.path.abspath(sys.argv[1])


def webhook(receiver, more=""):
    return f'[notify.webhook]\nurl = "{receiver.url}"\nsecret = "canary-key"\n{more}\n'


def conflict(port, project="shop", severity="error", reason="web and api both bind it"):
    """One that opened, as a scan writes it."""
    return "conflict.opened", json.dumps({
        "id": f"tcp-{port}", "port": port, "transport": "tcp", "host": "here", "severity": severity, "reason": reason,
        "claimants": [{"serviceId": 1, "projectId": project, "serviceName": "web", "file": f"{project}/.env", "line": 3}],
        "suggestion": {"serviceId": 1, "port": port + 1}})


def closed(port):
    return "conflict.closed", conflict(port)[1]


class Told:
    """A place whose receivers are configured, and that has had a daemon once."""

    def __init__(self, folder, configuration):
        self.place = Place(PROGRAM, folder, configuration)
        with self.serve():
            until(self.cursor, "the notifier's start")

    def serve(self):
        return Server(self.place)

    def configure(self, configuration):
        self.place.config.write_text("scan.sockets = false\n" + configuration)

    def cursor(self):
        return self.place.sql("SELECT event_id FROM outbox_cursors")

    def happen(self, *events):
        self.place.append_events(events)

    def status(self):
        return self.place.json("notify")

    def channel(self, name):
        return next(c for c in self.status()["channels"] if c["channel"] == name)

    def queue(self):
        return self.status()["queue"]

    def results(self):
        return self.status()["results"]


# --- what is told ---

def a_scan_and_a_change_are_told_with_all_that_one_wants_to_know(folder):
    with Web() as receiver:
        told = Told(folder, webhook(receiver))
        with told.serve() as server:
            told.place.run("scan", str(told.place.workspace))
            until(lambda: receiver.posts, "the message about conflicts")
            assert all(is_signed(post, "canary-key") for post in receiver.posts)
            notice = receiver.notices()[0]
            assert notice["event"] == "conflict.opened" and notice["severity"] == "error"
            for member in ("what", "where", "since", "done", "todo"):
                assert notice[member], notice
            assert notice["link"] == server.ready["url"] + "/conflicts", notice
            assert told.place.run("assign", "docs-site", "3555", "--yes").returncode == 0
            until(lambda: [n for n in receiver.notices() if n["event"] == "transaction.committed"], "the change")
            notice = next(n for n in receiver.notices() if n["event"] == "transaction.committed")
            assert "undo" in notice["todo"] and "3555" in notice["what"], notice


def what_happened_without_a_daemon_is_told_but_nothing_of_before(folder):
    with Web() as receiver:
        told = Told(folder, webhook(receiver))
        told.happen(conflict(3001))
        with told.serve():
            until(lambda: receiver.posts, "what happened meanwhile")
        assert [n["subject"] for n in receiver.notices()] == ["conflict/tcp-3001"]
    with Web() as receiver:
        os.mkdir(folder + "/new")
        place = Place(PROGRAM, folder + "/new", webhook(receiver))
        place.run("scan", str(place.workspace))  # long before anybody was to be told
        with Server(place):
            until(lambda: place.sql("SELECT event_id FROM outbox_cursors"), "the notifier's start")
            place.append_events([conflict(3002)])
            until(lambda: receiver.posts, "the new one")
        assert [n["subject"] for n in receiver.notices()] == ["conflict/tcp-3002"]


def unknown_events_and_strange_data_break_nothing(folder):
    with Web() as receiver:
        told = Told(folder, webhook(receiver))
        with told.serve():
            told.happen(("whatever.happened", "{}"), ("conflict.opened", "{}"), ("ip.applied", '{"oldValue": 3}'),
                        ("incident.opened", "[]"), ("transaction.committed", '"text"'), ("transaction.", "{}"),
                        ("token.created", '{"name": {"a": 1}}'), conflict(3003))
            until(lambda: [n for n in receiver.notices() if n["subject"] == "conflict/tcp-3003"], "the sound one")


def things_are_told_once_and_their_end_only_when_their_beginning_was(folder):
    with Web() as receiver:
        told = Told(folder, webhook(receiver))
        with told.serve():
            told.happen(conflict(3001), conflict(3001), closed(3009), conflict(3002, severity="warning"))
            until(lambda: receiver.posts, "the first message")
            told.happen(conflict(3001), closed(3001), conflict(3999))
            until(lambda: any(n["subject"] == "conflict/tcp-3999" for n in receiver.notices()), "the last one")
        said = [(n["subject"], n["state"]) for n in receiver.notices()]
        assert said == [("conflict/tcp-3001", "opened"), ("conflict/tcp-3001", "closed"),
                        ("conflict/tcp-3999", "opened")], said


def many_at_once_become_one_message(folder):
    with Web() as receiver:
        told = Told(folder, webhook(receiver))
        with told.serve():
            told.happen(*[conflict(4000 + n) for n in range(30)])
            until(lambda: receiver.posts, "the message")
        body = receiver.bodies[0]
        assert len(receiver.posts) == 1 and len(body["notices"]) == 20 and body["more"] == 10, body
        assert body["title"].endswith("and 29 more"), body["title"]


# --- who is told, and when ---

def severity_and_project_choose_the_channel(folder):
    with Web() as receiver, Mail() as mail:
        told = Told(folder, webhook(receiver, 'severity = "error"\nprojects = ["shop*"]')
                    + f'[notify.mail]\nsmtp = "{mail.url}"\nto = ["ops@example.org"]\nseverity = "warning"\n')
        with told.serve():
            told.happen(conflict(3001, "shop-api"), conflict(3002, "other"), ("token.created", '{"name": "ci", "role": "admin"}'),
                        ("transaction.committed", '{"id": 7, "files": 1, "edits": 1}'))
            until(lambda: len(mail.messages) == 2 and receiver.posts, "the messages")
        assert [n["subject"] for n in receiver.notices()] == ["conflict/tcp-3001"]
        text = "".join(m.get_content() for m in mail.messages)
        assert "3001" in text and "3002" in text and "ci" in text and "transaction 7" not in text, text


def quiet_hours_hold_what_is_no_error(folder):
    with Web() as receiver:
        told = Told(folder, webhook(receiver, 'quiet_hours = ["00:00-24:00"]'))
        with told.serve():
            told.happen(("token.created", '{"name": "ci", "role": "admin"}'), conflict(3001))
            until(lambda: receiver.posts, "the error")
            assert [n["event"] for n in receiver.notices()] == ["conflict.opened"]
            waiting = told.queue()
            assert [w["kind"] for w in waiting] == ["security"] and waiting[0]["attempts"] == 0, waiting
        # The control: without quiet hours what waited goes, in its time.
        assert waiting[0]["notBefore"] > time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()), waiting


def no_more_than_so_many_an_hour(folder):
    with Web() as receiver:
        told = Told(folder, webhook(receiver) + "[notify]\nmost_per_hour = 2\n")
        with told.serve():
            for event in (("token.created", '{"name": "ci", "role": "admin"}'), conflict(3001)):
                told.happen(event)
                count = len(receiver.posts)
                until(lambda: len(receiver.posts) > count, "a message")
            told.happen(("backup.failed", '{"reason": "no space"}'))
            until(told.queue, "what waits")
            told.happen(("backup.failed", '{"reason": "still none"}'))
            assert len(receiver.posts) == 2 and [q["kind"] for q in told.queue()] == ["registry"]


def a_storm_of_one_kind_is_held_after_the_first_messages(folder):
    with Web() as receiver:
        told = Told(folder, webhook(receiver) + "[notify]\ngroup_s = 3600\n")
        with told.serve():
            for n in range(3):
                told.happen(conflict(3001 + n))
                until(lambda: len(receiver.posts) == n + 1, "a message")
            told.happen(*[conflict(3100 + n) for n in range(5)])
            until(told.queue, "what waits")
            until(lambda: told.queue()[0]["title"].endswith("and 4 more"), "all of them in one")
        assert len(receiver.posts) == 3


def the_queue_is_bounded_and_says_what_it_dropped(folder):
    with Web("hang") as receiver:
        told = Told(folder, webhook(receiver) + "[notify]\nmost_queued = 2\n")
        with told.serve():
            told.happen(("token.created", '{"name": "ci", "role": "admin"}'))
            until(lambda: receiver.posts, "the first attempt")
            told.happen(("backup.failed", '{"reason": "no space"}'), conflict(3001), ("root.missing", '{"root": "/srv"}'))
            until(lambda: [r for r in told.results() if r["state"] == "dropped"], "what was dropped")
            kinds = {q["kind"] for q in told.queue()}
            assert len(told.queue()) <= 2 and "conflict" in kinds, told.queue()
            assert told.results()[0]["cause"] == "the queue was full"
            assert told.channel("webhook")["dropped"] >= 1


# --- receivers that misbehave ---

def what_fails_is_sent_again_with_the_same_key(folder):
    with Web(500, "drop") as receiver:
        told = Told(folder, webhook(receiver))
        with told.serve():
            told.happen(conflict(3001))
            until(lambda: len(receiver.posts) >= 3, "the third attempt")
            until(told.results, "the result")
        assert len(set(receiver.keys())) == 1 and len({body for _, body in receiver.posts}) == 1
        stamps = [int(headers["X-Port-Manager-Timestamp"]) for headers, _ in receiver.posts]
        assert stamps == sorted(stamps) and stamps[-1] > stamps[0]
        assert told.results()[0]["attempts"] == 3 and told.channel("webhook")["failed"] == 2, told.status()
        assert told.channel("webhook")["cause"] == ""


def a_receiver_may_ask_for_time(folder):
    with Web((429, {"Retry-After": "600"})) as receiver:
        told = Told(folder, f'[notify.slack]\nwebhook = "{receiver.url}"\n')
        with told.serve():
            told.happen(conflict(3001))
            until(lambda: told.channel("slack")["failed"], "the refusal")
            told.happen(("backup.failed", '{"reason": "no space"}'))
            until(lambda: len(told.queue()) == 2, "the second message")
            assert len(receiver.posts) == 1
            assert told.place.run("notify").returncode == 1


def what_a_receiver_does_not_want_is_dropped_and_lets_others_pass(folder):
    with Web(413) as receiver:
        told = Told(folder, webhook(receiver))
        with told.serve():
            told.happen(conflict(3001))
            until(lambda: receiver.posts, "the first attempt")
            receiver.answers.extend([200, 422, 413])
            told.happen(("backup.failed", '{"reason": "no space"}'))
            until(lambda: len(told.results()) == 2, "both results")
        results = {r["kind"]: r for r in told.results()}
        assert results["registry"]["state"] == "sent" and results["registry"]["attempts"] == 1, results
        assert results["conflict"]["state"] == "dropped" and results["conflict"]["attempts"] == 3, results


def a_receiver_that_hangs_delays_nothing_else(folder):
    with Web("hang", "hang", "hang") as slack, Web() as receiver, Mail(hang_at_quit=True) as mail:
        told = Told(folder, webhook(receiver) + f'[notify.slack]\nwebhook = "{slack.url}"\n'
                    f'[notify.mail]\nsmtp = "{mail.url}"\nto = ["ops@example.org"]\n')
        with told.serve() as server:
            told.happen(conflict(3001))
            until(lambda: slack.posts and mail.messages, "the two that hang")
            for n in range(3):
                told.happen((f"{('backup.failed', 'config.refused', 'root.missing')[n]}", '{"reason": "no", "root": "/x"}'))
                until(lambda: len(receiver.posts) == n + 2, "the others' messages")
                assert server.get("/healthz")[0] == 200
            # A test waits for the same receiver, and nobody waits for the test.
            slack.answers.insert(0, "hang")
            answer = []
            asking = threading.Thread(target=lambda: answer.append(server.post("/api/notify/test", {"channel": "slack"})))
            asking.start()
            until(lambda: len(slack.posts) == 2, "the test")
            status, body = server.post("/api/notify/test", {"channel": "webhook"})
            assert status == 200 and body["results"][0]["state"] == "sent" and not answer, (status, body)
            slack.free.set()
            asking.join()
            assert answer[0][1]["results"][0]["state"] == "failed", answer


def a_client_that_leaves_a_test_leaves_nothing_behind(folder):
    with Web("hang", "hang") as receiver:
        told = Told(folder, webhook(receiver))
        server = told.serve()
        with server:
            try:
                import http.client
                import socket
                connection = http.client.HTTPConnection("localhost")
                connection.sock = socket.socket(socket.AF_UNIX)
                connection.sock.connect(str(told.place.state / "port-manager.sock"))
                connection.request("POST", "/api/notify/test", "{}", {"Content-Type": "application/json"})
                until(lambda: receiver.posts, "the test")
            finally:
                connection.close()
            # Another one is under way when the server goes.
            asking = threading.Thread(target=lambda: server_goes(server))
            asking.start()
            until(lambda: len(receiver.posts) == 2, "the second test")
            assert server.stop() == 0, server.errors
            asking.join()


def server_goes(server):
    try:
        server.post("/api/notify/test", {})
    except OSError:
        pass
    except Exception as error:  # noqa: BLE001
        assert "RemoteDisconnected" in type(error).__name__, error


def killed_between_sending_and_writing_it_down(folder):
    """The receiver has it, the registry does not know: it comes again, and has the same key."""
    with Web("hang") as receiver:
        told = Told(folder, webhook(receiver))
        with told.serve() as server:
            told.happen(conflict(3001))
            until(lambda: receiver.posts, "the first one")
            server.kill()
        assert told.queue()[0]["attempts"] == 1, told.queue()
        with told.serve():
            told.happen(conflict(3002))  # must not change what may have arrived
            until(lambda: len(receiver.posts) == 3, "both")
        first, second = receiver.posts[0], receiver.posts[1]
        assert first[0]["Idempotency-Key"] == second[0]["Idempotency-Key"] and first[1] == second[1]
        assert receiver.keys()[2] != receiver.keys()[1]
        assert [n["subject"] for n in receiver.bodies[2]["notices"]] == ["conflict/tcp-3002"]


def killed_at_any_moment_nothing_is_lost(folder):
    """The daemon is killed at any moment; what a receiver gets, repeats dropped, is each event once."""
    rounds = 25
    with Web() as receiver:
        told = Told(folder, webhook(receiver) + "[notify]\ngroup_s = 0\nmost_per_hour = 500\n")
        for n in range(rounds):
            with told.serve() as server:
                told.happen(conflict(10000 + n))
                time.sleep(n % 7 * 0.07)  # wherever that is
                server.kill()
        with told.serve():
            until(lambda: {f"conflict/tcp-{10000 + n}" for n in range(rounds)} <= {n["subject"] for n in receiver.notices()},
                  "all of them")
            until(lambda: not told.queue(), "an empty queue")
        seen, subjects = set(), []
        for key, body in zip(receiver.keys(), receiver.bodies):
            if key not in seen:
                seen.add(key)
                subjects += [notice["subject"] for notice in body["notices"]]
        assert sorted(subjects) == [f"conflict/tcp-{10000 + n}" for n in range(rounds)], subjects


# --- secrets, faces ---

def nothing_secret_leaves_but_to_where_it_belongs(folder):
    with Web(500) as receiver, Web(500) as slack, Mail(login=("robot", "canary-password")) as mail:
        told = Told(folder, webhook(receiver) + f'[notify.slack]\nwebhook = "{slack.url}"\n'
                    f'[notify.mail]\nsmtp = "{mail.url}"\nto = ["ops@example.org"]\nuser = "robot"\npassword = "canary-password"\n')
        project = told.place.workspace / "docs-site"
        (project / ".env").write_text("PORT=3000\nAPI_KEY=canary-in-env-55\nDATABASE_URL=postgres://app:canary-in-url-77@127.0.0.1:5432/x\n")
        with told.serve() as server:
            told.place.run("scan", str(told.place.workspace))
            told.place.run("assign", "docs-site", "3555", "--yes")
            until(lambda: any(n["event"] == "transaction.committed" for n in receiver.notices()), "the change")
            until(lambda: mail.messages and len(slack.posts) > 1, "the others")
            shown = json.dumps(server.get("/api/notify")[1]) + server.get("/metrics")[1]
            shown += told.place.run("notify").stdout + told.place.run("notify", "--json").stdout
            shown += told.place.run("events", "--after", "0").stdout
            server.stop()
            shown += server.errors
        shown += "".join(body.decode() for _, body in receiver.posts + slack.posts) + "".join(m.as_string() + m.get_content() for m in mail.messages)
        assert "canary" not in shown, shown[max(0, shown.find("canary") - 200):][:400]
        assert b"canary" not in (told.place.state / "registry.db").read_bytes()
        # The control: they were there to be found.
        assert "canary-in-env-55" in (project / ".env").read_text() and mail.logins


def faces_show_channels_queue_results_and_counts(folder):
    with Web() as receiver:
        told = Told(folder, webhook(receiver))
        with told.serve() as server:
            told.happen(conflict(3001))
            until(told.results, "the result")
            status, body = server.get("/api/notify")
            assert status == 200 and body["enabled"] and [c["channel"] for c in body["channels"]] == ["mail", "slack", "webhook"]
            hook = body["channels"][2]
            assert hook["configured"] and hook["sent"] == 1 and hook["target"].endswith("/…") and hook["lastSent"], hook
            assert not body["channels"][0]["configured"] and body["channels"][0]["target"] is None
            assert body["results"][0]["state"] == "sent" and body["results"][0]["title"].startswith("port 3001"), body
            metrics = server.get("/metrics")[1]
            assert 'port_manager_notify_sent_total{channel="webhook"} 1' in metrics, metrics
            assert 'port_manager_notify_queue_length{channel="mail"} 0' in metrics
            status, body = server.post("/api/notify/test", {"channel": "mail"})
            assert status == 409 and "not configured" in body["detail"], body
            status, body = server.post("/api/notify/test", {"channel": "pigeon"})
            assert status == 422, body
            status, body = server.post("/api/notify/test", {"dryRun": True})
            assert status == 200 and body["dryRun"] and len(receiver.posts) == 1, body
            status, body = server.post("/api/notify/test", {})
            assert status == 200 and body["results"] == [body["results"][0] | {"channel": "webhook", "state": "sent"}], body
            assert receiver.bodies[-1]["test"]


def who_guesses_tokens_is_told_of_once(folder):
    with Web() as receiver:
        told = Told(folder, webhook(receiver))
        with told.serve() as server:
            answers = [server.get("/api/services", Authorization="Bearer wrong")[0] for _ in range(60)]
            assert answers.count(401) >= 20 and answers[-1] == 429, answers
            until(lambda: receiver.posts, "the message")
            assert told.place.sql("SELECT count (*) FROM events WHERE event = 'token.guessed'") == [(1,)]
        assert receiver.notices()[0]["event"] == "token.guessed" and "127.0.0.1" in receiver.notices()[0]["what"]


def a_new_configuration_counts_at_once_and_silence_is_kept(folder):
    with Web() as receiver:
        told = Told(folder, webhook(receiver))
        with told.serve() as server:
            told.configure("")
            server.process.send_signal(1)
            until(lambda: told.cursor() == [(-1,)], "the end of telling")
            told.happen(conflict(3001))
            told.configure(webhook(receiver))
            server.process.send_signal(1)
            until(lambda: told.cursor() != [(-1,)], "its new beginning")
            told.happen(conflict(3002))
            until(lambda: receiver.posts, "the new one")
        assert [n["subject"] for n in receiver.notices()] == ["conflict/tcp-3002"], receiver.notices()


CASES = [
    a_scan_and_a_change_are_told_with_all_that_one_wants_to_know,
    what_happened_without_a_daemon_is_told_but_nothing_of_before,
    unknown_events_and_strange_data_break_nothing,
    things_are_told_once_and_their_end_only_when_their_beginning_was,
    many_at_once_become_one_message,
    severity_and_project_choose_the_channel,
    quiet_hours_hold_what_is_no_error,
    no_more_than_so_many_an_hour,
    a_storm_of_one_kind_is_held_after_the_first_messages,
    the_queue_is_bounded_and_says_what_it_dropped,
    what_fails_is_sent_again_with_the_same_key,
    a_receiver_may_ask_for_time,
    what_a_receiver_does_not_want_is_dropped_and_lets_others_pass,
    a_receiver_that_hangs_delays_nothing_else,
    a_client_that_leaves_a_test_leaves_nothing_behind,
    killed_between_sending_and_writing_it_down,
    killed_at_any_moment_nothing_is_lost,
    nothing_secret_leaves_but_to_where_it_belongs,
    faces_show_channels_queue_results_and_counts,
    who_guesses_tokens_is_told_of_once,
    a_new_configuration_counts_at_once_and_silence_is_kept,
]


def main():
    chosen = [case for case in CASES if len(sys.argv) < 3 or case.__name__ in sys.argv[2:]]
    print(f"1..{len(chosen)}")
    failed = 0
    for number, case in enumerate(chosen, 1):
        name = case.__name__.replace("_", "-")
        with tempfile.TemporaryDirectory() as folder:
            try:
                case(folder)
                print(f"ok {number} /notify/telling/{name}", flush=True)
            except Exception as error:  # noqa: BLE001
                failed += 1
                print(f"# {type(error).__name__}: {error}".replace("\n", "\n# "))
                print(f"not ok {number} /notify/telling/{name}", flush=True)
    return failed > 0


sys.exit(main())
