#!/usr/bin/env python3
"""What is declared beside what runs: real processes on loopback, in a network namespace of their own where the machine
gives one. Speaks TAP.

usage: run.py PORT_MANAGER
"""
import contextlib
import fcntl
import json
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import traceback

EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / "examples/workspace"
WAIT_S = 60  # for what must come; nothing is judged by how long it takes


def isolate():
    """Runs this script again where nobody else listens. FALSE: the machine does not let us."""
    if os.environ.get("PM_TEST_ISOLATED") == "1":
        with socket.socket() as lo:  # SIOCSIFFLAGS: IFF_UP
            fcntl.ioctl(lo, 0x8914, struct.pack("16sh22x", b"lo", 1))
        return True
    for options in (["--net"], ["--net", "--map-root-user"]):
        if shutil.which("unshare") and subprocess.run(["unshare", *options, "true"], capture_output=True,
                                                      check=False).returncode == 0:
            os.environ["PM_TEST_ISOLATED"] = "1"
            os.execvp("unshare", ["unshare", *options, sys.executable, *sys.argv])
    return False


def free_port():
    """Below the range of outgoing connections, so that none of those takes it meanwhile."""
    for port in range(20000, 30000):
        with socket.socket() as s:
            with contextlib.suppress(OSError):
                s.bind(("127.0.0.1", port))
                return port
    raise AssertionError("no port is free")


