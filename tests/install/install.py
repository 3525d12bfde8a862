#!/usr/bin/env python3
"""Installs the build into a folder, runs it from there, and takes it away again; speaks TAP.

usage: install.py BUILD-DIR
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
QUIET = REPOSITORY / "tests/quiet.toml"


def call(*args, **options):
    return subprocess.run([str(arg) for arg in args], capture_output=True, text=True, timeout=120, check=False, **options)


class Build:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        options = json.loads(call("meson", "introspect", "--buildoptions", folder).stdout)
        self.prefix = next(o["value"] for o in options if o["name"] == "prefix").lstrip("/")
        # What a person really installed is known from this file; it is theirs again afterwards.
        self.log = self.folder / "meson-logs/install-log.txt"

    def install(self, destination):
        self.kept = self.log.read_bytes() if self.log.exists() else None
        return call("meson", "install", "--no-rebuild", "-C", self.folder, "--destdir", destination)

    def uninstall(self):
        done = call("ninja", "-C", self.folder, "uninstall")
        if self.kept is None:
            self.log.unlink(missing_ok=True)
        else:
            self.log.write_bytes(self.kept)
        return done


def files(folder):
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file() or p.is_symlink()}


def has_everything(destination, prefix):
    there = files(destination)
    wanted = [
        "bin/port-manager",
        "libexec/port-manager/port-manager",
        "lib/systemd/system/port-manager.service",
        "lib/sysusers.d/port-manager.conf",
        "share/bash-completion/completions/port-manager",
        "share/fish/vendor_completions.d/port-manager.fish",
        "share/zsh/site-functions/_port-manager",
        "share/man/man1/port-manager.1",
        "share/man/man1/port-manager-scan.1",
        "share/man/man5/port-manager.toml.5",
        "share/port-manager/grafana/port-manager.json",
        "share/port-manager/prometheus/port-manager.rules.yml",
        "share/doc/port-manager/OPERATIONS.md",
        "share/doc/port-manager/decisions/two-programs.md",
        "share/doc/port-manager/third-party.txt",
    ]
    missing = [name for name in wanted if f"{prefix}/{name}" not in there]
    yield missing == [], "has-everything" + (f": without {missing}" if missing else "")
    # Nothing else lies about: what tests and benchmarks need is not installed, nor are headers and libraries.
    strange = [name for name in there if not re.match(
        rf"{prefix}/(bin/port-manager$|libexec/port-manager/port-manager$|lib/systemd/|lib/sysusers.d/|share/(bash-completion|fish|zsh)/"
        r"|share/man/man[15]/port-manager[^/]*\.[15]$|share/(doc/)?port-manager/)", name)]
    yield strange == [], "has-nothing-else" + (f": {strange}" if strange else "")
    loose = [name for name in there if (destination / name).stat().st_mode & 0o022]
    yield loose == [], "belongs-to-who-installed-it-alone" + (f": {loose}" if loose else "")


def runs_from_there(destination, prefix, work):
    program = destination / prefix / "bin/port-manager"
    workspace = work / "workspace"
    shutil.copytree(REPOSITORY / "examples/workspace", workspace)
    environment = {"PATH": os.environ["PATH"], "HOME": str(work), "LC_ALL": "C.UTF-8"}
    base = [program, "--state", work / "state", "--config", QUIET]
    scanned = call(*base, "scan", workspace, "--json", env=environment)
    yield scanned.returncode in (0, 1) and json.loads(scanned.stdout)["services"] > 10, "scans"
    port = call(*base, "port", "free", env=environment)
    yield port.returncode == 0 and port.stdout.strip().isdigit(), "finds-a-port"
    # Two programs: the second one is the one beside, not that of the build.
    with subprocess.Popen([str(word) for word in [*base, "mcp"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          env=environment, text=True) as process:
        process.stdin.write('{"jsonrpc":"2.0","id":1,"method":"ping"}\n')
        process.stdin.flush()
        answer = process.stdout.readline()
        became = os.readlink(f"/proc/{process.pid}/exe")
        process.stdin.close()
    yield '"id":1' in answer.replace(" ", "") and became == str(destination / prefix / "libexec/port-manager/port-manager"), \
        "becomes-the-program-that-was-installed-with-it"


def is_found(destination, prefix):
    manual = call("man", "-M", destination / prefix / "share/man", "--where", "port-manager-scan", "port-manager.toml")
    yield manual.returncode == 0 and manual.stdout.count(str(destination)) == 2, "man-finds-its-pages"
    unit = destination / prefix / "lib/systemd/system/port-manager.service"
    command = f"/{prefix}/bin/port-manager"
    yield f"ExecStart={command} serve" in unit.read_text(), "the-unit-starts-the-program-that-was-installed"
    if not shutil.which("systemd-analyze"):
        yield True, "systemd-accepts-the-unit # SKIP no systemd-analyze here"
        return
    # Its own paths are looked at where they will be, so the program is named where it is now.
    moved = unit.with_name("moved.service")
    moved.write_text(unit.read_text().replace(command, str(destination / prefix / "bin/port-manager")))
    verified = call("systemd-analyze", "verify", "--man=no", moved)
    yield verified.returncode == 0 and "moved" not in verified.stderr, f"systemd-accepts-the-unit {verified.stderr}".strip()
    moved.write_text(moved.read_text().replace("[Service]", "[Service]\nProtectEverything=yes"))
    yield "ProtectEverything" in call("systemd-analyze", "verify", "--man=no", moved).stderr, "control-systemd-reads-it"
    moved.unlink()


def main():
    build = Build(sys.argv[1])
    results = []
    with tempfile.TemporaryDirectory(prefix="pm-install-") as folder:
        work, destination = pathlib.Path(folder), pathlib.Path(folder) / "destination"
        installed = build.install(destination)
        results.append((installed.returncode == 0, f"installs {installed.stderr}".strip()))
        try:
            for group in (has_everything(destination, build.prefix), runs_from_there(destination, build.prefix, work),
                          is_found(destination, build.prefix)):
                results += group
        finally:
            gone = build.uninstall()
        left = [str(path) for path in destination.rglob("*")]
        results.append((gone.returncode == 0 and left == [], "uninstalling-leaves-nothing" + (f": {left}" if left else "")))
    print(f"1..{len(results)}")
    for number, (fine, name) in enumerate(results, 1):
        print(f"{'ok' if fine else 'not ok'} {number} /install/{name}")
    return 0


sys.exit(main())
