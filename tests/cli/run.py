#!/usr/bin/env python3
"""Runs the program by a table of arguments and what must come of them; speaks TAP.

usage: run.py PORT_MANAGER CASES.json

A case is an object:
  name      what it shows
  args      list of arguments; {tmp} is a folder of the case, {workspace} a copy of examples/workspace
  files     {path below {tmp}: content}, made before; without a configuration among them, live sockets are not looked at
  env       {variable: value}
  before    list of argument lists that are run first, whatever they return
  terminal  run it on a terminal of so many columns (then what it prints is all in out)
  status    exit status (default 0)
  out, err  the whole output; or a list of regular expressions that must all be found in it
  no_out    regular expressions that must not be found
  json      {"dotted.path": value} of the output as JSON
"""
import fcntl
import json
import os
import pathlib
import pty
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import termios

CONFIGURATION = "config/port-manager/config.toml"
REPOSITORY = pathlib.Path(__file__).resolve().parents[2]


def lookup(value, path):
    for key in path.split("."):
        value = len(value) if key == "#" else value[int(key)] if isinstance(value, list) else value[key]
    return value


def complaints(case, result, fill):
    if result.returncode != case.get("status", 0):
        yield f"status {result.returncode}, expected {case.get('status', 0)}; stderr: {result.stderr!r}"
    for stream, text in (("out", result.stdout), ("err", result.stderr)):
        wanted = case.get(stream)
        if isinstance(wanted, str) and text != fill(wanted):
            yield f"{stream} is {text!r}"
        for pattern in wanted if isinstance(wanted, list) else []:
            if not re.search(fill(pattern), text, re.MULTILINE):
                yield f"{stream} has no {pattern!r}: {text!r}"
    for pattern in case.get("no_out", []):
        if re.search(fill(pattern), result.stdout, re.MULTILINE):
            yield f"out has {pattern!r}: {result.stdout!r}"
    if "json" in case:
        document = json.loads(result.stdout)
        for path, value in case["json"].items():
            if lookup(document, path) != value:
                yield f"{path} is {lookup(document, path)!r}, expected {value!r}"


def call_on_terminal(args, columns, **options):
    """Standard output and errors are a terminal, with carriage returns taken out of what comes."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    with subprocess.Popen(args, stdin=subprocess.DEVNULL, stdout=slave, stderr=slave, **options) as process:
        os.close(slave)
        out = b""
        try:
            while chunk := os.read(master, 65536):
                out += chunk
        except OSError:  # the other end is closed
            pass
        os.close(master)
        status = process.wait(timeout=60)
    text = re.sub("\x1b\\[[0-9;]*m", "", out.decode("utf-8", "replace").replace("\r\n", "\n"))
    return subprocess.CompletedProcess(args, status, text, "")


def run_case(program, case):
    with tempfile.TemporaryDirectory() as tmp:
        workspace = os.path.join(tmp, "workspace")

        def fill(text):
            return text.replace("{tmp}", tmp).replace("{workspace}", workspace)

        if "{workspace}" in json.dumps(case):
            shutil.copytree(REPOSITORY / "examples/workspace", workspace)
        quiet = {CONFIGURATION: (REPOSITORY / "tests/quiet.toml").read_text(encoding="utf-8")}
        for name, content in {**quiet, **case.get("files", {})}.items():
            path = pathlib.Path(tmp, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        environment = dict(os.environ, PORT_MANAGER_STATE=os.path.join(tmp, "state"), LC_ALL="C.UTF-8", HOME=tmp,
                           XDG_CONFIG_HOME=os.path.join(tmp, "config"))
        environment.pop("PORT_MANAGER_CONFIG", None)
        environment.update(case.get("env", {}))

        def call(args):
            return subprocess.run([program] + [fill(a) for a in args], env=environment, cwd=tmp, text=True,
                                  encoding="utf-8", errors="replace", capture_output=True,
                                  stdin=subprocess.DEVNULL, timeout=60, check=False)

        for args in case.get("before", []):
            call(args)
        if "terminal" in case:
            args = [program] + [fill(a) for a in case["args"]]
            result = call_on_terminal(args, case["terminal"], env=dict(environment, TERM="xterm"), cwd=tmp)
            wide = [line for line in result.stdout.split("\n") if len(line) > case["terminal"]]
            return list(complaints(case, result, fill)) + [f"wider than the terminal: {line!r}" for line in wide]
        return list(complaints(case, call(case["args"]), fill))


def main():
    program = os.path.abspath(sys.argv[1])
    cases = json.loads(pathlib.Path(sys.argv[2]).read_text(encoding="utf-8"))
    print(f"1..{len(cases)}")
    for number, case in enumerate(cases, 1):
        try:
            found = run_case(program, case)
        except (subprocess.TimeoutExpired, ValueError, KeyError, IndexError, TypeError) as error:
            found = [repr(error)]
        print(f"{'not ok' if found else 'ok'} {number} /cli/{case['name']}")
        for line in found:
            print(f"# {line}")


main()