class Place:
    def __init__(self, program, tmp, isolated):
        self.program, self.root, self.isolated = program, tmp / "workspace", isolated
        self.tmp = tmp
        self.environment = dict(os.environ, HOME=str(tmp), XDG_CONFIG_HOME=str(tmp / "config"), LC_ALL="C.UTF-8",
                                PORT_MANAGER_STATE=str(tmp / "state"), DOCKER_HOST=f"unix://{tmp}/docker.sock")
        self.environment.pop("PORT_MANAGER_CONFIG", None)
        shutil.copytree(EXAMPLE, self.root)
        self.run("scan", str(self.root), status=None)

    def run(self, *args, status=0):
        result = subprocess.run([self.program, *args], env=self.environment, cwd=self.tmp, text=True, timeout=WAIT_S,
                                stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if status is not None and result.returncode != status:
            raise AssertionError(f"{args}: status {result.returncode}: {result.stdout}{result.stderr}")
        return result.stdout

    def json(self, *args, status=0):
        return json.loads(self.run(*args, "--json", status=status))

    def service(self, name):
        found = self.json("services", f"name:{name}")["services"]
        return next(s for s in found if s["serviceName"] == name)

    def conflicts_on(self, port):
        return [c for c in self.json("conflicts", status=None)["conflicts"] if c["port"] == port]

    @contextlib.contextmanager
    def process(self, arguments, cwd, port, name=None):
        """Runs until the block ends; begins when it listens."""
        process = subprocess.Popen(arguments, executable=name and arguments[0], cwd=cwd, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            deadline = threading.Event()
            for _ in range(WAIT_S * 20):
                with socket.socket() as s:
                    if s.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert process.poll() is None, "it ended"
                deadline.wait(0.05)
            else:
                raise AssertionError("it does not listen")
            yield process
        finally:
            process.kill()
            process.wait()

    def stranger(self, port, cwd=None):
        return self.process([sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1"],
                            cwd or self.tmp, port)

    def move_to_a_free_port(self, name):
        """The machine may use the example's own port."""
        port = free_port()
        self.run("assign", name, str(port), "--yes")
        return port


def a_stranger_is_named_and_resolved(place):
    port = place.move_to_a_free_port("shop-api/shop-api")
    consumers = ["shop-api/.env", "reports/.env", "storefront/apps/web/.env", "monitoring/prometheus.yml",
                 "assistant-mcp/.mcp.json", "gateway/nginx.conf", "shop-web/vite.config.ts"]
    for path in consumers:
        assert str(port) in (place.root / path).read_text(), path
    assert place.conflicts_on(port) == []
    with place.stranger(port) as stranger:
        who = place.json("port", "who", str(port))
        assert [s["serviceName"] for s in who["declared"]] == ["shop-api"], who
        assert who["declared"][0]["live"] == "foreign", who
        listening, = who["listening"]
        assert listening["pid"] == stranger.pid and "http.server" in listening["command"], who
        assert listening["cwd"] == os.path.realpath(place.tmp) and listening["projectId"] is None, who
        conflict, = place.conflicts_on(port)
        live = [c for c in conflict["claimants"] if c["serviceId"] is None]
        assert conflict["severity"] == "error" and len(live) == 1, conflict
        assert live[0]["pid"] == stranger.pid and "http.server" in live[0]["command"], conflict
        assert place.json("services", f"port:{port}")["services"][0]["status"] == "conflict"

        plan = place.json("resolve", "--dry-run")["plan"]
        choice, = [c for c in plan["choices"] if c["serviceName"] == "shop-api"]
        assert choice["from"] == port and choice["to"] == conflict["suggestion"]["port"], (choice, conflict)
        assert "not one of ours" in choice["reason"], choice
        result = place.json("resolve", "--yes")
        assert result["transaction"]["state"] == "committed", result
        left = place.json("conflicts", status=None)["conflicts"]
        assert left == [] if place.isolated else place.conflicts_on(port) == [], left
        for path in consumers:
            text = (place.root / path).read_text()
            assert str(choice["to"]) in text and str(port) not in text, path
        assert len(place.json("transactions")["transactions"]) == 2
        place.run("undo", str(result["transaction"]["id"]), "--yes")
        assert len(place.conflicts_on(port)) == 1


def only_one_conflict_is_resolved(place):
    port = place.move_to_a_free_port("reports")
    with place.stranger(port):
        place.run("resolve", "--only", f"tcp-{port}", "--yes")
        assert place.conflicts_on(port) == []
        assert len(place.conflicts_on(5432)) == 1  # as the example has it


def its_own_process_makes_it_active(place):
    port = place.move_to_a_free_port("reports")
    assert place.service("reports")["status"] == "inactive"
    assert place.service("reports")["live"] == "notListening"
    with place.stranger(port, cwd=place.root / "reports") as own:
        service = place.service("reports")
        assert service["status"] == "active" and service["live"] == "listening", service
        assert service["listener"]["pid"] == own.pid and service["listener"]["projectId"] == "reports", service
        assert place.conflicts_on(port) == []
        assert [h["newValue"] for h in place.json("history", "--service", "reports")["history"]
                if h["changeType"] == "status"][0] == "active"
        events = place.run("events", "--after", "0")
        place.run("services")
        place.run("scan", status=1)
        assert place.run("events", "--after", "0") == events  # told once, not each time
    assert place.service("reports")["status"] == "inactive"


def a_scan_sees_what_runs_though_no_file_changed(place):
    port = place.move_to_a_free_port("reports")
    before = place.json("scan", status=1)["conflicts"]
    with place.stranger(port):
        assert place.json("scan", status=1)["conflicts"] == before + 1
        assert place.json("scan", status=1)["conflicts"] == before + 1
    assert place.json("scan", status=1)["conflicts"] == before


def the_port_of_a_live_service_is_dearer(place):
    place.run("assign", "docs-site", str(place.move_to_a_free_port("monitoring/grafana") + 1), "--yes")
    port = free_port()
    (place.root / "docs-site/package.json").write_text(
        (place.root / "docs-site/package.json").read_text().replace(str(place.service("docs-site")["externalPort"]),
                                                                    str(port)))
    compose = place.root / "monitoring/compose.yaml"
    compose.write_text(compose.read_text().replace(f'{place.service("grafana")["externalPort"]}:', f"{port}:"))
    place.run("scan", status=1)
    assert len(place.conflicts_on(port)) == 1
    with place.stranger(port, cwd=place.root / "docs-site"):
        choice, = [c for c in place.json("resolve", "--dry-run")["plan"]["choices"] if c["from"] == port]
        assert choice["serviceName"] == "grafana" and "it runs now" in choice["reason"], choice


def secrets_of_commands_are_masked(place):
    port = place.move_to_a_free_port("reports")
    code = f"import socket\nl = socket.create_server(('127.0.0.1', {port}))\nwhile True: l.accept()"
    arguments = [sys.executable, "-c", code, "postgres://shop:example-only-4f9d2c@db/shop", "--password=hunter2hunter2"]
    with place.process(arguments, place.tmp, port):
        for command in (("port", "who", str(port)), ("port", "who", str(port), "--json"), ("conflicts", "--json"),
                        ("services", "--json"), ("events", "--after", "0")):
            out = place.run(*command, status=None)
            assert "hunter2" not in out and "example-only-4f9d2c" not in out, (command, out)
        assert "--password=****" in place.run("port", "who", str(port))


class Docker(threading.Thread):
    """The one answer that is asked for, in HTTP as Docker's daemon speaks it."""

    def __init__(self, path, containers):
        super().__init__(daemon=True)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen()
        self.body = json.dumps(containers).encode()

    def run(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                with client:
                    client.recv(4096)
                    client.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n" + self.body)

    def stop(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.join()
        self.listener.close()


def a_published_port_is_its_containers(place):
    port = place.move_to_a_free_port("shop-api/redis")
    proxy = ["docker-proxy", "-c", f"import socket; l = socket.create_server(('127.0.0.1', {port}))\n"
             "while True: l.accept()", "-proto", "tcp", "-host-port", str(port), "-container-port", "6379"]
    container = {"Id": "f" * 64, "Names": ["/cache"], "Labels": {
        "com.docker.compose.service": "redis", "com.docker.compose.project.working_dir": str(place.root / "shop-api")},
        "Ports": [{"IP": "127.0.0.1", "PrivatePort": 6379, "PublicPort": port, "Type": "tcp"}]}
    process = subprocess.Popen(proxy, executable=sys.executable, cwd="/", stdin=subprocess.DEVNULL,
                               env=dict(os.environ, PYTHONHOME=sys.base_prefix))
    try:
        while True:
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None
        # Nobody tells whose the port is: in doubt it is no stranger's.
        who = place.json("port", "who", str(port))
        assert who["declared"][0]["live"] == "hidden" and who["listening"][0]["container"]["port"] == 6379, who
        for folder, live in ((place.root / "shop-api", "listening"), (place.root / "crm", "foreign")):
            container["Labels"]["com.docker.compose.project.working_dir"] = str(folder)
            docker = Docker(place.tmp / "docker.sock", [container])
            docker.start()
            who = place.json("port", "who", str(port))
            docker.stop()
            (place.tmp / "docker.sock").unlink()
            listening, = who["listening"]
            assert who["declared"][0]["live"] == live, who
            assert listening["container"]["name"] == "cache" and listening["container"]["port"] == 6379, who
            assert listening["projectId"] == folder.name, who
    finally:
        process.kill()
        process.wait()


def nobody_looks_where_that_is_not_wanted(place):
    port = place.move_to_a_free_port("reports")
    config = place.tmp / "quiet.toml"
    config.write_text("scan.sockets = false\n")
    with place.stranger(port):
        who = place.json("--config", str(config), "port", "who", str(port))
        assert who["listening"] == [] and "scan" in who["notShown"], who
        out = place.json("--config", str(config), "conflicts", status=None)
        assert [c for c in out["conflicts"] if c["port"] == port] == [], out


def main():
    isolated = isolate()
    cases = [a_stranger_is_named_and_resolved, only_one_conflict_is_resolved, its_own_process_makes_it_active,
             a_scan_sees_what_runs_though_no_file_changed, the_port_of_a_live_service_is_dearer,
             secrets_of_commands_are_masked, a_published_port_is_its_containers, nobody_looks_where_that_is_not_wanted]
    print(f"1..{len(cases)}")
    print(f"# {'in a network namespace of its own' if isolated else 'beside whatever else listens here'}")
    failed = 0
    for number, case in enumerate(cases, 1):
        with tempfile.TemporaryDirectory() as tmp:
            try:
                case(Place(os.path.abspath(sys.argv[1]), pathlib.Path(tmp), isolated))
                print(f"ok {number} - {case.__name__}")
            except (AssertionError, ValueError, KeyError, StopIteration, subprocess.TimeoutExpired):
                failed += 1
                print(f"not ok {number} - {case.__name__}")
                print("".join(f"# {line}\n" for line in traceback.format_exc()[-3000:].splitlines()), end="")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
