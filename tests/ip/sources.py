#!/usr/bin/env python3
"""Every source of addresses against a server that speaks the documented protocol, well and badly,
and the judgement of what `ip watch` hears; speaks TAP.

usage: sources.py PORT_MANAGER

Nothing here waits for a time to pass and then looks: what is expected is waited for, and a limit
of a minute only ends a test that has failed.
"""
import base64
import json
import os
import pathlib
import shutil
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from metadata import MetadataServer  # noqa: E402

PROGRAM = os.path.abspath(sys.argv[1])
LIMIT_S = 60


class Case:
    """A state directory, a configuration and a metadata server."""

    def __init__(self, config=""):
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="pm-ip-"))
        self.server = MetadataServer().start()
        self.config = self.dir / "config.toml"
        self.config.write_text(config.replace("SERVER", self.server.host).replace("DIR", str(self.dir)))
        self.environment = dict(os.environ, GCE_METADATA_HOST=self.server.host,
                                AWS_EC2_METADATA_SERVICE_ENDPOINT="http://" + self.server.host)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.stop()
        shutil.rmtree(self.dir)

    def command(self, *arguments):
        return [PROGRAM, "--state", str(self.dir / "state"), "--config", str(self.config), *arguments]

    def run(self, *arguments):
        return subprocess.run(self.command(*arguments), env=self.environment, capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, timeout=LIMIT_S)

    def source(self):
        """What the only source says: ([(slot, address)], cause)."""
        done = self.run("ip", "sources", "--json")
        assert done.stderr == "", done.stderr
        (source,) = json.loads(done.stdout)["sources"]
        assert done.returncode == (0 if source["cause"] is None else 1), done.returncode
        return [(a["slot"], a["address"]) for a in source["addresses"]], source["cause"]

    def watch(self):
        return Watch(self)

    def events(self):
        done = self.run("events", "--after", "0", "--json")
        return [json.loads(line)["event"] for line in done.stdout.splitlines()]


class Watch:
    """`ip watch` at work; `next` gives its rulings one by one."""

    def __init__(self, case):
        self.process = subprocess.Popen(case.command("ip", "watch", "--json"), env=case.environment,
                                        stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
        self.timer = threading.Timer(LIMIT_S, self.process.kill)
        self.timer.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.stdout.close()
        self.process.wait()
        self.timer.cancel()

    def next(self):
        line = self.process.stdout.readline()
        assert line, "ip watch ended"
        ruling = json.loads(line)
        return ruling["ruling"], ruling["newValue"]


def google():
    with Case('[ip]\nsources = ["gcp"]\n') as case:
        case.server.set_addresses(["203.0.113.7", "203.0.113.8"])
        assert case.source() == ([("nic0/0", "203.0.113.7"), ("nic0/1", "203.0.113.8")], None)
        case.server.set_addresses([""])
        assert case.source() == ([], None)


def google_badly():
    with Case('[ip]\nsources = ["gcp"]\n') as case:
        case.server.set_addresses(["203.0.113.7"])
        for how, expected in [("503", "HTTP 503"), ("404", "HTTP 404"), ("empty", "no JSON"),
                              ("garbage", "no JSON"), ("wrong", "“999.1.1.1”"), ("die", ""),
                              ("foreign", "Metadata-Flavor")]:
            case.server.misbehave = [how]
            seen, cause = case.source()
            assert seen == [] and cause is not None, (how, seen, cause)
            assert expected.strip("“”") in cause, (how, cause)
    with Case('[ip]\nsources = ["gcp"]\n') as case:
        case.server.always = "hang"
        seen, cause = case.source()
        assert seen == [] and cause is not None, cause


def compute_by_metadata():
    with Case('[ip]\nsources = ["gcp-compute"]\ngcp_compute.endpoint = "http://SERVER"\n') as case:
        case.server.fleet = [("europe-west1-b", "web-%d" % i, "203.0.113.%d" % i) for i in range(1, 6)]
        assert case.source() == ([("europe-west1-b/web-%d/nic0/0" % i, "203.0.113.%d" % i)
                                  for i in range(1, 6)], None)


def compute_by_key():
    config = ('[ip]\nsources = ["gcp-compute"]\ngcp_compute.endpoint = "http://SERVER"\n'
              'gcp_compute.key_file = "DIR/key.json"\n')
    with Case(config) as case:
        key, public = case.dir / "key.pem", case.dir / "public.pem"
        subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
        subprocess.run(["openssl", "rsa", "-in", key, "-pubout", "-out", public], check=True,
                       capture_output=True)
        (case.dir / "key.json").write_text(json.dumps({
            "type": "service_account", "project_id": "shop-1", "private_key": key.read_text(),
            "client_email": "pm@shop-1.iam.example", "token_uri": f"http://{case.server.host}/token"}))

        def decode(part):
            return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))

        def is_signed(assertion):
            header, claims, signature = assertion.split(".")
            (case.dir / "signed").write_text(header + "." + claims)
            (case.dir / "signature").write_bytes(decode(signature))
            said = json.loads(decode(claims))
            return json.loads(decode(header)) == {"alg": "RS256", "typ": "JWT"} and \
                said["iss"] == "pm@shop-1.iam.example" and said["exp"] - said["iat"] == 3600 and \
                said["aud"].endswith("/token") and \
                subprocess.run(["openssl", "dgst", "-sha256", "-verify", public, "-signature",
                                case.dir / "signature", case.dir / "signed"],
                               capture_output=True).returncode == 0

        case.server.public_key = is_signed
        case.server.fleet = [("us-east1-c", "api", "203.0.113.9")]
        assert case.source() == ([("us-east1-c/api/nic0/0", "203.0.113.9")], None)
        case.server.public_key = lambda assertion: False
        assert "HTTP 400" in case.source()[1]
        (case.dir / "key.json").write_text("{}")
        refused = case.run("ip", "sources")
        assert refused.returncode == 2 and "client_email" in refused.stderr, refused.stderr


