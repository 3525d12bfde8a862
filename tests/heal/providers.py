#!/usr/bin/env python3
"""Every restart provider against what it restarts: systemd's interface on a private D-Bus daemon, Docker's API on a socket, PM2
itself, compose's command line, and a command. Speaks TAP.

usage: providers.py PORT_MANAGER
"""
import contextlib
import http.server
import json
import os
import pathlib
import pwd
import shutil
import socketserver
import subprocess
import sys
import tempfile
import threading

HERE = pathlib.Path(__file__).resolve().parent
PROGRAM = os.path.abspath(sys.argv[1])
PM2 = HERE / "pm2/node_modules/.bin/pm2"
LIMIT_S = 60


class Skip(Exception):
    pass


class Project:
    """One project with one service, `web`, restarted as `how` says."""

    def __init__(self, how):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="pm-heal-"))
        self.dir.chmod(0o755)
        self.folder = self.dir / "projects/web"
        self.folder.mkdir(parents=True)
        (self.folder / ".env").write_text("PORT=20999\n")
        self.config = self.dir / "config.toml"
        self.config.write_text(f"[heal]\nenabled = true\nverify_s = 1\ntimeout_s = 5\n[health]\ntimeout_s = 1\nenabled = false\n"
                               f'[[service]]\nmatch = "project:web"\nrestart = {how.replace("DIR", str(self.dir))}\n')
        self.environment = dict(os.environ)

    def own(self, uid):
        for path in [self.folder, *self.folder.rglob("*")]:
            os.chown(path, uid, -1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.dir)

    def run(self, *arguments):
        return subprocess.run([PROGRAM, "--state", str(self.dir / "state"), "--config", str(self.config), *arguments],
                              env=self.environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=LIMIT_S,
                              check=False)

    def restart(self):
        """(how it ended, why not)"""
        self.run("scan", str(self.dir / "projects"))
        done = self.run("restart", "web", "--yes", "--json")
        assert done.stdout, done.stderr
        (restart,) = json.loads(done.stdout)["restarts"]
        return restart["end"], restart["reason"]


# --- systemd ---

@contextlib.contextmanager
def private_bus(folder):
    try:
        subprocess.run(["/usr/bin/python3", "-c", "import dbus, gi"], check=True, capture_output=True)
        bus = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--print-address=1"], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Skip("needs dbus, python3-dbus and python3-gi: script/setup --test") from error
    address = bus.stdout.readline().strip()
    environment = dict(os.environ, DBUS_SYSTEM_BUS_ADDRESS=address)
    log = folder / "calls"
    peer = subprocess.Popen(["/usr/bin/python3", str(HERE / "systemd_peer.py"), str(log)], env=environment)
    try:
        while not (log.exists() and log.read_text().startswith("ready")):
            assert peer.poll() is None, "the peer ended"
        yield address, log
    finally:
        for process in (peer, bus):
            process.kill()
            process.wait()
        bus.stdout.close()


def systemd(unit):
    with Project(f'{{ provider = "systemd", unit = "{unit}" }}') as project, private_bus(project.dir) as (address, log):
        project.environment["DBUS_SYSTEM_BUS_ADDRESS"] = address
        end, reason = project.restart()
        return end, reason, log.read_text().split("\n")[1:-1]


def systemd_restarts_and_waits_for_the_job():
    assert systemd("good") == ("restarted", "", ["good.service replace"])


def systemd_tells_how_the_job_ended():
    end, reason, _ = systemd("bad.service")
    assert end == "failed" and "“failed”" in reason and "journalctl" in reason, reason


def systemd_hears_a_job_that_ends_before_the_answer():
    assert systemd("early.service")[0] == "restarted"


def systemd_does_not_wait_for_ever():
    end, reason, _ = systemd("slow.service")
    assert end == "failed" and "in time" in reason, reason


def systemd_names_what_is_missing():
    end, reason, _ = systemd("nobody.service")
    assert end == "failed" and "not found" in reason, reason


def systemd_says_when_it_may_not():
    end, reason, _ = systemd("denied.service")
    assert end == "refused" and "polkit" in reason, reason


# --- Docker ---

class Engine(socketserver.ThreadingUnixStreamServer):
    """The two calls of the Engine API that a restart takes, as docs.docker.com describes them."""
    daemon_threads = True

    def __init__(self, path):
        self.calls = []
        super().__init__(path, handler_of(self))
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()


