#!/usr/bin/env python3
"""`port-manager run`: a command on a port of its own, with its streams, terminal and signals; speaks TAP.

usage: run.py PORT_MANAGER
"""
import json
import os
import pathlib
import pty
import select
import signal
import subprocess
import sys
import tempfile
import time

PATIENCE_S = 60  # for what must happen; nothing is asserted to be fast


class Bench:
    """A folder with two projects and a state of their own."""

    def __init__(self, program, tmp):
        self.program = program
        self.tmp = pathlib.Path(tmp)
        for project in ("shop", "blog"):
            (self.tmp / project).mkdir()
            (self.tmp / project / "package.json").write_text("{}")
        self.environment = dict(os.environ, PORT_MANAGER_STATE=str(self.tmp / "state"), HOME=tmp,
                                XDG_CONFIG_HOME=str(self.tmp / "config"), LC_ALL="C.UTF-8")
        self.environment.pop("PORT_MANAGER_CONFIG", None)

    def argv(self, *command, options=()):
        return [self.program, "run", *options, "--", *command]

    def run(self, *command, options=(), project="shop", stdin=b""):
        return subprocess.run(self.argv(*command, options=options), env=self.environment, cwd=self.tmp / project,
                              input=stdin, capture_output=True, timeout=PATIENCE_S, check=False)

    def start(self, *command, options=(), project="shop", **how):
        return subprocess.Popen(self.argv(*command, options=options), env=self.environment, cwd=self.tmp / project,
                                stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, **how)

    def leases(self):
        result = subprocess.run([self.program, "leases", "--json"], env=self.environment, capture_output=True,
                                timeout=PATIENCE_S, check=True)
        return json.loads(result.stdout)["leases"]


def until(condition, what):
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.01)


def expect(got, wanted):
    assert got == wanted, f"{got!r} instead of {wanted!r}"


# --- the port ---

def gives_the_port_in_PORT_and_in_arguments(bench):
    result = bench.run("sh", "-c", 'echo "$PORT $OTHER $1"', "sh", "x{port}y{port}", options=["--env", "OTHER"])
    port, other, argument = result.stdout.decode().split()
    expect(other, port)
    expect(argument, f"x{port}y{port}")
    expect(result.stderr, b"")


def gives_the_same_port_again(bench):
    ports = {bench.run("sh", "-c", "echo $PORT", options=["--name", "api"]).stdout for _ in range(3)}
    expect(len(ports), 1)
    other = bench.run("sh", "-c", "echo $PORT", options=["--name", "web"]).stdout
    elsewhere = bench.run("sh", "-c", "echo $PORT", options=["--name", "api"], project="blog").stdout
    expect(len(ports | {other, elsewhere}), 3)


def finds_the_type_by_what_it_runs(bench):
    port = int(bench.run("sh", "-c", "echo $PORT", options=["--name", "api"]).stdout)
    assert 8000 <= port <= 8999, port


def gives_two_at_once_two_ports(bench):
    first = bench.start("sh", "-c", "echo $PORT; exec sleep 600", options=["--name", "api"])
    usual = first.stdout.readline()
    second = bench.run("sh", "-c", "echo $PORT", options=["--name", "api"])
    assert second.stdout != usual
    assert b"usual port" in second.stderr, second.stderr
    first.send_signal(signal.SIGTERM)
    expect(first.wait(PATIENCE_S), 128 + signal.SIGTERM)
    expect(bench.run("sh", "-c", "echo $PORT", options=["--name", "api"]).stdout, usual)


def a_server_can_bind_it(bench):
    code = ("import os, socket\ns = socket.socket()\ns.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)\n"
            "s.bind(('0.0.0.0', int(os.environ['PORT'])))\ns.listen()\nprint('bound')\n")
    for _ in range(2):
        result = bench.run(sys.executable, "-c", code, options=["--name", "server"])
        expect((result.returncode, result.stdout), (0, b"bound\n"))


# --- its end ---

def ends_as_the_command_ended(bench):
    expect(bench.run("sh", "-c", "exit 7").returncode, 7)
    expect(bench.run("true").returncode, 0)
    for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV):
        result = bench.run("sh", "-c", f"kill -{int(number)} $$")
        expect(result.returncode, 128 + number)
        expect(result.stderr, f"port-manager: sh was ended by signal {int(number)} ({number.name})\n".encode())


