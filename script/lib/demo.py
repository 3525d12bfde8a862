#!/usr/bin/env python3
"""A machine whose address changes, to be watched: real small services, a metadata server as Google describes it, a mailbox, and
port-manager over all of it.

usage: demo.py PORT_MANAGER DIRECTORY            for people: commands are read from the terminal
       demo.py PORT_MANAGER DIRECTORY COMMAND…   the same commands, one after the other, and out

    address ADDRESS   the cloud gives the machine this address
    refuse ADDRESS    one of the services will not start with this address
    status            what the files say, who answers, and what waits
    mail              the mails that came
    quit
"""
import json
import os
import pathlib
import shutil
import socketserver
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(HERE / "tests/ip"), str(HERE / "examples/demo")]
from landscape import Landscape, stop_in_order  # noqa: E402
from metadata import MetadataServer  # noqa: E402

FIRST = "203.0.113.10"
NEEDS = {"shop-web": ["shop-api"], "shop-api": ["billing"], "reports": ["billing"], "gateway": ["shop-web", "chat"]}
NAMES = ["billing", "shop-api", "shop-web", "chat", "reports", "gateway"]
LIMIT_S = 90
ENDS = ("ip.committed", "ip.rolled-back", "ip.failed", "ip.proposed", "ip.unaffected")


class Mailbox(socketserver.ThreadingTCPServer):
    """As much of RFC 5321 as a mailbox needs."""
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Letter)
        self.mails = []
        self.came = threading.Condition()
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Letter(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def read_mail(self):
        lines = []
        for line in iter(self.rfile.readline, b".\r\n"):
            lines.append(line[1:] if line.startswith(b"..") else line)
        with self.server.came:
            self.server.mails.append(b"".join(lines).decode("utf-8", "replace"))
            self.server.came.notify_all()

    def handle(self):
        self.say("220 demo")
        for line in iter(self.rfile.readline, b""):
            verb = line[:4].upper()
            if verb == b"DATA":
                self.say("354 go on")
                self.read_mail()
            self.say("221 bye" if verb == b"QUIT" else "250 fine")
            if verb == b"QUIT":
                return


class Demo:
    def __init__(self, program, folder):
        self.program, self.folder = program, pathlib.Path(folder).resolve()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.processes, self.events, self.arrived = [], [], threading.Condition()
        self.metadata = MetadataServer().start()
        self.metadata.set_addresses([FIRST])
        self.mailbox = Mailbox()
        self.landscape = Landscape(self.folder, NAMES, FIRST, needs=NEEDS)
        self.config = self.folder / "config.toml"
        self.config.write_text(f'''roots = ["{self.landscape.projects}"]

[ip]
sources = ["gcp"]
policy = "apply"
hold_down_s = 1

[heal]
enabled = true
verify_s = 8

[notify.mail]
smtp = "smtp://127.0.0.1:{self.mailbox.server_address[1]}"
from = "port-manager@example.org"
to = ["ops@example.org"]

''' + self.landscape.configuration(), "utf-8")
        self.environment = dict(os.environ, GCE_METADATA_HOST=self.metadata.host)

    def command(self, *arguments):
        return [self.program, "--state", str(self.folder / "state"), "--config", str(self.config), *arguments]

    def ask(self, *arguments):
        return subprocess.run(self.command(*arguments), env=self.environment, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, check=False)

    def __enter__(self):
        try:
            return self.begin()
        except BaseException:
            self.__exit__()
            raise

    def begin(self):
        self.landscape.start()
        self.ask("scan")
        listen = os.environ.get("PORT_MANAGER_LISTEN", "127.0.0.1:0")
        serve = subprocess.Popen(self.command("serve", "--listen", listen, "--json"), env=self.environment,
                                      stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)
        self.processes.append(serve)
        self.url = json.loads(serve.stdout.readline())["url"]
        self.follow = subprocess.Popen(self.command("events", "--follow", "--after", "0", "--json"), env=self.environment,
                                       stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)
        self.processes.append(self.follow)
        threading.Thread(target=self.read_events, daemon=True).start()
        self.wait("ip.learned")
        return self

    def __exit__(self, *_):
        for process in self.processes:
            process.terminate()
            process.wait()
        self.metadata.stop()
        self.mailbox.shutdown()
        self.mailbox.server_close()
        self.landscape.control("stop")

    def read_events(self):
        for line in self.follow.stdout:
            with self.arrived:
                self.events.append(json.loads(line))
                self.arrived.notify_all()

    def wait(self, *names, **data):
        def found():
            return next((e for e in self.events if e["event"] in names and data.items() <= e["data"].items()), None)
        with self.arrived:
            if not self.arrived.wait_for(found, LIMIT_S):
                raise SystemExit(f"demo: no {' or '.join(names)} came within {LIMIT_S} s")
            return found()

    # --- what a person says ---

    def address(self, address):
        began = time.monotonic()
        mails = len(self.mailbox.mails)
        self.metadata.set_addresses([address])
        print(f"the machine's address is {address} now", flush=True)
        end = self.wait(*ENDS, newValue=address)
        report = end["data"]
        print(f"{end['event']} after {time.monotonic() - began:.1f} s: {report['edits']} edits in {report['files']} files")
        for stage in report["stages"]:
            print(f"  {stage['stage']:10} {stage['elapsedMs']:8.0f} ms")
        for restart in report["restarts"]:
            print(f"  turn {restart['level']}: {restart['end']}" + (f", and {restart['back']} again" if restart["back"] else "") +
                  f", {restart['target'].rpartition('/')[2]}")
        if report["cause"]:
            print("because: " + report["cause"])
        with self.mailbox.came:
            self.mailbox.came.wait_for(lambda: any("external address" in m for m in self.mailbox.mails[mails:]), 30)
        self.status()

    def refuse(self, address):
        self.landscape.add("shop-api", f"REFUSES={address}")
        print(f"shop-api will not start with {address}")

    def status(self):
        for name, address in self.landscape.say().items():
            print(f"  {name:10} files say {address:15} {'answers' if self.landscape.answers(name) else 'DOES NOT ANSWER'}")
        print(f"  {len(self.mailbox.mails)} mails", flush=True)

    def mail(self):
        for number, mail in enumerate(self.mailbox.mails, 1):
            print(f"--- mail {number} ---\n{mail}")

    def do(self, line):
        words = line.split()
        if not words:
            return True
        if words[0] == "quit":
            return False
        known = {"address": self.address, "refuse": self.refuse, "status": self.status, "mail": self.mail}
        if words[0] not in known or len(words) != (2 if words[0] in ("address", "refuse") else 1):
            print("address ADDRESS | refuse ADDRESS | status | mail | quit", flush=True)
            return True
        known[words[0]](*words[1:])
        return True

    def talk(self):
        print(f"\n{len(NAMES)} services answer, their files say {FIRST}. The API and the dashboard are at {self.url}\n"
              f"Files are below {self.landscape.projects}\n\nTry:  address 203.0.113.20\n"
              "then: refuse 203.0.113.30   and   address 203.0.113.30\n", flush=True)
        while True:
            print("demo> ", end="", flush=True)
            try:
                line = sys.stdin.readline()
                if not line or not self.do(line):
                    return
            except KeyboardInterrupt:
                return


def main():
    stop_in_order()
    with Demo(os.path.abspath(sys.argv[1]), sys.argv[2]) as demo:
        if len(sys.argv) == 3:
            demo.talk()
        for line in " ".join(sys.argv[3:]).split(","):
            demo.do(line)


main()
