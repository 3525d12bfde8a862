"""A PostgreSQL cluster of a test's own: made in a folder, on a free port of loopback, ended by its own process id."""
import contextlib
import glob
import os
import pathlib
import pwd
import signal
import socket
import subprocess
import sys
import time

WAIT_S = 60  # for what must come; nothing is judged by how long it takes
GUARDED = "guarded"  # the one user who needs a password
ACCESS = f"host all {GUARDED} 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\nlocal all all trust\n"


def binaries():
    return pathlib.Path(sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1])


def own_account(folder):
    """PostgreSQL refuses to run as root: then the account of the Debian package has the folder."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam("postgres")
    os.chown(folder, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def make(folder, access=None):
    """The cluster's files below `folder`; gives what a process of it is started with."""
    account = own_account(folder)
    subprocess.run([binaries() / "initdb", "-D", folder / "data", "-A", "trust", "-N", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8"],
                   check=True, stdout=subprocess.DEVNULL, cwd=folder, **account)
    if access is not None:
        (folder / "data/pg_hba.conf").write_text(access, encoding="utf-8")
    return account


def command(folder, port):
    return [str(binaries() / "postgres"), "-D", str(folder / "data"), "-p", str(port), "-c", "listen_addresses=127.0.0.1",
            "-c", f"unix_socket_directories={folder / 'data'}"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Cluster:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.account = make(self.folder, ACCESS)
        self.port = free_port()
        self.process = None
        self.start()

    def __enter__(self):
        # Whoever is told to end takes the server along.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(command(self.folder, self.port), cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=log, start_new_session=True, **self.account)
        end = time.monotonic() + WAIT_S
        while time.monotonic() < end and self.process.poll() is None:
            ready = subprocess.run([binaries() / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)], check=False)
            if ready.returncode == 0:
                return
            time.sleep(0.05)
        raise RuntimeError("PostgreSQL did not start:\n" + (self.folder / "log").read_text(errors="replace"))

    def stop(self, how=signal.SIGINT):
        """SIGINT: "fast", clients are sent away; SIGQUIT: "immediate", as a crash."""
        if self.process is None:
            return
        self.process.send_signal(how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(WAIT_S)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def url(self, database, user="postgres", password=None):
        return f"postgresql://{user}{'' if password is None else ':' + password}@127.0.0.1:{self.port}/{database}"

    def sql(self, database, text):
        result = subprocess.run([binaries() / "psql", "-XqAt", "-v", "ON_ERROR_STOP=1", self.url(database), "-c", text], check=True,
                                capture_output=True, text=True)
        return result.stdout.rstrip("\n")

    def database(self, name):
        self.sql("postgres", f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
        return self.url(name)
