#!/usr/bin/env python3
"""Asks real shells for completions, by typing into them; speaks TAP.

usage: complete.py PORT_MANAGER

A line is typed into an interactive bash and zsh on a terminal, then Tab, and then what makes the line be printed in
place of being run: what the shell put there is what is looked at. fish tells its completions when it is asked
(complete -C).
"""
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
QUIET = REPOSITORY / "tests/quiet.toml"
LIMIT_S = 60

# typed → what stands there after Tab
UNIQUE = [
    ("conf", "conflicts"),
    ("help trans", "help transactions"),
    ("services unp", "services unpin"),
    ("port f", "port free"),
    ("ip so", "ip sources"),
    ("roots for", "roots forget"),
    ("undo --dry", "undo --dry-run"),
    ("lease --ren", "lease --renew"),
    ("--color alw", "--color always"),
    ("--color=alw", "--color=always"),
    ("lease --type sea", "lease --type search"),
    ("lease --type=sea", "lease --type=search"),
    ("token create ci --role op", "token create ci --role operator"),
    ("services is:act", "services is:active"),
    ("services project:docs", "services project:docs-site"),
    ("services unpin docs-s", "services unpin docs-site"),
    ("restart docs-s", "restart docs-site"),
    ("ip change 203", "ip change 203.0.113.10"),
    ("check only-fol", "check only-folder/"),
    ("backup a-fi", "backup a-file.db"),
    ("notify test we", "notify test webhook"),
]
# Nothing is invented: what has nothing to be offered stays as it was typed.
NONE = ["undo 9", "services show x", "conflicts zz", "restart evil", "lease --pid 1"]


class Shell:
    """An interactive one on a terminal."""

    def __init__(self, arguments, environment, folder, setup):
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe(arguments[0], arguments, environment)
        self.typed = 0
        self.type(setup + "\n")
        self.after_tab("echo ready-and", "")

    def type(self, text):
        os.write(self.master, text.encode())

    def until(self, pattern):
        seen, ends = "", time.monotonic() + LIMIT_S
        while not (found := re.search(pattern, seen)):
            ready, _, _ = select.select([self.master], [], [], max(0, ends - time.monotonic()))
            if not ready:
                raise TimeoutError(f"no {pattern} in {seen!r}")
            seen += os.read(self.master, 65536).decode("utf-8", "replace")
        return found

    def after_tab(self, line, tab="\t"):
        """The line as it stands after Tab: it becomes the argument of echo, which prints it between < and >."""
        self.typed += 1
        self.type(line + tab)
        # Ctrl-A, Ctrl-E: to the line's beginning and end, in both shells' Emacs mode. The mark is cut in two when typed.
        self.type(f"\x01echo B{self.typed}'':'<'\x05'>'\n")
        return self.until(rf"B{self.typed}:< *(.*?) *>")[1].strip()

    def close(self):
        os.kill(self.pid, signal.SIGKILL)  # an interactive shell heeds no other
        os.waitpid(self.pid, 0)
        os.close(self.master)


def make(work, program):
    """A registry with services, among them one whose name is an attack on a shell."""
    workspace = work / "workspace"
    shutil.copytree(REPOSITORY / "examples/workspace", workspace)
    (workspace / "evil").mkdir()
    (workspace / "evil/docker-compose.yml").write_text('services:\n  "evil$(touch pwned)":\n    image: x\n    ports: ["4999:80"]\n')
    (workspace / "two").mkdir()
    (workspace / "two/docker-compose.yml").write_text('services:\n  two-ports:\n    image: x\n    ports: ["4997:80", "4998:81"]\n')
    (work / "bin").mkdir()
    (work / "bin/port-manager").symlink_to(program)
    (work / "cwd/only-folder").mkdir(parents=True)
    (work / "cwd/a-file.db").touch()
    environment = {"PATH": f"{work}/bin:/usr/bin:/bin", "HOME": str(work), "LC_ALL": "C.UTF-8", "TERM": "dumb", "COLUMNS": "400",
                   "PORT_MANAGER_STATE": str(work / "state"), "PORT_MANAGER_CONFIG": str(QUIET), "HISTFILE": "/dev/null"}
    subprocess.run([program, "scan", str(workspace)], env=environment, capture_output=True, check=False, timeout=60)
    for shell in ("bash", "zsh", "fish"):
        script = subprocess.run([program, "completion", shell], capture_output=True, check=True, timeout=60).stdout
        (work / "_port-manager" if shell == "zsh" else work / f"port-manager.{shell}").write_bytes(script)
    return environment


