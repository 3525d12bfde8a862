#!/usr/bin/env python3
"""`check` before each commit and in a workflow, by the very lines that docs/CHECK.md has; speaks TAP.

usage: check-hooks.py PORT_MANAGER

git itself runs the hook. The pre-commit framework is not here: what it would run is taken from .pre-commit-hooks.yaml.
"""
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

import yaml

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
DOCUMENT = (REPOSITORY / "docs/CHECK.md").read_text(encoding="utf-8")
RIGHT = 'services:\n  api:\n    image: x\n    env_file: .env\n    ports: ["8080:3000"]\n'
WRONG = RIGHT + "  web: [\n"


def block(language, containing):
    return next(text for text in re.findall(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL) if containing in text)


class Repository:
    def __init__(self, folder, program):
        self.folder = folder / "repository"
        binaries = folder / "bin"
        binaries.mkdir()
        (binaries / "port-manager").symlink_to(program)
        self.environment = {"PATH": f"{binaries}:/usr/bin:/bin", "HOME": str(folder), "LC_ALL": "C.UTF-8",
                            "GIT_AUTHOR_NAME": "t", "GIT_AUTHOR_EMAIL": "t@example.org",
                            "GIT_COMMITTER_NAME": "t", "GIT_COMMITTER_EMAIL": "t@example.org", "GIT_CONFIG_NOSYSTEM": "1"}
        self.folder.mkdir()
        self.run("git", "init", "-q", "-b", "main")

    def run(self, *command):
        return subprocess.run(command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False, timeout=60)

    def write(self, compose):
        (self.folder / ".env").write_text("PORT=3000\n")
        (self.folder / "docker-compose.yml").write_text(compose)
        self.run("git", "add", "-A")

    def commit(self):
        return self.run("git", "commit", "-q", "-m", "change")


def in_git(repository):
    hook = repository.folder / ".git/hooks/pre-commit"
    hook.write_text(block("sh", "exec port-manager check"))
    hook.chmod(0o755)
    repository.write(RIGHT)
    repository.run("port-manager", "check", "--write-baseline", ".port-manager-baseline", ".")
    repository.run("git", "add", "-A")
    fine = repository.commit()
    yield fine.returncode == 0, "a-tree-that-is-right-is-committed"
    repository.write(WRONG)
    refused = repository.commit()
    told = refused.stdout + refused.stderr
    yield refused.returncode != 0 and "docker-compose.yml" in told and "unreadable" in told, "what-does-not-parse-is-not"
    yield repository.run("git", "rev-list", "--count", "HEAD").stdout.strip() == "1", "and-nothing-was"
    repository.run("port-manager", "check", "--write-baseline", ".port-manager-baseline", ".")
    repository.run("git", "add", "-A")
    yield repository.commit().returncode == 0, "what-the-baseline-accepts-is"


def by_the_framework(repository):
    hooks = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    needed = {"id", "name", "entry", "language"}
    yield all(needed <= hook.keys() and hook["language"] == "system" for hook in hooks), "the-framework's-file-has-what-it-must"
    local = yaml.safe_load(block("yaml", "repo: local"))["repos"][0]["hooks"][0]
    for name, hook in (("offered", hooks[0]), ("local", local)):
        command = shlex.split(hook["entry"]) + hook.get("args", [])
        (repository.folder / ".port-manager-baseline").unlink(missing_ok=True)
        repository.write(RIGHT)
        repository.run("port-manager", "check", "--write-baseline", ".port-manager-baseline", ".")
        fine = repository.run(*command)
        repository.write(WRONG)
        yield fine.returncode == 0 and repository.run(*command).returncode == 1, f"the-{name}-hook-tells-right-from-wrong"


def in_a_workflow(repository):
    workflow = yaml.safe_load(block("yaml", "upload-sarif"))
    steps = workflow["jobs"]["ports"]["steps"]
    line = next(step["run"] for step in steps if "run" in step)
    upload = next(step for step in steps if "upload-sarif" in step.get("uses", ""))
    repository.write(WRONG)
    done = repository.run("bash", "-e", "-c", line)
    log = json.loads((repository.folder / upload["with"]["sarif_file"]).read_text())
    yield done.returncode == 1 and upload.get("if") == "always()", "a-workflow-fails-and-still-uploads"
    yield any(result["ruleId"] == "unreadable" for result in log["runs"][0]["results"]), "what-it-uploads-says-why"


def main():
    with tempfile.TemporaryDirectory(prefix="pm-hooks-") as folder:
        repository = Repository(pathlib.Path(folder), os.path.abspath(sys.argv[1]))
        results = [*in_git(repository), *by_the_framework(repository), *in_a_workflow(repository)]
    print(f"1..{len(results)}")
    for number, (fine, name) in enumerate(results, 1):
        print(f"{'ok' if fine else 'not ok'} {number} /verbs/check-hooks/{name}")
    return 0


sys.exit(main())
