"""A copy of examples/workspace, scanned, and a server on it; TAP."""
import contextlib
import http.client
import json
import os
import pathlib
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
WAIT_S = 60  # for what must come; nothing is judged by how long it takes


class Place:
    """A state directory and a workspace of its own."""

    def __init__(self, program, folder, configuration=""):
        self.folder = pathlib.Path(folder)
        self.workspace = self.folder / "workspace"
        self.state = self.folder / "state"
        self.config = self.folder / "config.toml"
        self.config.write_text(configuration.replace("[scan]\n", "[scan]\nsockets = false\n")
                               if "[scan]\n" in configuration else "scan.sockets = false\n" + configuration)
        shutil.copytree(REPOSITORY / "examples/workspace", self.workspace)
        self.program = [program, "--state", str(self.state), "--config", str(self.config)]

    def run(self, *arguments, **options):
        return subprocess.run(self.program + list(arguments), capture_output=True, text=True, timeout=120,
                              check=False, stdin=subprocess.DEVNULL, **options)

    def json(self, *arguments):
        return json.loads(self.run(*arguments, "--json").stdout)

    def sql(self, statement, *values, many=None):
        with contextlib.closing(sqlite3.connect(self.state / "registry.db", timeout=30)) as database, database:
            if many is not None:
                database.executemany(statement, many)
                return None
            return database.execute(statement, values).fetchall()

    def append_events(self, rows):
        """Events as another process would write them: (event, data) each."""
        host = self.sql("SELECT name FROM hosts")[0][0]
        now_us = int(time.time() * 1e6)
        self.sql("INSERT INTO events (host, time, event, data) VALUES (?, ?, ?, ?)",
                 many=[(host, now_us, event, data) for event, data in rows])

    def newest(self):
        return self.sql("SELECT max (id) FROM events")[0][0]


class Server:
    def __init__(self, place, *arguments, **options):
        self.place = place
        self.process = subprocess.Popen(place.program + ["serve", "--listen", "127.0.0.1:0", "--json", *arguments],
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"serve did not start: {self.process.stderr.read()}")
        self.ready = json.loads(line)
        self.port = int(self.ready["url"].rsplit(":", 1)[1])

    def get(self, path, method="GET", **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT_S)
        with contextlib.closing(connection):
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            body = answer.read().decode()
            return answer.status, json.loads(body) if body.startswith("{") else body

    def post(self, path, body):
        """Over the socket in the state directory, where this user may do everything."""
        connection = http.client.HTTPConnection("localhost")
        with contextlib.closing(connection):
            connection.sock = socket.socket(socket.AF_UNIX)
            connection.sock.settimeout(WAIT_S)
            connection.sock.connect(str(self.place.state / "port-manager.sock"))
            connection.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())

    def stop(self):
        self.process.terminate()
        return self.wait()

    def kill(self):
        self.process.kill()
        return self.wait()

    def wait(self):
        _, self.errors = self.process.communicate(timeout=WAIT_S)
        return self.process.returncode

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.kill()


class Stream:
    """An event stream; iterating gives (id or None, event, data), ends where the server ends it."""

    def __init__(self, server, query="", receive_buffer=None, **headers):
        self.socket = socket.socket()
        if receive_buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(WAIT_S)
        self.socket.connect(("127.0.0.1", server.port))
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port)
        self.connection.sock = self.socket
        self.connection.request("GET", "/api/events" + query, headers=headers)
        self.answer = self.connection.getresponse()
        self.last = None
        self.heartbeats = 0
        self.events = self.read()
        self.opened = next(self.events)

    def read(self):
        number, event, data = None, None, None
        for line in self.answer:
            line = line.decode().rstrip("\n")
            if line == ":":
                self.heartbeats += 1
                if self.heartbeats > 4:
                    raise TimeoutError("what was waited for did not come")
            elif line.startswith("id: "):
                number = self.last = int(line[4:])
            elif line.startswith("event: "):
                event = line[7:]
            elif line.startswith("data: "):
                data = json.loads(line[6:])
            elif line == "" and event is not None:
                self.heartbeats = 0
                yield number, event, data
                number, event, data = None, None, None

    def __iter__(self):
        return self.events

    def until(self, wanted):
        """The events up to the first whose name is this, or that a function says yes to."""
        seen = []
        for entry in self.events:
            seen.append(entry)
            if wanted(entry) if callable(wanted) else entry[1] == wanted:
                return seen
        return seen

    def close(self):
        self.connection.close()


def until(condition):
    """Waits for something that must come; its value."""
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    return None


def tap(prefix, *parts):
    """Each part takes (program, folder) and yields (fine, name)."""
    number = failed = 0
    program = os.path.abspath(sys.argv[1])
    for part in parts:
        with tempfile.TemporaryDirectory() as folder:
            for fine, name in part(program, folder):
                number += 1
                failed += not fine
                print(f"{'ok' if fine else 'not ok'} {number} /{prefix}/{name}", flush=True)
    print(f"1..{number}")
    sys.exit(failed > 0)
