#!/usr/bin/env python3
"""The address of the machine changes while real services run: files, restarts, proof, and the way back; also when the
program is killed at any stage. Speaks TAP.

usage: emergency.py PORT_MANAGER [CASE…]      without CASE: all, side by side
"""
import contextlib
import http.client
import json
import os
import pathlib
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "ip"), str(HERE.parents[1] / "examples/demo")]
import sources  # noqa: E402
from landscape import Landscape, free_ports, stop_in_order  # noqa: E402
from side_by_side import side_by_side  # noqa: E402

OLD, NEW, LAST = "203.0.113.1", "203.0.113.2", "203.0.113.3"
LIMIT_S = 90


class World(sources.Case):
    """Three services: web needs api, api needs db; and nobody needs the lonely one."""

    NAMES = ["db", "api", "web", "lonely"]

    def __init__(self, policy="apply", heal=True, more=""):
        super().__init__("")
        self.landscape = Landscape(self.dir, self.NAMES, OLD, needs={"web": ["api"], "api": ["db"]})
        self.landscape.projects.joinpath("lonely/.env").write_text(f"PORT={self.landscape.ports['lonely']}\n")
        self.config.write_text(f'roots = ["{self.landscape.projects}"]\n[ip]\nsources = ["gcp"]\nhold_down_s = 0\n'
                               f'policy = "{policy}"\nmost_per_hour = 100\n[heal]\nenabled = {str(heal).lower()}\n'
                               f'verify_s = 6\nfirst_wait_s = 1\n{more}\n' + self.landscape.configuration())
        self.server.set_addresses([OLD])
        self.landscape.start()

    def __enter__(self):
        done = self.run("scan", str(self.landscape.projects))
        if done.returncode not in (0, 1):
            self.__exit__()
            raise AssertionError(done.stderr)
        return self

    def __exit__(self, *arguments):
        self.landscape.control("stop")
        super().__exit__(*arguments)

    def serve(self):
        return Serve(self)

    def addresses(self):
        """What the files of those say that have an address."""
        return self.landscape.say(["db", "api", "web"])

    def wait_for(self, *events, after=0, **data):
        follow = subprocess.Popen(self.command("events", "--follow", "--after", str(after), "--json"),
                                  env=self.environment, stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)
        timer = threading.Timer(LIMIT_S, follow.kill)
        timer.start()
        try:
            for line in follow.stdout:
                entry = json.loads(line)
                if entry["event"] in events and data.items() <= entry["data"].items():
                    return entry["data"]
            raise AssertionError(f"no event {events} {data}; there are {self.events()}")
        finally:
            timer.cancel()
            follow.kill()
            follow.stdout.close()
            follow.wait()


def wait_until(condition):
    end = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