def handler_of(engine):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *arguments):
            pass

        def answer(self, status, value=None):
            body = b"" if value is None else json.dumps(value).encode()
            self.send_response(status)
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def name(self):
            engine.calls.append(f"{self.command} {self.path}")
            return self.path.split("/")[2]

        def do_POST(self):
            name = self.name()
            if name == "broken":
                self.answer(500, {"message": "driver failed programming external connectivity"})
            elif name in ("web-1", "dies"):
                self.answer(204)
            else:
                self.answer(404, {"message": f"No such container: {name}"})

        def do_GET(self):
            if self.path == "/containers/json":
                self.answer(200, [])
                return
            name = self.name()
            self.answer(200, {"Id": "a" * 64, "State": {"Running": name != "dies", "ExitCode": 3 if name == "dies" else 0}})

    return Handler


def docker(container):
    with Project(f'{{ provider = "docker", container = "{container}" }}') as project:
        engine = Engine(str(project.dir / "docker.sock"))
        project.environment["DOCKER_HOST"] = f"unix://{project.dir}/docker.sock"
        try:
            return (*project.restart(), [c for c in engine.calls if "restart" in c])
        finally:
            engine.shutdown()
            engine.server_close()


def docker_restarts_a_container():
    assert docker("web-1") == ("restarted", "", ["POST /containers/web-1/restart?t=10"])


def docker_sees_one_that_ends_at_once():
    end, reason, _ = docker("dies")
    assert end == "failed" and "status 3" in reason, reason


def docker_passes_on_what_the_engine_says():
    assert "No such container" in docker("nobody")[1]
    assert "driver failed" in docker("broken")[1]


def docker_without_an_engine():
    with Project('{ provider = "docker", container = "web" }') as project:
        project.environment["DOCKER_HOST"] = f"unix://{project.dir}/none.sock"
        assert project.restart()[0] == "failed"


# --- what a project says ---

def somebody():
    if os.geteuid() != 0:
        raise Skip("needs root, to see that it is given up")
    return pwd.getpwnam("nobody")


def stand_in(project, name):
    """A program of this name that notes how it was called; the engine behind the real one is not here."""
    folder = project.dir / "bin"
    folder.mkdir(exist_ok=True)
    note = project.dir / "note"
    note.touch()
    note.chmod(0o666)
    program = folder / name
    program.write_text(f'#!/bin/sh\necho "$(id -u) $(pwd) $HOME $*" >> {note}\n')
    program.chmod(0o755)
    project.environment["PATH"] = f"{folder}:{project.environment['PATH']}"
    return note


def compose_runs_as_the_files_owner():
    user = somebody()
    with Project('{ provider = "compose" }') as project:
        (project.folder / ".env").unlink()
        (project.folder / "compose.yaml").write_text("services:\n  web:\n    image: nginx\n    ports: ['20999:80']\n")
        project.own(user.pw_uid)
        note = stand_in(project, "docker")
        assert project.restart() == ("restarted", "")
        assert note.read_text() == (f"{user.pw_uid} {project.folder} {user.pw_dir} compose up --detach --no-deps --no-build "
                                    "--force-recreate -- web\n"), note.read_text()


def compose_never_runs_as_root():
    somebody()
    with Project('{ provider = "compose", container = "web" }') as project:
        (project.folder / "compose.yaml").write_text("services:\n  web:\n    image: nginx\n    ports: ['20999:80']\n")
        note = stand_in(project, "docker")
        end, reason = project.restart()
        assert end == "refused" and "belongs to root" in reason and note.read_text() == "", (end, reason)


