#!/usr/bin/env python3
"""The daemon as a process: what it follows, how it is told things, and that there is one; speaks TAP.

usage: serve.py PORT_MANAGER
"""
import os
import pathlib
import shutil
import signal
import socket
import subprocess

from serving import Place, Server, Stream, WAIT_S, tap, until


def port_of(place, service):
    found = [s for s in place.json("services")["services"] if s["serviceName"] == service]
    return found[0]["externalPort"] if found else None


def is_of(service, change):
    return lambda entry: entry[1].startswith("service.") and entry[2].get("serviceName") == service and \
        change in (entry[2].get("changeType"), entry[1])


def follows(program, folder):
    place = Place(program, folder)
    place.run("scan", str(place.workspace))
    with Server(place) as server:
        stream = Stream(server)
        env = place.workspace / "reports/.env"
        env.write_text(env.read_text().replace("8001", "8021"))
        stream.until(is_of("reports", "external_port"))
        yield port_of(place, "reports") == 8021, "sees-a-saved-file"
        new = env.with_name(".env.tmp")
        new.write_text(env.read_text().replace("8021", "8022"))
        new.rename(env)
        stream.until(is_of("reports", "external_port"))
        yield port_of(place, "reports") == 8022, "sees-an-editor-that-renames"
        project = place.workspace / "brand-new/config"
        project.mkdir(parents=True)
        (project.parent / ".env").write_text("PORT=4321\n")
        stream.until(is_of("brand-new", "service.created"))
        yield port_of(place, "brand-new") == 4321, "sees-a-new-project"
        shutil.rmtree(project.parent)
        stream.until(is_of("brand-new", "service.removed"))
        yield port_of(place, "brand-new") is None, "sees-a-project-go"
        other = place.folder / "other"
        (other / "tool").mkdir(parents=True)
        (other / "tool/.env").write_text("PORT=4400\n")
        place.run("scan", str(other))
        stream.until(is_of("tool", "service.created"))
        yield until(lambda: save_is_seen(place, stream, other / "tool/.env")), "follows-a-root-that-another-process-names"
        away = place.folder / "elsewhere"
        other.rename(away)
        yield stream.until("root.missing")[-1][2]["root"] == str(other), "notices-that-a-root-is-gone"
        yield port_of(place, "tool") is not None, "keeps-its-services"
        env.write_text(env.read_text().replace("8022", "8023"))
        stream.until(is_of("reports", "external_port"))
        yield port_of(place, "reports") == 8023, "still-sees-the-other-roots"
        away.rename(other)
        server.process.send_signal(signal.SIGHUP)
        stream.until(lambda entry: entry[1] in ("config.reloaded",))
        stream.close()
        yield server.stop() == 0, "stops-when-told"
        yield place.sql("SELECT count (*) FROM events WHERE event = 'root.missing'")[0][0] == 1, "tells-it-once"


def save_is_seen(place, stream, path):
    """Following begins some time after the root was named; nobody says when."""
    port = int(path.read_text().split("=")[1]) + 1
    path.write_text(f"PORT={port}\n")
    return until(lambda: port_of(place, "tool") == port)


def does_not_follow(program, folder):
    place = Place(program, folder, "[scan]\nwatch = false\n")
    place.run("scan", str(place.workspace))
    with Server(place) as server:
        env = place.workspace / "reports/.env"
        env.write_text(env.read_text().replace("8001", "8021"))
        stream = Stream(server)
        place.config.write_text("")
        server.process.send_signal(signal.SIGHUP)
        stream.until("config.reloaded")
        before = port_of(place, "reports")
        stream.until(is_of("reports", "external_port"))
        yield port_of(place, "reports") == 8021 and before in (8001, 8021), "follows-once-the-configuration-says-so"
        stream.close()


def is_told(program, folder):
    place = Place(program, folder)
    place.run("scan", str(place.workspace))
    with Server(place) as server:
        stream = Stream(server)
        place.config.write_text("[scan]\nwatsch = true\n")
        server.process.send_signal(signal.SIGHUP)
        refused = stream.until("config.refused")[-1][2]["reason"]
        yield "config.toml:2:" in refused and "watch" in refused, "refuses-a-bad-configuration-with-its-line"
        place.config.write_text('\n[[service]]\nmatch = "prot:3000"\npinned = "x"\n')
        server.process.send_signal(signal.SIGHUP)
        refused = stream.until("config.refused")[-1][2]["reason"]
        yield "config.toml:2: match:" in refused and "“port”" in refused, "refuses-a-filter-that-is-none"
        env = place.workspace / "reports/.env"
        env.write_text(env.read_text().replace("8001", "8021"))
        stream.until(is_of("reports", "external_port"))
        yield True, "goes-on-with-the-one-before"
        place.config.write_text('[scan]\nignore = ["reports/**"]\n')
        server.process.send_signal(signal.SIGHUP)
        stream.until("config.reloaded")
        stream.until(is_of("reports", "service.removed"))
        yield True, "takes-a-good-one"
        stream.close()
        yield server.stop() == 0, "stops-with-status-0"
        yield "config.toml:2" in server.errors, "logs-the-line-too"