class Serve:
    def __init__(self, world):
        self.process = subprocess.Popen(world.command("serve", "--listen", "127.0.0.1:0", "--json"),
                                        env=world.environment, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
                                        text=True)
        self.url = json.loads(self.process.stdout.readline())["url"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill(signal.SIGTERM)

    def kill(self, how):
        if self.process.poll() is None:
            self.process.send_signal(how)
        self.process.stdout.close()
        self.process.wait(LIMIT_S)


def by_name(report):
    return {s["projectId"]: s for s in report["services"]}


def restarts_exactly_who_is_concerned():
    with World() as world, world.serve():
        world.wait_for("ip.learned")
        world.server.set_addresses([NEW])
        report = world.wait_for("ip.committed")
        assert world.addresses() == {"db": NEW, "api": NEW, "web": NEW}, world.addresses()
        assert world.landscape.restarted() == ["db", "api", "web"], world.landscape.restarted()
        assert [s["stage"] for s in report["stages"]] == ["plan", "apply", "restart", "probe", "conclude"], report
        assert all(s["elapsedMs"] >= 0 for s in report["stages"]) and report["elapsedMs"] > 0
        services = by_name(report)
        assert set(services) == {"db", "api", "web"}, services
        assert all(s["before"] == s["after"] == "up" for s in services.values()), services
        log = world.events()
        stages = [e for e in log if e.startswith("ip.")]
        assert stages[-5:] == ["ip.planned", "ip.applied", "ip.restarted", "ip.probed", "ip.committed"], stages
        last = json.loads(world.run("transactions", "--json").stdout)["transactions"][0]
        assert last["summary"]["changeId"] == report["id"], (last, report["id"])  # so that one of them tells people


def rolls_back_when_one_stays_down():
    with World() as world:
        world.landscape.add("api", f"REFUSES={NEW}")
        with world.serve():
            world.wait_for("ip.learned")
            world.server.set_addresses([NEW])
            report = world.wait_for("ip.rolled-back")
            assert "api" in report["cause"] and "stays down" in report["cause"], report["cause"]
            assert world.addresses() == {"db": OLD, "api": OLD, "web": OLD}, world.addresses()
            assert report["undoId"] > report["transactionId"]
            services = by_name(report)
            assert all(s["after"] == "up" for s in services.values()), services
            for name in world.NAMES:
                assert world.landscape.answers(name), name
            assert world.landscape.restarted() == 2 * ["db", "api", "web"], world.landscape.restarted()


def who_was_down_before_rolls_nothing_back():
    with World() as world:
        world.landscape.add("api", f"REFUSES={NEW}")
        world.landscape.control("stop", ["api"])
        with world.serve():
            world.wait_for("ip.learned")
            world.server.set_addresses([NEW])
            report = world.wait_for("ip.committed", "ip.rolled-back")
            assert report["stage"] == "committed", report
            assert by_name(report)["api"]["before"] == "down", report
            assert world.addresses() == {"db": NEW, "api": NEW, "web": NEW}, world.addresses()


def by_hand_it_goes_the_same_way():
    with World() as world:
        done = world.run("ip", "change", OLD, NEW, "--now", "--json")
        assert done.returncode == 0, done.stderr
        report = json.loads(done.stdout)["report"]
        assert report["now"] and report["stage"] == "committed" and len(report["restarts"]) == 3, report
        assert world.landscape.restarted() == ["db", "api", "web"]
        world.landscape.add("web", f"REFUSES={LAST}")
        done = world.run("ip", "change", NEW, LAST, "--yes")
        assert done.returncode == 5, (done.returncode, done.stderr)
        assert "web" in done.stderr and world.addresses()["db"] == NEW, done.stderr
        assert "restart" in done.stdout and "ms" in done.stdout, done.stdout


def in_a_hurry_one_need_not_say_which():
    """The sources know the new one, and files say the only one that it can replace."""
    with World(policy="notify") as world:
        with world.serve():
            world.wait_for("ip.learned")
            world.server.set_addresses([NEW])
            world.wait_for("ip.noted")
        done = world.run("ip", "change", "--now", "--json")
        assert done.returncode == 0, done.stderr
        report = json.loads(done.stdout)["report"]
        assert (report["oldValue"], report["newValue"]) == (OLD, NEW) and report["now"], report
        assert world.addresses()["db"] == NEW and world.landscape.restarted() == ["db", "api", "web"]
        done = world.run("ip", "change", "--now", "--json")
        assert done.returncode == 4 and "no file says another public address" in done.stderr, done.stderr
        done = world.run("ip", "change", LAST, "--now", "--json")
        assert done.returncode == 0 and world.addresses()["db"] == LAST, done.stderr


def ask(world, method, path, body=None):
    """Over the socket in the state directory, where this user may do everything."""
    connection = http.client.HTTPConnection("localhost", timeout=LIMIT_S)
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.settimeout(LIMIT_S)
    connection.sock.connect(str(world.dir / "state/port-manager.sock"))
    with contextlib.closing(connection):
        connection.request(method, path, body and json.dumps(body), {"Content-Type": "application/json"} if body else {})
        reply = connection.getresponse()
        return reply.status, json.loads(reply.read() or b"null")


def a_port_moved_over_http_goes_the_same_way():
    with World() as world:
        port = free_ports(8)[-1]
        text = world.config.read_text().replace(f'health = "http://127.0.0.1:{world.landscape.ports["db"]}/healthz"\n', "")
        world.config.write_text(text)
        with world.serve():
            db = next(s for s in ask(world, "GET", "/api/services")[1]["services"] if s["projectId"] == "db")
            status, service = ask(world, "PUT", f"/api/services/{db['id']}", {"externalPort": port, "tags": ["moved"]})
            assert status == 200 and service["externalPort"] == port and service["tags"] == ["moved"], service
            assert world.landscape.restarted() == ["db", "api"], world.landscape.restarted()
            assert "assign.committed" in world.events() or "resolve.committed" in world.events(), world.events()


def a_reload_waits_for_no_restart():
    """A restart that hangs keeps the daemon from nothing: it takes a new configuration and answers."""
    with World(more="[health]\ninterval_s = 1\nfall = 2\nrise = 1") as world:
        started, ended = world.dir / "started", world.dir / "ended"
        command = json.dumps(["sh", "-c", f"echo $$ > {started}; sleep 60; touch {ended}"])
        parts = world.config.read_text().split("[[service]]")
        parts[1] = "\n".join(f'restart = {{ command = {command} }}' if line.startswith("restart") else line
                             for line in parts[1].splitlines()) + "\n"
        world.config.write_text("[[service]]".join(parts))
        with world.serve() as serve:
            world.wait_for("health.changed", newValue="up", projectId="db")
            world.landscape.control("stop", ["db"])
            wait_until(lambda: started.exists() and started.read_text().strip())
            last = json.loads(world.run("events", "--json").stdout.splitlines()[-1])["id"]
            serve.process.send_signal(signal.SIGHUP)
            world.wait_for("config.reloaded", after=last - 1)
            status, _ = ask(world, "GET", "/healthz")
            assert status == 200 and not ended.exists(), "it waited for the restart"
            os.kill(int(started.read_text()), signal.SIGKILL)


def without_healing_it_says_what_to_restart():
    with World(heal=False) as world:
        shown = world.run("ip", "change", OLD, NEW, "--dry-run")
        assert "restart" in shown.stdout and "api" in shown.stdout and "[heal] enabled" in shown.stdout, shown.stdout
        done = world.run("ip", "change", OLD, NEW, "--yes")
        assert done.returncode == 0 and world.landscape.restarted() == [], done.stderr


def assign_restarts_the_moved_one_and_who_points_at_it():
    with World() as world:
        port = free_ports(8)[-1]
        text = world.config.read_text().replace(f'health = "http://127.0.0.1:{world.landscape.ports["db"]}/healthz"\n', "")
        world.config.write_text(text)
        done = world.run("assign", "db", str(port), "--now", "--json")
        assert done.returncode == 0, done.stderr
        report = json.loads(done.stdout)["report"]
        assert world.landscape.restarted() == ["db", "api"], (world.landscape.restarted(), report)
        assert report["kind"] == "assign" and report["stage"] == "committed", report


def pause_turns_apply_into_propose():
    with World() as world:
        done = world.run("pause", "--reason", "moving the database", "--json")
        assert done.returncode == 0 and json.loads(done.stdout)["paused"]["reason"] == "moving the database"
        with world.serve():
            world.wait_for("ip.learned")
            world.server.set_addresses([NEW])
            report = world.wait_for("ip.proposed")
            assert "moving the database" in report["cause"], report
            assert world.addresses()["db"] == OLD and world.landscape.restarted() == []
            world.run("resume")
            shown = json.loads(world.run("ip", "show", "--json").stdout)
            assert [c["id"] for c in shown["proposals"]] == [report["id"]] and shown["paused"] is None, shown
            done = world.run("ip", "approve", str(report["id"]), "--yes")
            assert done.returncode == 0, done.stderr
            world.wait_for("ip.committed", id=report["id"])
            assert world.addresses()["db"] == NEW and len(world.landscape.restarted()) == 3
            assert json.loads(world.run("ip", "show", "--json").stdout)["proposals"] == []


def too_many_within_an_hour_are_proposed():
    with World(more="") as world:
        world.config.write_text(world.config.read_text().replace("most_per_hour = 100", "most_per_hour = 1"))
        with world.serve():
            world.wait_for("ip.learned")
            world.server.set_addresses([NEW])
            world.wait_for("ip.committed")
            world.server.set_addresses([LAST])
            assert "most_per_hour" in world.wait_for("ip.proposed")["cause"]
        assert world.addresses()["db"] == NEW


def each_project_has_its_policy():
    more = '[[project]]\nmatch = "api"\npolicy = "propose"\n[[project]]\nmatch = "web"\npolicy = "notify"\n'
    with World(more=more) as world, world.serve():
        world.wait_for("ip.learned")
        world.server.set_addresses([NEW])
        world.wait_for("ip.committed")
        proposal = world.wait_for("ip.proposed")
        assert world.addresses() == {"db": NEW, "api": OLD, "web": OLD}, world.addresses()
        done = world.run("ip", "approve", str(proposal["id"]), "--yes")
        assert done.returncode == 0, done.stderr
        assert world.addresses() == {"db": NEW, "api": NEW, "web": OLD}, world.addresses()


def a_strangers_port_is_not_fought():
    """Somebody else sits on api's port: it is not restarted, and the stranger goes on."""
    with World() as world:
        world.landscape.control("stop", ["api"])
        stranger = subprocess.Popen([sys.executable, "-S", "-m", "http.server", str(world.landscape.ports["api"]), "--bind",
                                     "127.0.0.1"], cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            world.landscape.wait("api")
            done = world.run("restart", "api", "--yes", "--json")
            assert done.returncode == 4, (done.returncode, done.stdout, done.stderr)
            assert "not this service" in done.stderr, done.stderr
            assert world.landscape.restarted() == [] and stranger.poll() is None
        finally:
            stranger.kill()
            stranger.wait()


def restart_says_how_it_went():
    with World() as world:
        dry = world.run("restart", "api", "--dry-run", "--json")
        assert json.loads(dry.stdout)["outcome"] == "planned" and world.landscape.restarted() == [], dry.stdout
        assert world.run("restart", "api").returncode == 4  # nobody said yes
        done = world.run("restart", "api", "--yes", "--json")
        report = json.loads(done.stdout)
        assert done.returncode == 0 and report["outcome"] == "restarted", done.stderr
        assert report["services"][0]["after"] == "up" and world.landscape.restarted() == ["api"], report
        world.landscape.add("api", f"REFUSES={OLD}")
        done = world.run("restart", "api", "--yes", "--json")
        assert done.returncode == 3 and "does not answer" in done.stderr, (done.returncode, done.stderr)
        assert world.run("restart", "nobody", "--yes").returncode == 2


QUICK = "[health]\ninterval_s = 1\nrise = 1\nfall = 1\n"


def what_goes_down_is_restarted():
    with World(more=QUICK) as world, world.serve():
        world.wait_for("health.changed", state="up", serviceName="api")
        world.landscape.control("stop", ["api"])
        report = world.wait_for("service.restarted")
        assert report["actor"] == "healing" and report["services"][0]["serviceName"] == "api", report
        assert world.landscape.answers("api") and world.landscape.restarted() == ["api"]


def nothing_is_restarted_when_many_go_down_at_once():
    with World(more=QUICK) as world:
        world.config.write_text(world.config.read_text().replace("first_wait_s = 1", "first_wait_s = 8"))
        none_is_restarted(world)


def none_is_restarted(world):
    with world.serve():
        for name in world.NAMES:
            world.wait_for("health.changed", state="up", serviceName=name)
        world.landscape.control("stop")
        opened = world.wait_for("breaker.opened")
        assert opened["down"] >= 3 and opened["total"] == 4, opened
        for name in world.NAMES:
            world.wait_for("health.changed", state="down", serviceName=name)
        assert world.landscape.restarted() == [] and world.events().count("breaker.opened") == 1
        # A person says that it is over.
        world.run("resume")
        world.wait_for("service.restarted")


def backoff_outlives_the_daemon():
    """One that stays down is restarted, and what is known of it is there for the next daemon."""
    with World(more=QUICK) as world:
        with world.serve():
            world.wait_for("health.changed", state="up", serviceName="api")
            world.landscape.add("api", f"REFUSES={OLD}")
            world.landscape.control("stop", ["api"])
            world.wait_for("service.restart-failed")
        state = sqlite3.connect(world.dir / "state" / "registry.db")
        (text,) = state.execute("SELECT state FROM healing WHERE subject LIKE '%/api'").fetchone()
        assert json.loads(text)["isDown"] and json.loads(text)["attempt"] >= 1, text
        state.close()
        count = len(world.landscape.restarted())
        with world.serve():
            world.wait_for("job.started", "service.restart-failed", after=last_event(world))
        assert len(world.landscape.restarted()) >= count


def known_of_api(world):
    with contextlib.closing(sqlite3.connect(world.dir / "state" / "registry.db", timeout=30)) as state:
        (text,) = state.execute("SELECT state FROM healing WHERE subject LIKE '%/api' OR subject LIKE '%sleep%'").fetchone()
        return json.loads(text)


def stopping_waits_for_no_answer():
    """An answer may take ten minutes to come; the daemon ends before, and knows that it tried."""
    with World(more=QUICK) as world:
        world.config.write_text(world.config.read_text().replace("verify_s = 6", "verify_s = 600"))
        with world.serve():
            world.wait_for("health.changed", state="up", serviceName="api")
            world.landscape.add("api", f"REFUSES={OLD}")
            world.landscape.control("stop", ["api"])
            wait_until(lambda: world.landscape.restarted() == ["api"])
        known = known_of_api(world)
        assert known["attempt"] == 1 and len(known["triedUs"]) == 1 and known["isDown"], known


def running(*words):
    line = "\0".join(words) + "\0"
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (folder / "cmdline").read_text() == line:
                return True
    return False


def stopping_ends_a_restart_that_hangs():
    hangs = ["sleep", str(600 + os.getpid())]
    with World(more=QUICK) as world:
        before, match, after = world.config.read_text().partition('match = "project:api"')
        after = re.sub(r"command = \[.*?\]", "command = " + json.dumps(hangs), after, count=1)
        world.config.write_text((before + match + after).replace("verify_s = 6", "verify_s = 600\ntimeout_s = 600"))
        with world.serve():
            world.wait_for("health.changed", state="up", serviceName="api")
            world.landscape.control("stop", ["api"])
            wait_until(lambda: running(*hangs))
        assert not running(*hangs)
        assert world.events().count("service.restart-failed") == 1, world.events()
        known = known_of_api(world)
        assert known["attempt"] == 1 and known["isDown"], known


def last_event(world):
    return max(json.loads(line)["id"] for line in world.run("events", "--after", "0", "--json").stdout.splitlines())


def flaps_write_nothing():
    """The metadata server says something else and takes it back, again and again: no file is ever written."""
    with World() as world:
        world.config.write_text(world.config.read_text().replace("hold_down_s = 0", "hold_down_s = 10"))
        with world.serve():
            world.wait_for("ip.learned")
            for number in range(50):
                world.server.set_addresses([NEW])
                world.server.set_addresses([OLD])
        assert world.addresses()["db"] == OLD and world.landscape.restarted() == []
        assert "ip.planned" not in world.events()


stop_in_order()
# Those that wait longest first: so the last one is not alone.
CASES = [stopping_ends_a_restart_that_hangs, backoff_outlives_the_daemon, nothing_is_restarted_when_many_go_down_at_once,
         stopping_waits_for_no_answer, rolls_back_when_one_stays_down, by_hand_it_goes_the_same_way, flaps_write_nothing,
         too_many_within_an_hour_are_proposed, each_project_has_its_policy, pause_turns_apply_into_propose,
         restarts_exactly_who_is_concerned, who_was_down_before_rolls_nothing_back, in_a_hurry_one_need_not_say_which,
         a_port_moved_over_http_goes_the_same_way, a_reload_waits_for_no_restart, without_healing_it_says_what_to_restart,
         assign_restarts_the_moved_one_and_who_points_at_it, a_strangers_port_is_not_fought, restart_says_how_it_went,
         what_goes_down_is_restarted]


def main():
    if len(sys.argv) < 3:
        return side_by_side("/heal/emergency/", [case.__name__ for case in CASES])
    chosen = [case for case in CASES if case.__name__ in sys.argv[2:]]
    print(f"1..{len(chosen)}")
    failed = 0
    for number, case in enumerate(chosen, 1):
        name = "/heal/emergency/" + case.__name__.replace("_", "-")
        try:
            case()
            print(f"ok {number} {name}", flush=True)
        except Exception as error:  # noqa: BLE001
            failed += 1
            print(f"# {type(error).__name__}: {error}".replace("\n", "\n# "))
            print(f"not ok {number} {name}", flush=True)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
