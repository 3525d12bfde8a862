#!/usr/bin/env python3
"""The program that starts quickly answers as the one with all commands, and becomes it for everything else; TAP.

usage: quick.py PORT_MANAGER ALL_COMMANDS
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HEAVY = re.compile(r"lib(curl|microhttpd|gnutls|gio-2\.0|crypto|pq)\.so")
ALIKE = [
    ["port", "free"], ["port", "free", "--type", "api", "--json"], ["--json", "port", "free"], ["port", "free", "--type", "nothing"],
    ["port", "who", "3000"], ["port", "who", "3000", "--json"], ["port"], ["port", "free", "more"], ["port", "--help"],
    ["port", "free", "--typ", "api"], ["lease", "--port", "70000"], ["lease", "--ttl", "0"], ["lease", "--help"], ["leases"],
    ["release", "99"], ["release", "x", "--json"], ["--state", "", "leases"], ["port", "free", "--config", "/nothing"],
    ["--version"], ["--help"], [], ["help", "lease"], ["help", "nothing"], ["nothing"], ["prot"], ["--nothing", "port"],
    ["--color", "never", "services"], ["--color", "blue", "port", "free"], ["services", "--json"], ["conflicts", "--help"],
]


def run(program, folder, *words):
    environment = {"HOME": str(folder), "XDG_STATE_HOME": str(folder / "state"), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    result = subprocess.run([program, *words], capture_output=True, text=True, env=environment, cwd=folder, check=False)
    return result.returncode, result.stdout, result.stderr


def libraries(program):
    return subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout


def results(quick, everything, folder):
    (folder / "projects/shop").mkdir(parents=True)
    (folder / "projects/shop/.env").write_text("PORT=3000\n", encoding="utf-8")
    config = folder / ".config/port-manager/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("scan.sockets = false\n", encoding="utf-8")
    run(everything, folder, "scan", str(folder / "projects"))
    for words in ALIKE:
        one, other = run(quick, folder, *words), run(everything, folder, *words)
        if one != other:
            print(f"# {words}: {one} against {other}")
        yield one == other, f"alike{'-'.join(['', *words]).replace('--', '')}"
    port = run(quick, folder, "port", "free", "--type", "api")[1]
    yield run(quick, folder, "lease", "--type", "api", "--port", port.strip())[1] == port, "takes-a-lease"
    yield run(everything, folder, "lease", "--type", "api", "--port", port.strip())[0] == 4, "which-the-other-sees"
    journal = folder / "state/port-manager/transactions/7.open"
    journal.parent.mkdir(exist_ok=True)
    journal.write_text("not a journal", encoding="utf-8")
    yield run(quick, folder, "leases")[0] == 0 and not journal.exists(), "leaves-recovery-to-the-other"
    copy = folder / "bin/port-manager"
    copy.parent.mkdir()
    shutil.copy(quick, copy)
    yield run(copy, folder, "--version") == run(everything, folder, "--version"), "finds-the-other-where-it-was-built"
    installed = folder / "libexec/port-manager/port-manager"
    installed.parent.mkdir(parents=True)
    installed.write_text("#!/bin/sh\necho installed \"$@\"\n", encoding="utf-8")
    installed.chmod(0o755)
    yield run(copy, folder, "services", "x")[1] == "installed services x\n", "but-first-where-an-installation-has-it"
    yield not HEAVY.search(libraries(quick)), "loads-nothing-that-it-does-not-need"
    yield bool(HEAVY.search(libraries(everything))), "control-the-other-does"


def main():
    with tempfile.TemporaryDirectory() as name:
        number = 0
        for number, (fine, what) in enumerate(results(*(pathlib.Path(p).resolve() for p in sys.argv[1:3]), pathlib.Path(name)), 1):
            print(f"{'ok' if fine else 'not ok'} {number} - /cli/quick/{what}")
        print(f"1..{number}")


main()
