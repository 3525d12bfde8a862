"""Projects with one real service each, at an address that this machine is about to lose: for the demonstration, tests and
measurements.

    with Landscape(directory, ["api", "web"], address="203.0.113.1", needs={"web": ["api"]}) as landscape:
        landscape.start()
        …
        landscape.say()      {"api": "203.0.113.1", …}: what the files say
"""
import pathlib
import random
import signal
import socket
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
CONTROL = HERE / "control.py"


def stop_in_order():
    """Whoever ends us (a time-out, a terminal that closes) ends us as an exit does, so that no service is left behind."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGHUP, lambda *_: sys.exit(129))


def free_ports(count):
    """Ports that nobody has, outside of the range from which the kernel takes them for outgoing connections; others may look for
    some at the same moment, so they are taken by chance."""
    found = []
    for port in random.sample(range(20000, 32000), 12000):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
        if len(found) == count:
            return found
    raise RuntimeError("no free ports")


class Landscape:
    def __init__(self, directory, names, address, needs=None, more_files=0):
        self.directory = pathlib.Path(directory)
        self.projects = self.directory / "projects"
        self.names = list(names)
        self.log = self.directory / "restarts.log"
        self.ports = dict(zip(self.names, free_ports(len(self.names))))
        for name in self.names:
            self.write(name, address, (needs or {}).get(name, []), more_files)

    def write(self, name, address, needs, more_files):
        folder = self.projects / name
        folder.mkdir(parents=True)
        lines = [f"PORT={self.ports[name]}", f"PUBLIC_URL=http://{address}:{self.ports[name]}"]
        lines += [f"{other.upper().replace('-', '_')}_URL=http://{address}:{self.ports[other]}" for other in needs]
        (folder / ".env").write_text("\n".join(lines) + "\n", "utf-8")
        (folder / "README.md").write_text(f"# {name}\nIn May it was at {address}.\n", "utf-8")
        for number in range(more_files):
            (folder / f"config-{number}.json").write_text(
                f'{{"publicUrl": "http://{address}:{self.ports[name]}", "number": {number}}}\n', "utf-8")

    def configuration(self, provider=True):
        """The tables of port-manager's configuration that say how these are checked and restarted."""
        tables = []
        for name in self.names:
            command = f'restart = {{ provider = "command", command = ["{sys.executable}", "{CONTROL}", "restart", "{self.log}"] }}\n'
            tables.append(f'[[service]]\nmatch = "project:{name}"\nhealth = "http://127.0.0.1:{self.ports[name]}/healthz"\n' +
                          (command if provider else ""))
        return "\n".join(tables)

    def add(self, name, line):
        with open(self.projects / name / ".env", "a", encoding="utf-8") as file:
            file.write(line + "\n")

    def control(self, action, names=None):
        for name in names or self.names:
            subprocess.run([sys.executable, str(CONTROL), action], cwd=self.projects / name, check=True,
                           stdin=subprocess.DEVNULL)

    def start(self):
        try:
            self.control("start")
            for name in self.names:
                self.wait(name)
        except BaseException:
            self.control("stop")
            raise

    def wait(self, name):
        """Until it accepts a connection."""
        while not self.answers(name):
            pass

    def answers(self, name):
        with socket.socket() as client:
            client.settimeout(5)
            return client.connect_ex(("127.0.0.1", self.ports[name])) == 0

    def restarted(self):
        return self.log.read_text("utf-8").split() if self.log.exists() else []

    def say(self, names=None):
        def address(name):
            text = (self.projects / name / ".env").read_text("utf-8")
            return text.split("PUBLIC_URL=http://")[1].split(":")[0]
        return {name: address(name) for name in names or self.names}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.control("stop")
