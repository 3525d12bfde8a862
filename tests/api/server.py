"""A running `serve` over a copy of examples/workspace, and how the tests here talk to it."""
import http.client
import json
import os
import pathlib
import shutil
import socket
import ssl
import subprocess
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


class Answer:
    """Status, headers and body of an answer; `json` where it is that."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.text = response.read().decode(errors="replace")

    @property
    def json(self):
        return json.loads(self.text)

    @property
    def detail(self):
        return self.json["detail"]

    @property
    def pointers(self):
        return [e.get("pointer", e.get("parameter")) for e in self.json.get("errors", [])]


class SocketConnection(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path):
        super().__init__("localhost", timeout=60)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(60)
        self.sock.connect(self.path)


class Server:
    """`serve` on a port of its own choice."""

    def __init__(self, program, folder, listen=("127.0.0.1:0",), config="", scan=True):
        self.folder = folder
        self.workspace = os.path.join(folder, "workspace")
        self.state = os.path.join(folder, "state")
        self.socket = os.path.join(self.state, "port-manager.sock")
        self.program = [program, "--state", self.state]
        if not config:
            self.program += ["--config", str(REPOSITORY / "tests/quiet.toml")]
        else:
            path = os.path.join(folder, "config.toml")
            pathlib.Path(path).write_text(config, encoding="utf-8")
            self.program += ["--config", path]
        if scan and not os.path.exists(self.workspace):
            shutil.copytree(REPOSITORY / "examples/workspace", self.workspace)
            self.cli("scan", self.workspace)
        self.arguments = [a for address in listen for a in ("--listen", address)]
        self.tokens = {}
        self.process = None
        self.contract = None

    def cli(self, *arguments):
        return subprocess.run(self.program + list(arguments), check=False, capture_output=True, text=True, timeout=120,
                              stdin=subprocess.DEVNULL)

    def token(self, role, *arguments):
        """A token with this role, made once."""
        if role not in self.tokens:
            made = self.cli("token", "create", role, "--role", role, "--json", *arguments)
            self.tokens[role] = json.loads(made.stdout)["token"]
        return self.tokens[role]

    def start(self):
        self.process = subprocess.Popen(self.program + ["serve", "--json"] + self.arguments, stdout=subprocess.PIPE,
                                        stdin=subprocess.DEVNULL, text=True)
        said = json.loads(self.process.stdout.readline())
        self.url = said["url"]
        self.code = said["pageUrl"].partition("#code=")[2]
        self.port = int(self.url.rsplit(":", 1)[1])
        return self

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.stop()

    def stop(self):
        self.process.terminate()
        status = self.process.wait(timeout=60)
        self.process.stdout.close()
        return status

    def connection(self):
        if not self.url.startswith("https:"):
            return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        trusting = ssl.create_default_context()
        trusting.check_hostname = False
        trusting.verify_mode = ssl.CERT_NONE
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=60, context=trusting)

    def ask(self, method, path, body=None, role=None, over=None, **headers):
        """`body` is JSON, or bytes as they are. `role`: with the token of it."""
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if body is not None:
            fields.setdefault("Content-Type", "application/json")
        if role is not None:
            fields["Authorization"] = "Bearer " + self.token(role)
        connection = over or self.connection()
        try:
            connection.request(method, path, body=body, headers=fields)
            answer = Answer(connection.getresponse())
        finally:
            connection.close()
        if self.contract is not None and method != "HEAD":
            self.contract.check(method, path, answer)
        return answer

    def finish(self, answer, seconds=60):
        """The job that was started, when it has ended."""
        until = time.monotonic() + seconds
        while (job := self.get(answer.headers["Location"]).json)["state"] in ("waiting", "running"):
            if time.monotonic() > until:
                raise TimeoutError(job)
            time.sleep(0.02)
        return job

    def get(self, path, **how):
        return self.ask("GET", path, **how)

    def by_socket(self, method, path, body=None, **headers):
        return self.ask(method, path, body, over=SocketConnection(self.socket), **headers)

    def raw(self, data, most=65536):
        """What answers these bytes, till the connection is closed or has been silent; "" when it is just closed."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection:
            answer = b""
            try:
                connection.sendall(data if isinstance(data, bytes) else data.encode())
                connection.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # it may have answered and closed before it read all
            try:
                while len(answer) < most and (part := connection.recv(65536)):
                    answer += part
            except OSError:
                pass
            return answer.decode(errors="replace")


def report(name, parts):
    """Runs parts, each a generator of (is fine, what), and speaks TAP."""
    number = failed = 0
    for part in parts:
        for fine, what in part:
            number += 1
            failed += not fine
            print(f"{'ok' if fine else 'not ok'} {number} /{name}/{what}", flush=True)
    print(f"1..{number}")
    return 1 if failed else 0
