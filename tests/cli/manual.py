#!/usr/bin/env python3
"""Reads the manual pages as man and mandoc do, and holds them against what the program says; speaks TAP.

usage: manual.py PORT_MANAGER MAN1 MAN5
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
ENVIRONMENT = {**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "80", "MAN_KEEP_FORMATTING": ""}


def call(*args):
    return subprocess.run(args, capture_output=True, text=True, env=ENVIRONMENT, check=False, timeout=60)


def told(wrong):
    """What is wrong, behind a test's name; the name alone when nothing is."""
    return f": {wrong}" if wrong else ""


def complaints(page):
    """What the two programs that show manual pages say of one, warnings and style among it."""
    said = call("mandoc", "-T", "lint", "-W", "all", str(page)).stdout
    return said + call("man", "--warnings=w", "--encoding=UTF-8", "--local-file", str(page)).stderr


def words(text):
    return " ".join(text.split())


def shown(page):
    # Without bold and italics, which terminals are told by overstriking.
    return words(re.sub(".\b", "", call("mandoc", "-T", "utf8", "-O", "width=78", str(page)).stdout))


def parts(help_text):
    """The description and the options' explanations as --help prints them, as single lines."""
    _, _, after = help_text.partition("\n\n")
    summary, _, rest = after.partition("\n\n")
    details, _, options = rest.partition("options:\n")
    yield "summary", words(summary)
    yield "description", words(details.replace("`", ""))
    options = options.partition("\nexamples:\n")
    for entry in re.split(r"\n(?=  +-)", options[0]):
        match = re.match(r"\s*((?:-\w, )?--[\w-]+(?: [^\s]+)?)\s+(.*)", entry, re.DOTALL)
        if match is not None:
            yield match.group(1), f"{match.group(1)} {words(match.group(2))}"
    for line in options[2].splitlines():
        yield "example", words(line)


def of_commands(program, folder):
    listed = call(program, "--help").stdout.partition("commands:\n")[2].partition("\n\n")[0]
    names = [line.split()[0] for line in listed.splitlines()]
    yield len(list(parts(call(program, "lease", "--help").stdout))) > 15, "control-help-is-taken-apart"
    yield {f"port-manager-{name}.1" for name in names} | {"port-manager.1"} == {p.name for p in folder.iterdir()}, \
        "every-command-has-a-page"
    overview = shown(folder / "port-manager.1")
    for name in names:
        text = shown(folder / f"port-manager-{name}.1")
        missing = [what for what, said in parts(call(program, name, "--help").stdout) if said not in text]
        yield missing == [] and f"port-manager-{name}(1)" in overview, f"{name}-says-what-help-says{told(missing)}"
    statuses = call(program, "--help").stdout.partition("exit status:\n")[2].partition("\n\n")[0]
    yield all(words(line) in overview for line in statuses.splitlines()), "the-program's-has-every-exit-status"


def of_configuration(page):
    """Every row of the tables in docs/CONFIGURATION.md, which are held against the program's by another test."""
    text = shown(page)
    rows = re.findall(r"^\| `([^`|]+)` \| ([^|]+) \| ([^|]+) \| (.*) \|$",
                      (REPOSITORY / "docs/CONFIGURATION.md").read_text(encoding="utf-8"), re.MULTILINE)
    rows = [row for row in rows if row[1] in ("text", "tables", "lists of ranges", "list of texts", "true or false")
            or "number" in row[1]]
    missing = []
    for key, kind, default, meaning in rows:
        term = key if default in ("none", "required") else f"{key} = {default.strip('`')}"
        kind += ", required" if default == "required" else ""
        if f"{term} ({kind}) {words(meaning.replace('`', ''))}" not in text:
            missing.append(key)
    yield len(rows) > 80 and missing == [], f"the-configuration's-has-every-key{told(missing)}"


def of_form(pages):
    wrong = {page.name: said for page in pages if (said := complaints(page))}
    yield wrong == {}, f"man-and-mandoc-have-nothing-to-say{told(wrong)}"
    yield all(page.read_text().isascii() for page in pages), "every-page-is-ascii"
    with tempfile.TemporaryDirectory() as folder:
        broken = pathlib.Path(folder) / "broken.1"
        broken.write_text(pages[0].read_text() + ".XX\n.TP\n\\fBnot closed\n" + "word " * 30 + "\n")
        said = complaints(broken)
        yield "XX" in said and "80 bytes" in said, "control-a-broken-page-is-told"
        names = call("lexgrog", *[str(page) for page in pages])
        yield names.returncode == 0, "every-page-can-be-found-by-apropos"


def main():
    program, man1, man5 = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    pages = sorted([*man1.iterdir(), *man5.iterdir()])
    results = [*of_commands(program, man1), *of_configuration(man5 / "port-manager.toml.5"), *of_form(pages)]
    print(f"1..{len(results)}")
    for number, (fine, name) in enumerate(results, 1):
        print(f"{'ok' if fine else 'not ok'} {number} /cli/manual/{name}")
    return 0


sys.exit(main())
