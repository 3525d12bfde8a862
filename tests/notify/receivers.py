"""Who gets messages: a real SMTP server (aiosmtpd) with TLS and login, and receivers over HTTP,
each of which misbehaves on request."""
import email
import email.policy
import hashlib
import hmac
import http.server
import json
import socket
import ssl
import subprocess
import threading
import time

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

WAIT_S = 60  # for what must come; nothing is judged by how long it takes


def until(condition, what):
    """Waits for what must come; its value."""
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"{what} did not come")


def make_certificate(folder):
    """A certificate for 127.0.0.1 that is its own authority; (certificate, key)."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=127.0.0.1",
                    "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    return certificate, key


class FreePort(Controller):
    """The kernel chooses the port."""

    def _create_server(self):
        return self.loop.create_server(self._factory_invoker, host=self.hostname, port=0, ssl=self.ssl_context)

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


class Mail:
    """A mail server; `messages` are parsed, `envelopes` as they came."""

    def __init__(self, certificate=None, starttls=False, login=None, refuse=(), answers=None, hang_at_quit=False):
        self.messages, self.envelopes, self.logins = [], [], []
        self.login, self.refuse, self.hang_at_quit = login, refuse, hang_at_quit
        self.answers = list(answers or [])
        self.free = threading.Event()
        context = None
        if certificate is not None:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(*certificate)
        options = {}
        if login is not None:
            options = {"authenticator": self.authenticate, "auth_required": True, "auth_require_tls": starttls}
        if starttls:
            options |= {"tls_context": context, "require_starttls": True}
        self.controller = FreePort(self, hostname="127.0.0.1", port=0, enable_SMTPUTF8=True,
                                   ssl_context=None if starttls else context, **options)
        self.controller.start()
        scheme = "smtps" if context is not None and not starttls else "smtp"
        self.url = f"{scheme}://127.0.0.1:{self.controller.port}"

    def authenticate(self, _server, _session, _envelope, _mechanism, data):
        assert isinstance(data, LoginPassword)
        pair = (data.login.decode(), data.password.decode())
        self.logins.append(pair)
        return AuthResult(success=pair == self.login, handled=False)

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if address in self.refuse:
            return "550 5.1.1 nobody here by that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        answer = self.answers.pop(0) if self.answers else "250 taken"
        if answer.startswith("250"):
            self.envelopes.append(envelope)
            self.messages.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return answer

    async def handle_QUIT(self, _server, _session, _envelope):  # noqa: N802
        if self.hang_at_quit:
            import asyncio
            while not self.free.is_set():
                await asyncio.sleep(0.05)
        return "221 bye"

    def stop(self):
        self.free.set()
        self.controller.stop()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Web:
    """A receiver of posts. `answers` are taken one by one: a status, "hang", "drop", or
    (status, headers); then 200. Posts are kept as (headers, body)."""

    def __init__(self, *answers, certificate=None):
        self.posts, self.answers = [], list(answers)
        self.free = threading.Event()
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):  # noqa: N802
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = owner.answers.pop(0) if owner.answers else 200
                owner.posts.append((self.headers, body))
                owner.reply(self, answer)

            def do_GET(self):  # noqa: N802
                owner.posts.append((self.headers, b""))
                owner.reply(self, 200)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if certificate is not None:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        scheme = "http" if certificate is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self.server.server_address[1]}/hook-canary-7c1f"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def reply(self, handler, answer):
        if answer == "hang":
            self.free.wait()
            answer = "drop"
        if answer == "drop":
            handler.close_connection = True
            handler.connection.shutdown(socket.SHUT_RDWR)
            return
        status, headers = answer if isinstance(answer, tuple) else (answer, {})
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    @property
    def bodies(self):
        return [json.loads(body) for _, body in self.posts]

    def titles(self):
        return [body["title"] for body in self.bodies]

    def notices(self):
        return [notice for body in self.bodies for notice in body["notices"]]

    def keys(self):
        return [headers["Idempotency-Key"] for headers, _ in self.posts]

    def stop(self):
        self.free.set()
        self.server.shutdown()
        self.server.server_close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def is_signed(post, secret):
    """As docs/NOTIFICATIONS.md tells a receiver to look."""
    headers, body = post
    timestamp = headers["X-Port-Manager-Timestamp"]
    wanted = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return (hmac.compare_digest(headers.get("X-Port-Manager-Signature", ""), "sha256=" + wanted)
            and abs(time.time() - int(timestamp)) < 300)