def tells_no_signal_that_everybody_knows_of(bench):
    for code, status in (("kill -INT $$", 130), ("kill -PIPE $$", 141), ("exit 137", 137)):
        result = bench.run("sh", "-c", code)
        expect((result.returncode, result.stderr), (status, b""))
    result = bench.run("sh", "-c", "kill -40 $$")
    expect((result.returncode, result.stderr), (168, b"port-manager: sh was ended by signal 40\n"))


def tells_what_cannot_be_run(bench):
    result = bench.run("no-such-program")
    expect(result.returncode, 127)
    assert b"cannot run no-such-program" in result.stderr, result.stderr
    expect(bench.run("/etc/passwd").returncode, 126)
    expect(bench.leases(), [])


def frees_its_port_on_exit(bench):
    process = bench.start("sh", "-c", "echo $$; exec sleep 600", options=["--name", "api"])
    child = int(process.stdout.readline())
    held = bench.leases()
    expect([lease["pid"] for lease in held], [child])
    process.terminate()
    process.wait(PATIENCE_S)
    expect(bench.leases(), [])


def keeps_the_lease_of_a_command_that_outlives_it(bench):
    process = bench.start("sh", "-c", "echo $$; exec sleep 600", options=["--name", "api"])
    child = int(process.stdout.readline())
    process.kill()
    process.wait(PATIENCE_S)
    expect([lease["state"] for lease in bench.leases()], ["held"])
    os.kill(child, signal.SIGKILL)
    until(lambda: bench.leases() == [], "the lease to go with the command")


def keeps_a_port_that_something_is_left_on(bench):
    """The command ends, and a process that it started goes on listening."""
    code = ("import os, socket, sys, time\ns = socket.socket()\ns.bind(('127.0.0.1', int(os.environ['PORT'])))\n"
            "s.listen()\nif os.fork():\n    sys.exit()\nprint(os.getpid(), flush=True)\ntime.sleep(600)\n")
    process = bench.start(sys.executable, "-c", code, options=["--name", "api"])
    left = int(process.stdout.readline())
    expect(process.wait(PATIENCE_S), 0)
    expect([lease["state"] for lease in bench.leases()], ["unsure"])
    os.kill(left, signal.SIGKILL)
    until(lambda: bench.leases() == [], "the port to be taken back")


# --- streams and signals ---

def leaves_the_streams_alone(bench):
    data = bytes(range(256)) * 1000
    result = bench.run("sh", "-c", "cat; echo said >&2", stdin=data)
    expect((result.stdout, result.stderr, result.returncode), (data, b"said\n", 0))


TELL = ("import signal, sys, time\n"
        "def tell(number, frame):\n    print(number, flush=True)\n"
        "for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2, signal.SIGQUIT):\n"
        "    signal.signal(number, tell)\n"
        "print('ready', flush=True)\n"
        "while True:\n    time.sleep(600)\n")


def forwards_signals(bench):
    process = bench.start(sys.executable, "-c", TELL)
    expect(process.stdout.readline(), b"ready\n")
    for number in (signal.SIGUSR1, signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR2, signal.SIGQUIT):
        process.send_signal(number)
        expect(int(process.stdout.readline()), number)
    os.kill(bench.leases()[0]["pid"], signal.SIGKILL)
    expect(process.wait(PATIENCE_S), 128 + signal.SIGKILL)