def amazon():
    with Case('[ip]\nsources = ["aws"]\n') as case:
        case.server.set_addresses(["203.0.113.7"])
        assert case.source() == ([("0e:49:61:0f:c3:11/v4/0", "203.0.113.7")], None)
        case.server.misbehave = ["503"]
        assert "HTTP 503" in case.source()[1]


def azure():
    with Case('[ip]\nsources = ["azure"]\nazure.endpoint = "http://SERVER"\n') as case:
        case.server.set_addresses(["203.0.113.7"])
        assert case.source() == ([("frontend/0", "203.0.113.7")], None)
        case.server.misbehave = ["garbage"]
        assert "no JSON" in case.source()[1]


def echoes():
    config = '[ip]\nsources = ["http"]\nhttp.urls = ["http://SERVER/echo/a", "http://SERVER/echo/b"]\n'
    with Case(config) as case:
        case.server.set_addresses(["203.0.113.7"])
        assert case.source() == ([("v4", "203.0.113.7")], None)
        case.server.misbehave = ["503"]
        assert "no two providers agree" in case.source()[1]
    with Case('[ip]\nsources = ["http"]\nhttp.urls = ["http://SERVER/echo/a"]\n') as case:
        refused = case.run("ip", "sources")
        assert refused.returncode == 2 and "two or more" in refused.stderr, refused.stderr