def pm2_restarts_by_the_ecosystem_file():
    """PM2 itself; the file's changed port arrives."""
    user = somebody()
    if not PM2.exists():
        raise Skip("needs PM2: script/setup --test")
    with Project('{ provider = "pm2", process = "web" }') as project:
        (project.folder / ".env").unlink()
        home = project.dir / "home"
        home.mkdir()
        os.chown(home, user.pw_uid, -1)
        (project.folder / "app.js").write_text(
            'require("fs").appendFileSync("ports", process.env.PORT + "\\n"); setInterval(() => {}, 1000);\n')
        ecosystem = project.folder / "ecosystem.config.js"
        ecosystem.write_text('module.exports = {apps: [{name: "web", script: "./app.js", env: {PORT: 20998}}]};\n')
        project.own(user.pw_uid)
        as_user = dict(os.environ, PM2_HOME=str(home / ".pm2"), HOME=str(home), PATH=f"{PM2.parent}:{os.environ['PATH']}")
        project.environment.update(PM2_HOME=as_user["PM2_HOME"], PATH=as_user["PATH"])

        def pm2(*arguments):
            return subprocess.run([str(PM2), *arguments], cwd=project.folder, env=as_user, user=user.pw_uid, group=user.pw_gid,
                                  extra_groups=[], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=LIMIT_S,
                                  check=False)

        try:
            started = pm2("start", "ecosystem.config.js")
            if "EACCES" in started.stderr or started.returncode in (126, 127):
                raise Skip("node and PM2 are not to be read by another user here")
            assert started.returncode == 0, started.stderr + started.stdout
            ecosystem.write_text(ecosystem.read_text().replace("20998", "20997"))
            end, reason = project.restart()
            assert end == "restarted", reason
            ports = project.folder / "ports"
            for _ in range(LIMIT_S * 1000):
                if ports.exists() and ports.read_text().endswith("20997\n"):
                    break
            assert ports.read_text().split() == ["20998", "20997"], ports.read_text()
        finally:
            pm2("kill")


# --- a command ---

def a_command_runs_in_the_projects_folder_and_through_no_shell():
    with Project('{ provider = "command", command = ["DIR/it", "$HOME; touch DIR/no"] }') as project:
        program = project.dir / "it"
        program.write_text(f'#!/bin/sh\nprintf "%s|%s" "$(pwd)" "$1" > {project.dir}/note\n')
        program.chmod(0o755)
        assert project.restart() == ("restarted", "")
        assert (project.dir / "note").read_text() == f"{project.folder}|$HOME; touch {project.dir}/no"
        assert not (project.dir / "no").exists()


def a_command_that_fails_is_quoted():
    with Project('{ provider = "command", command = ["sh", "-c", "echo first; echo no such database >&2; exit 7"] }') as project:
        end, reason = project.restart()
        assert end == "failed" and "status 7" in reason and "no such database" in reason, reason


def a_command_that_hangs_is_ended_with_its_children():
    with Project('{ provider = "command", command = ["sh", "-c", "sleep 1000 & echo $! > DIR/child; wait"] }') as project:
        end, reason = project.restart()
        assert end == "failed" and "too long" in reason, reason
        child = (project.dir / "child").read_text().strip()
        stat = pathlib.Path(f"/proc/{child}/stat")
        assert not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z", stat.read_text()


def a_command_may_leave_a_process_that_keeps_its_output():
    with Project('{ provider = "command", command = ["sh", "-c", "sleep 5 & exit 0"] }') as project:
        assert project.restart() == ("restarted", "")


def a_setting_that_is_missing_is_named():
    with Project('{ provider = "systemd" }') as project:
        end, reason = project.restart()
        assert end == "refused" and "restart.unit" in reason, (end, reason)


CASES = [systemd_restarts_and_waits_for_the_job, systemd_tells_how_the_job_ended,
         systemd_hears_a_job_that_ends_before_the_answer, systemd_does_not_wait_for_ever, systemd_names_what_is_missing,
         systemd_says_when_it_may_not, docker_restarts_a_container, docker_sees_one_that_ends_at_once,
         docker_passes_on_what_the_engine_says, docker_without_an_engine, compose_runs_as_the_files_owner,
         compose_never_runs_as_root, pm2_restarts_by_the_ecosystem_file,
         a_command_runs_in_the_projects_folder_and_through_no_shell, a_command_that_fails_is_quoted,
         a_command_that_hangs_is_ended_with_its_children, a_command_may_leave_a_process_that_keeps_its_output,
         a_setting_that_is_missing_is_named]


def main():
    print(f"1..{len(CASES)}")
    failed = 0
    for number, case in enumerate(CASES, 1):
        name = "/heal/providers/" + case.__name__.replace("_", "-")
        try:
            case()
            print(f"ok {number} {name}", flush=True)
        except Skip as why:
            print(f"ok {number} {name} # SKIP {why}", flush=True)
        except Exception as error:  # noqa: BLE001
            failed += 1
            print(f"# {type(error).__name__}: {error}".replace("\n", "\n# "))
            print(f"not ok {number} {name}", flush=True)
    return failed > 0


sys.exit(main())
