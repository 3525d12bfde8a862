#!/usr/bin/env python3
"""`serve` while the machine's address changes: by policy noted, proposed or applied, also when the
daemon is killed in between; speaks TAP.

usage: pipeline.py PORT_MANAGER
"""
import json
import os
import pathlib
import signal
import sqlite3
import subprocess
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import sources  # noqa: E402

N_PROJECTS = 12
LIMIT_S = 60


class Landscape(sources.Case):
    """Projects that say 203.0.113.1, and a metadata server that says so too."""

    def __init__(self, policy):
        super().__init__(f'roots = ["DIR/projects"]\n[ip]\nsources = ["gcp"]\nhold_down_s = 0\npolicy = "{policy}"\n')
        for n in range(N_PROJECTS):
            project = self.dir / "projects" / f"p{n}"
            project.mkdir(parents=True)
            (project / ".env").write_text(f"PORT={3000 + n}\nPUBLIC_URL=http://203.0.113.1:{3000 + n}\n")
            (project / "README.md").write_text("It was at 203.0.113.1 in May.\n")
        self.server.set_addresses(["203.0.113.1"])
        done = self.run("scan", str(self.dir / "projects"))
        assert done.returncode in (0, 1), done.stderr

    def urls(self):
        """How many projects say which address."""
        said = [(self.dir / "projects" / f"p{n}" / ".env").read_text().split("//")[1].split(":")[0]
                for n in range(N_PROJECTS)]
        return {address: said.count(address) for address in said}

    def serve(self):
        return Serve(self)

    def wait_for(self, *events, **data):
        """Follows the log until one of the events is there, with this in its data; its data."""
        follow = subprocess.Popen(self.command("events", "--follow", "--after", "0", "--json"), env=self.environment,
                                  stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)
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


class Serve:
    def __init__(self, case):
        self.process = subprocess.Popen(case.command("serve", "--listen", "127.0.0.1:0", "--json"),
                                        env=case.environment, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL,
                                        text=True)
        assert "url" in json.loads(self.process.stdout.readline())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill(signal.SIGTERM)

    def kill(self, how):
        if self.process.poll() is None:
            self.process.send_signal(how)
        self.process.stdout.close()
        self.process.wait(LIMIT_S)


def applies():
    with Landscape("apply") as case, case.serve():
        case.wait_for("ip.learned")
        for last in (2, 3):
            case.server.set_addresses([f"203.0.113.{last}"])
            report = case.wait_for("ip.committed", newValue=f"203.0.113.{last}")
        assert case.urls() == {"203.0.113.3": N_PROJECTS}, case.urls()
        assert report["files"] == N_PROJECTS and [s["stage"] for s in report["stages"]] == ["plan", "apply", "restart", "probe", "conclude"], report
        assert "static address" in report["advice"]
        readme = case.dir / "projects" / "p0" / "README.md"
        assert readme.read_text() == "It was at 203.0.113.1 in May.\n"
        newest = json.loads(case.run("transactions", "--json").stdout)["transactions"][0]["id"]
        undone = case.run("undo", str(newest), "--yes")
        assert undone.returncode == 0, undone.stderr
        assert case.urls() == {"203.0.113.2": N_PROJECTS}, case.urls()


def proposes():
    with Landscape("propose") as case, case.serve():
        case.wait_for("ip.learned")
        case.server.set_addresses(["203.0.113.2"])
        report = case.wait_for("ip.proposed")
        assert report["edits"] == N_PROJECTS and case.urls() == {"203.0.113.1": N_PROJECTS}, report
        done = case.run("ip", "change", "--plan", str(report["planId"]), "--yes")
        assert done.returncode == 0, done.stderr
        assert case.urls() == {"203.0.113.2": N_PROJECTS}, case.urls()


def proposes_again_for_what_files_still_say():
    """The first proposal was never taken, and the address changed once more."""
    with Landscape("propose") as case, case.serve():
        case.wait_for("ip.learned")
        case.server.set_addresses(["203.0.113.2"])
        case.wait_for("ip.proposed", newValue="203.0.113.2")
        case.server.set_addresses(["203.0.113.3"])
        report = case.wait_for("ip.proposed", newValue="203.0.113.3")
        assert report["edits"] == N_PROJECTS, report
        done = case.run("ip", "change", "--plan", str(report["planId"]), "--yes")
        assert done.returncode == 0, done.stderr
        assert case.urls() == {"203.0.113.3": N_PROJECTS}, case.urls()
        # Taken: the next one starts from there.
        case.server.set_addresses(["203.0.113.4"])
        assert case.wait_for("ip.proposed", newValue="203.0.113.4")["edits"] == N_PROJECTS


def only_notes():
    with Landscape("notify") as case, case.serve():
        case.wait_for("ip.learned")
        case.server.set_addresses(["203.0.113.2"])
        report = case.wait_for("ip.noted")
        assert report["files"] == N_PROJECTS and "planId" not in report, report
        assert case.urls() == {"203.0.113.1": N_PROJECTS}, case.urls()


def tells_when_nobody_is_concerned():
    with Landscape("apply") as case:
        case.server.set_addresses(["198.51.100.1"])
        with case.serve():
            # The files know this machine by another address: that is for a person to decide.
            proposal = case.wait_for("ip.proposed")
            assert (proposal["oldValue"], proposal["newValue"]) == ("203.0.113.1", "198.51.100.1"), proposal
            done = case.run("ip", "dismiss", str(proposal["id"]))
            assert done.returncode == 0, done.stderr
            case.server.set_addresses(["198.51.100.2"])
            case.wait_for("ip.unaffected")
        assert case.urls() == {"203.0.113.1": N_PROJECTS}, case.urls()


def goes_on_after_a_crash():
    """Killed at the moment of the confirmation: whatever had been done, the next start ends it."""
    with Landscape("apply") as case:
        with case.serve() as serve:
            case.wait_for("ip.learned")
            case.server.set_addresses(["203.0.113.2"])
            case.wait_for("ip.confirmed")
            serve.kill(signal.SIGKILL)
        state = sqlite3.connect(case.dir / "state" / "registry.db")
        stage, = state.execute("SELECT stage FROM address_changes ORDER BY id DESC").fetchone()
        assert stage in ("confirmed", "planned", "applied", "restarted", "probed", "committed"), stage
        with case.serve():
            case.wait_for("ip.committed", "ip.unaffected")
        assert case.urls() == {"203.0.113.2": N_PROJECTS}, case.urls()
        assert case.run("events", "--after", "0", "--json").stdout.count('"transaction.committed"') == 1
        state.close()


def notices_a_change_while_it_was_off():
    with Landscape("apply") as case:
        with case.serve():
            case.wait_for("ip.learned")
        case.server.set_addresses(["203.0.113.2"])
        with case.serve():
            case.wait_for("ip.committed")
        assert case.urls() == {"203.0.113.2": N_PROJECTS}, case.urls()


def main():
    cases = [applies, proposes, proposes_again_for_what_files_still_say, only_notes, tells_when_nobody_is_concerned, goes_on_after_a_crash,
             notices_a_change_while_it_was_off]
    print(f"1..{len(cases)}")
    failed = 0
    for number, case in enumerate(cases, 1):
        try:
            case()
            print(f"ok {number} /ip/pipeline/{case.__name__.replace('_', '-')}", flush=True)
        except Exception as error:  # noqa: BLE001
            failed += 1
            print(f"# {type(error).__name__}: {error}".replace("\n", "\n# "))
            print(f"not ok {number} /ip/pipeline/{case.__name__.replace('_', '-')}", flush=True)
    return failed > 0


sys.exit(main())