def stun_server(stop, ready, ports, address):
    """RFC 8489: answers Binding requests with `address`; first with somebody else's transaction id."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        s.settimeout(0.1)
        ports.append(s.getsockname()[1])
        ready.set()
        while not stop.is_set():
            try:
                packet, peer = s.recvfrom(1500)
            except TimeoutError:
                continue
            cookie = packet[4:8]
            masked = bytes(a ^ b for a, b in zip(socket.inet_aton(address), cookie))
            port = 4711 ^ struct.unpack(">H", cookie[:2])[0]
            value = struct.pack(">BBH", 0, 1, port) + masked
            software = struct.pack(">HH", 0x8022, 3) + b"abc\0"
            body = software + struct.pack(">HH", 0x0020, len(value)) + value
            for transaction in (b"x" * 12, packet[8:20]):
                s.sendto(struct.pack(">HH", 0x0101, len(body)) + cookie + transaction + body, peer)


def stun():
    stop, ready, ports = threading.Event(), threading.Event(), []
    thread = threading.Thread(target=stun_server, args=(stop, ready, ports, "203.0.113.7"))
    thread.start()
    ready.wait()
    # The first of the two servers does not answer: its port is closed.
    with Case('[ip]\nsources = ["stun"]\nstun.servers = ["127.0.0.1:1", "127.0.0.1:%d"]\n' % ports[0]) as case:
        assert case.source() == ([("v4", "203.0.113.7")], None)
    stop.set()
    thread.join()


def command():
    with Case('[ip]\nsources = ["command"]\ncommand = ["printf", "203.0.113.7\\\\nbackup=2001:DB8::1\\\\n"]\n') as case:
        assert case.source() == ([("0", "203.0.113.7"), ("backup", "2001:db8::1")], None)
    with Case('[ip]\nsources = ["command"]\ncommand = ["sh", "-c", "echo so; echo no luck >&2; exit 3"]\n') as case:
        assert case.source()[1] == "sh failed: no luck"
    with Case('[ip]\nsources = ["command"]\ncommand = ["/no/such/program"]\n') as case:
        assert "cannot be run" in case.source()[1]


def fixed_dns_and_interface():
    with Case('[ip]\nsources = ["fixed"]\nfixed = ["203.0.113.7"]\n') as case:
        assert case.source() == ([("0", "203.0.113.7")], None)
    with Case('[ip]\nsources = ["dns"]\ndns.name = "localhost"\n') as case:
        seen, cause = case.source()
        assert cause is None and ("localhost/v4/0", "127.0.0.1") in seen, (seen, cause)
    with Case('[ip]\nsources = ["interface"]\n') as case:
        seen, cause = case.source()
        assert cause is None and all(not a.startswith(("127.", "fe80:")) for _, a in seen)
    for source in ("fixed", "dns", "stun", "command"):
        with Case('[ip]\nsources = ["%s"]\n' % source) as case:
            refused = case.run("ip", "sources")
            assert refused.returncode == 2 and "needs ip." in refused.stderr, refused.stderr


def watch_believes_what_holds():
    with Case('[ip]\nsources = ["gcp"]\nhold_down_s = 0\n') as case:
        case.server.set_addresses(["203.0.113.1"])
        with case.watch() as watch:
            assert watch.next() == ("learned", "203.0.113.1")
            for i in range(2, 30):
                case.server.set_addresses(["203.0.113.%d" % i])
                assert watch.next() == ("detected", "203.0.113.%d" % i)
                assert watch.next() == ("confirmed", "203.0.113.%d" % i)
        # The machine was stopped and started: what is stored is compared at start.
        case.server.set_addresses(["203.0.113.99"])
        with case.watch() as watch:
            assert watch.next() == ("detected", "203.0.113.99")
            assert watch.next() == ("confirmed", "203.0.113.99")
        events = case.events()
        assert events.count("ip.confirmed") == 29 and events[0] == "ip.learned", events


def watch_waits_for_the_hold_down():
    with Case('[ip]\nsources = ["gcp"]\nhold_down_s = 1\n') as case:
        case.server.set_addresses(["203.0.113.1"])
        with case.watch() as watch:
            assert watch.next() == ("learned", "203.0.113.1")
            case.server.set_addresses(["203.0.113.2"])
            assert watch.next() == ("detected", "203.0.113.2")
            # Nothing changes any more, and still it is asked again.
            assert watch.next() == ("confirmed", "203.0.113.2")


def watch_believes_no_nonsense():
    with Case('[ip]\nsources = ["gcp"]\nhold_down_s = 0\n') as case:
        case.server.set_addresses(["203.0.113.1"])
        with case.watch() as watch:
            assert watch.next() == ("learned", "203.0.113.1")
            for how in ("503", "empty", "nothing", "garbage", "wrong", "die", "foreign"):
                case.server.misbehave = [how]
                case.server.set_addresses(["203.0.113.1"])
                case.server.was_asked(lambda: not case.server.misbehave)
            case.server.misbehave = ["private"]
            case.server.set_addresses(["203.0.113.1"])
            assert watch.next() == ("refused", "10.0.0.9")
            case.server.set_addresses(["203.0.113.2"])
            assert watch.next() == ("detected", "203.0.113.2")
            assert watch.next() == ("confirmed", "203.0.113.2")
        events = case.events()
        assert events.count("ip.confirmed") == 1 and "source.failed" in events and \
            "source.recovered" in events, events


def watch_outlives_flapping(flaps):
    with Case('[ip]\nsources = ["gcp"]\nhold_down_s = 600\n') as case:
        case.server.set_addresses(["203.0.113.1"])
        with case.watch() as watch:
            assert watch.next() == ("learned", "203.0.113.1")
            for _ in range(flaps):
                case.server.set_addresses(["203.0.113.2"])
                assert watch.next() == ("detected", "203.0.113.2")
                case.server.set_addresses(["203.0.113.1"])
                assert watch.next() == ("withdrawn", "203.0.113.2")
        stored = sqlite3.connect(case.dir / "state" / "registry.db").execute(
            "SELECT slot, address FROM addresses").fetchall()
        assert stored == [("nic0/0", "203.0.113.1")], stored
        assert "ip.confirmed" not in case.events()


def none_is_configured():
    with Case() as case:
        done = case.run("ip", "sources")
        assert done.returncode == 0 and "gcp-compute" in done.stdout, done.stdout
        done = case.run("ip", "watch")
        assert done.returncode == 2 and "ip.sources" in done.stderr, done.stderr


def main():
    flaps = int(os.environ.get("PM_TEST_FLAPS", "100"))
    cases = [google, google_badly, compute_by_metadata, compute_by_key, amazon, azure, echoes, stun, command,
             fixed_dns_and_interface, watch_believes_what_holds, watch_waits_for_the_hold_down,
             watch_believes_no_nonsense, lambda: watch_outlives_flapping(flaps), none_is_configured]
    names = [c.__name__.replace("_", "-") for c in cases]
    names[names.index("<lambda>")] = f"watch-outlives-flapping-{flaps}"
    print(f"1..{len(cases)}")
    failed = 0
    for number, (name, case) in enumerate(zip(names, cases), 1):
        try:
            case()
            print(f"ok {number} /ip/{name}", flush=True)
        except Exception as error:  # noqa: BLE001
            failed += 1
            print(f"# {type(error).__name__}: {error}".replace("\n", "\n# "))
            print(f"not ok {number} /ip/{name}", flush=True)
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
