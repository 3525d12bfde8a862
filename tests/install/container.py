#!/usr/bin/env python3
"""The Containerfile, as far as it can be tried without an engine that builds images; speaks TAP.

usage: container.py PORT_MANAGER

It is read by the program's own reader; what it names has to exist in the sources or in the package; and the program is
run as it would be in there: as a user that no file knows, with that environment and no home.
"""
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
FILE = REPOSITORY / "Containerfile"
NOBODY = 54321  # no entry in /etc/passwd


def instructions(text):
    joined = re.sub(r"\\\n\s*", " ", "".join(line for line in text.splitlines(True) if not line.startswith("#")))
    return [line.split(None, 1) for line in joined.splitlines() if line.strip()]


def findings(program, text, folder):
    (folder / "Containerfile").write_text(text)
    shown = subprocess.run([program, "findings", "--ndjson", str(folder)], capture_output=True, text=True, check=True, timeout=60)
    return [json.loads(line) for line in shown.stdout.splitlines()]


def is_read(program, folder):
    text = FILE.read_text()
    ports = [f["value"] for f in findings(program, text, folder) if f["rule"] == "dockerfile.expose"]
    default = subprocess.run([program, "serve", "--help"], capture_output=True, text=True, check=True, timeout=60).stdout
    yield ports == [7411] and "127.0.0.1:7411" in default, "exposes-the-port-that-is-served"
    yield findings(program, text.replace("EXPOSE 7411", "EXPOSE 7412"), folder)[0]["value"] == 7412, "control-another-port-is-seen"


def names_what_exists():
    said = instructions(FILE.read_text())
    known = {"FROM", "RUN", "WORKDIR", "COPY", "ENV", "USER", "VOLUME", "EXPOSE", "ENTRYPOINT", "CMD"}
    yield {word for word, _ in said} <= known, "has-only-instructions-that-there-are"
    commands = [argument for word, argument in said if word == "RUN"]
    yield "script/package" in commands and os.access(REPOSITORY / "script/package", os.X_OK), "builds-by-a-script-that-exists"
    # Where the package has its program and its configuration.
    entry = json.loads(next(argument for word, argument in said if word == "ENTRYPOINT"))
    environment = dict(pair.split("=", 1) for word, argument in said if word == "ENV" for pair in shlex.split(argument))
    installed = (REPOSITORY / "debian/port-manager.install").read_text().split()
    yield entry == ["/usr/bin/port-manager"] and \
        environment["PORT_MANAGER_CONFIG"] == f"/{installed[1]}/{pathlib.Path(installed[0]).name}", "runs-what-the-package-installs"
    copied = next(argument for word, argument in said if word == "COPY" and "--from" in argument)
    build = (REPOSITORY / "script/package").read_text()
    yield "build-package/" in copied and "work=$PWD/build-package" in build, "takes-the-package-from-where-it-is-built"


def runs_like_that(program, work):
    if os.getuid() != 0:
        yield True, "runs-as-a-user-whom-nothing-knows # SKIP only root becomes somebody else"
        return
    workspace, state = work / "workspace", work / "state"
    shutil.copytree(REPOSITORY / "examples/workspace", workspace)
    state.mkdir(mode=0o700)
    os.chown(state, NOBODY, NOBODY)
    work.chmod(0o755)
    environment = {"PATH": "/usr/bin:/bin", "PORT_MANAGER_STATE": str(state),
                   "PORT_MANAGER_CONFIG": str(REPOSITORY / "debian/config.toml")}
    command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs", "--bounding-set=-all",
               str(program)]
    can_be_run = subprocess.run([*command, "--version"], env=environment, capture_output=True, check=False, timeout=60)
    if can_be_run.returncode != 0:
        yield True, "runs-as-a-user-whom-nothing-knows # SKIP the build lies where others may not look"
        return
    scanned = subprocess.run([*command, "scan", str(workspace), "--json"], env=environment, capture_output=True, text=True,
                             check=False, timeout=60, cwd="/")
    yield scanned.returncode in (0, 1) and json.loads(scanned.stdout)["services"] > 10, "runs-as-a-user-whom-nothing-knows"
    with subprocess.Popen([*command, "serve", "--listen", "127.0.0.1:0"], env=environment, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, cwd="/") as process:
        try:
            said = next((line for line in process.stdout if "Serving http" in line), "")
        finally:
            process.terminate()
            process.wait(timeout=60)
    yield "Serving http" in said and process.returncode == 0, "serves-and-stops-there"


def main():
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="pm-container-") as folder:
        work = pathlib.Path(folder)
        (work / "read").mkdir()
        results = [*is_read(program, work / "read"), *names_what_exists(), *runs_like_that(program, work)]
    print(f"1..{len(results)}")
    for number, (fine, name) in enumerate(results, 1):
        print(f"{'ok' if fine else 'not ok'} {number} /install/container/{name}")
    return 0


sys.exit(main())