def is_alone(program, folder):
    place = Place(program, folder)
    place.run("scan", str(place.workspace))
    with Server(place) as server:
        second = place.run("serve", "--listen", "127.0.0.1:0")
        yield second.returncode == 3 and f"process {server.process.pid} " in second.stderr, "refuses-a-second-one-by-pid"
        yield place.run("rebuild", "--yes").returncode == 4, "refuses-to-rebuild-under-it"
        server.kill()
        with Server(place) as third:
            yield third.get("/healthz")[0] == 200, "starts-after-a-kill"
            place.run("backup", str(place.folder / "copy.db"))
            place.run("rebuild", "--yes")
            yield place.run("restore", str(place.folder / "copy.db"), "--yes").returncode == 0, "goes-on-over-a-restore"
            yield third.get("/api/services")[0] == 200, "answers-from-what-was-restored"


def with_limit(place, limit, value):
    """The program under a limit of inotify's that holds for it alone: in a user namespace."""
    before = f"echo {value} > /proc/sys/user/{limit} && "
    place.program = ["unshare", "--user", "--map-root-user", "sh", "-c", before + 'exec "$@"', "sh"] + place.program


def may_limit():
    tried = subprocess.run(["unshare", "--user", "--map-root-user", "sh", "-c",
                            "echo 5 > /proc/sys/user/max_inotify_watches"], check=False, capture_output=True, timeout=60)
    return tried.returncode == 0


def is_limited(program, folder):
    if not may_limit():
        yield True, "says-when-it-cannot-follow-all # SKIP no user namespaces here"
        return
    place = Place(program, folder)
    place.run("scan", str(place.workspace))
    ordinary = list(place.program)
    with_limit(place, "max_inotify_watches", 8)
    with Server(place) as server:
        stream = Stream(server, "?after=0&event=watch.*")
        state = stream.until("watch.limited")[-1][2]
        yield state["limited"] and state["followed"] < state["wanted"], "says-when-it-cannot-follow-all"
        place.program = ordinary
        yield until(lambda: "look daemon" in place.run("doctor").stdout), "and-so-does-doctor"
        stream.close()
        yield server.stop() == 0 and "max_user_watches" in server.errors, "and-its-log"


def has_no_inotify(program, folder):
    if not may_limit():
        yield True, "works-without-inotify # SKIP no user namespaces here"
        return
    place = Place(program, folder)
    place.run("scan", str(place.workspace))
    ordinary = list(place.program)
    with_limit(place, "max_inotify_instances", 0)
    with Server(place) as server:
        place.program = ordinary
        stream = Stream(server)
        place.append_events([("marker", "{}")])
        yield stream.until("marker")[-1][1] == "marker", "works-without-inotify"
        stream.close()
        yield server.stop() == 0 and "max_user_instances" in server.errors, "and-says-so"


def notifies(program, folder):
    place = Place(program, folder)
    place.run("scan", str(place.workspace))
    path = str(pathlib.Path(folder) / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(path)
        manager.settimeout(WAIT_S)

        def until_told(word):
            while word not in (text := manager.recv(4096).decode()):
                pass
            return text

        with Server(place, env=dict(os.environ, NOTIFY_SOCKET=path, WATCHDOG_USEC="200000")) as server:
            yield "STATUS=Serving http" in until_told("READY=1"), "says-that-it-is-ready"
            yield until_told("WATCHDOG=1") and until_told("WATCHDOG=1"), "says-that-it-lives"
            server.process.send_signal(signal.SIGHUP)
            yield "MONOTONIC_USEC=" in until_told("RELOADING=1") and until_told("READY=1"), "says-that-it-reloads"
            server.process.terminate()
            yield until_told("STOPPING=1"), "says-that-it-stops"
            yield server.wait() == 0, "and-stops"


def tells_its_log(program, folder):
    """What a transaction in another process did is in the daemon's log, as a line for people."""
    place = Place(program, folder)
    place.run("scan", str(place.workspace))
    with Server(place) as server:
        stream = Stream(server, "?event=transaction.*")
        yield place.run("assign", "docs-site", "3555", "--yes").returncode == 0, "while-somebody-changes-files"
        stream.until("transaction.committed")
        until(lambda: place.run("doctor").stdout)  # and the log has had its time
        lines = place.run("doctor").stdout
        yield "daemon" in lines and "{" not in lines, "doctor-tells-of-it-in-words"
        stream.close()
        yield server.stop() == 0 and "transaction.committed 1: docs-site moves from 3000 to 3555" in server.errors, \
            "its-log-tells-of-transactions"
        yield "service.changed" not in server.errors, "and-not-of-everything"


tap("serve", follows, does_not_follow, is_told, is_alone, is_limited, has_no_inotify, notifies, tells_its_log)