class Terminal:
    """`run` in the foreground of a terminal of its own, as a shell starts it."""

    def __init__(self, bench, *command):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            # The shell: leads the session, waits, and puts the job back to the foreground when it stopped.
            os.chdir(bench.tmp / "shop")
            job = os.fork()
            if job == 0:
                os.setpgid(0, 0)
                os.execve(bench.program, bench.argv(*command), bench.environment)
            try:
                os.setpgid(job, job)
            except PermissionError:
                pass  # it did so itself and is the program already
            signal.signal(signal.SIGTTOU, signal.SIG_IGN)
            os.tcsetpgrp(0, job)
            while True:
                _, status = os.waitpid(job, os.WUNTRACED)
                if not os.WIFSTOPPED(status):
                    os.write(1, b"ended %d\n" % os.waitstatus_to_exitcode(status))
                    os._exit(0)
                os.write(1, b"stopped\n")
                os.killpg(job, signal.SIGCONT)
        self.seen = b""

    def type(self, keys):
        os.write(self.fd, keys)

    def await_text(self, text):
        deadline = time.monotonic() + PATIENCE_S
        while text not in self.seen:
            assert time.monotonic() < deadline, f"no {text!r} in {self.seen!r}"
            if select.select([self.fd], [], [], 0.1)[0]:
                try:
                    self.seen += os.read(self.fd, 65536)
                except OSError:
                    assert text in self.seen, f"the terminal closed without {text!r}: {self.seen!r}"

    def close(self):
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        os.close(self.fd)
        os.waitpid(self.pid, 0)


def ctrl_c_comes_once(bench):
    code = TELL.replace("print(number, flush=True)", "print('got', number, flush=True)")
    terminal = Terminal(bench, sys.executable, "-c", code + "\n")
    try:
        terminal.await_text(b"ready")
        terminal.type(b"\x03")
        terminal.await_text(b"got 2")
        child = bench.leases()[0]["pid"]
        os.kill(child, signal.SIGUSR1)  # behind it in the queue, if a second one had been sent
        terminal.await_text(b"got 10")
        expect(terminal.seen.count(b"got 2"), 1)
        os.kill(child, signal.SIGKILL)
        terminal.await_text(b"ended 137")
    finally:
        terminal.close()


def ctrl_z_stops_and_continues_both(bench):
    terminal = Terminal(bench, "sh", "-c", "echo ready; read line; echo got $line; exit 5")
    try:
        terminal.await_text(b"ready")
        terminal.type(b"\x1a")
        terminal.await_text(b"stopped")
        terminal.type(b"hello\n")
        terminal.await_text(b"got hello")
        terminal.await_text(b"ended 5")
    finally:
        terminal.close()


# --- names ---

# --- the command `lease` ---

def a_lease_that_could_not_be_told_is_given_back(bench):
    """On a full disk, and to a reader who has gone."""
    for arguments in ([], ["--json"]):
        command = [bench.program, "lease", "--type", "api", *arguments]
        with open("/dev/full", "wb") as full:
            result = subprocess.run(command, env=bench.environment, stdout=full, stderr=subprocess.PIPE, check=False,
                                    timeout=PATIENCE_S)
        expect(result.returncode, 3)
        assert b"was given back" in result.stderr, result.stderr
        read, write = os.pipe()
        os.close(read)
        with open(write, "wb") as gone:
            result = subprocess.run(command, env=bench.environment, stdout=gone, stderr=subprocess.PIPE, check=False,
                                    timeout=PATIENCE_S)
        expect(result.returncode, 3)
        expect(bench.leases(), [])
    told = subprocess.run([bench.program, "lease", "--type", "api"], env=bench.environment, capture_output=True,
                          timeout=PATIENCE_S, check=True)
    expect([lease["port"] for lease in bench.leases()], [int(told.stdout)])


def keeps_no_secret_of_the_command_line(bench):
    bench.run("sh", "-c", "true", "--token=hunter2-secret", "TOKEN=hunter2-secret")
    bench.run(sys.executable, "-c", "pass", "hunter2-secret")
    for path in (bench.tmp / "state").rglob("*"):
        if path.is_file():
            assert b"hunter2" not in path.read_bytes(), path


def main():
    program = os.path.abspath(sys.argv[1])
    tests = [value for name, value in globals().items()
             if callable(value) and not isinstance(value, type) and value.__module__ == "__main__"
             and value.__code__.co_varnames[:1] == ("bench",)]
    print(f"1..{len(tests)}")
    failed = 0
    for number, test in enumerate(tests, 1):
        name = test.__name__.replace("_", "-")
        with tempfile.TemporaryDirectory() as tmp:
            try:
                test(Bench(program, tmp))
                print(f"ok {number} {name}", flush=True)
            except (AssertionError, subprocess.SubprocessError, OSError, ValueError) as error:
                failed += 1
                print(f"not ok {number} {name}\n# {error}", flush=True)
    return 1 if failed else 0


sys.exit(main())