def by_typing(name, shell):
    for line, wanted in UNIQUE:
        got = shell.after_tab(f"port-manager {line}")
        yield got == f"port-manager {wanted}", f"{name}/{line.replace(' ', '_')}" + ("" if got == f"port-manager {wanted}" else f": {got!r}")
    for line in NONE:
        got = shell.after_tab(f"port-manager {line}")
        yield got == f"port-manager {line}", f"{name}/nothing-for-{line.replace(' ', '_')}" + ("" if got == f"port-manager {line}" else f": {got!r}")
    shell.close()


def in_bash(work, environment):
    setup = f"PS1='> '; bind 'set enable-bracketed-paste off'; source {work}/port-manager.bash"
    return by_typing("bash", Shell(["bash", "--norc", "--noprofile", "-i"], environment, work / "cwd", setup))


def in_zsh(work, environment):
    setup = (f"PS1='> '; unset zle_bracketed_paste; unsetopt prompt_sp nomatch; setopt nobeep noautoremoveslash; fpath=({work} $fpath); "
             f"autoload -Uz compinit; compinit -u -d {work}/zcompdump; zstyle ':completion:*' list-prompt ''")
    return by_typing("zsh", Shell(["zsh", "-f", "-i"], environment, work / "cwd", setup))


def in_fish(work, environment):
    def ask(line):
        asked = subprocess.run(["fish", "--no-config", "-c", f"source {work}/port-manager.fish; complete -C 'port-manager {line}'"],
                               env={**environment, "XDG_CONFIG_HOME": str(work / "fish")}, cwd=work / "cwd", capture_output=True,
                               text=True, check=False, timeout=LIMIT_S)
        return [answer.split("\t")[0] for answer in asked.stdout.splitlines()]
    for line, wanted in UNIQUE:
        got = ask(line)
        yield got == [wanted.split()[-1]], f"fish/{line.replace(' ', '_')}" + ("" if got == [wanted.split()[-1]] else f": {got}")
    for line in NONE:
        yield ask(line) == [], f"fish/nothing-for-{line.replace(' ', '_')}"


def names_are_accepted(program, environment):
    """Each service that is offered is one to the command, a service with two ports by name:port."""
    told = subprocess.run([program, "completion", "candidates", "--", "assign", ""], env=environment, capture_output=True, text=True,
                          check=False, timeout=60).stdout
    names = [line.split("\t")[0] for line in told.splitlines()]
    refused = [name for name in names
               if "several services" in subprocess.run([program, "assign", name, "4996", "--dry-run"], env=environment, check=False,
                                                       capture_output=True, text=True, timeout=60).stderr]
    fine = {"two-ports:4997", "two-ports:4998"} <= set(names) and "resolver:5353/udp" in names and "two-ports" not in names and refused == []
    yield fine, "names-that-are-offered-are-accepted" + ("" if fine else f": {names} {refused}")


def asks_change_nothing(work, program, environment):
    fresh = {**environment, "PORT_MANAGER_STATE": str(work / "fresh")}
    told = subprocess.run([program, "completion", "candidates", "--", "services", "unpin", ""], env=fresh, capture_output=True,
                          check=False, timeout=60)
    yield told.returncode == 0 and told.stdout == b"" and not (work / "fresh").exists(), "asking-makes-no-registry"
    options = subprocess.run([program, "completion", "candidates", "--", "lease", "--"], env=fresh, capture_output=True, text=True,
                             check=False, timeout=60).stdout
    listed = subprocess.run([program, "lease", "--help"], env=fresh, capture_output=True, text=True, check=False, timeout=60).stdout
    wanted = set(re.findall(r"^ +(?:-\w, )?(--[\w-]+)", listed, re.MULTILINE))
    yield len(wanted) > 10 and {line.split("\t")[0] for line in options.splitlines()} == wanted, "every-option-of-help-is-offered"
    yield not (work / "cwd/pwned").exists(), "names-of-scanned-files-run-nothing"


def main():
    program = os.path.abspath(sys.argv[1])
    results = []
    with tempfile.TemporaryDirectory(prefix="pm-complete-") as folder:
        work = pathlib.Path(folder)
        environment = make(work, program)
        for name, group in (("bash", in_bash), ("zsh", in_zsh), ("fish", in_fish)):
            if shutil.which(name):
                results += group(work, environment)
            else:
                results.append((True, f"{name} # SKIP no {name} here"))
        results += names_are_accepted(program, environment)
        results += asks_change_nothing(work, program, environment)
    print(f"1..{len(results)}")
    for number, (fine, name) in enumerate(results, 1):
        print(f"{'ok' if fine else 'not ok'} {number} /cli/complete/{name}")
    return 0


sys.exit(main())
