#!/usr/bin/env python3
"""Runs the examples of docs/API.md as they stand there, in one shell, and looks whether the answers have the fields that it
shows. Speaks TAP.

usage: documentation.py PORT_MANAGER
"""
import json
import os
import re
import subprocess
import sys
import tempfile

from server import REPOSITORY, Server, report

BLOCK = re.compile(r"^```(sh|json)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
END = "==end-of-example=="


def examples(text):
    """[(shell, the JSON that is shown behind it or None)]"""
    found = []
    for kind, content in BLOCK.findall(text):
        if kind == "sh":
            found.append([content, None])
        else:
            found[-1][1] = json.loads(content)
    return found


def missing(shown, real, place=""):
    """Fields that are shown, and are not in the answer."""
    if isinstance(shown, dict):
        if not isinstance(real, dict):
            yield f"{place}: no object"
            return
        for name, value in shown.items():
            if name not in real:
                yield f"{place}/{name}"
            else:
                yield from missing(value, real[name], f"{place}/{name}")
    elif isinstance(shown, list) and shown:
        if not isinstance(real, list) or not real:
            yield f"{place}: an empty list"
        else:
            yield from missing(shown[0], real[0], f"{place}/0")
    elif isinstance(shown, bool) != isinstance(real, bool) or (shown is not None and real is not None and
                                                              not same_kind(shown, real)):
        yield f"{place}: {real!r} instead of {shown!r}"


def same_kind(shown, real):
    numbers = (int, float)
    return isinstance(shown, numbers) and isinstance(real, numbers) or type(shown) is type(real)


def last_json(output):
    """The JSON that the last command printed."""
    decoder, position, value = json.JSONDecoder(), 0, None
    while position < len(output):
        try:
            value, position = decoder.raw_decode(output, position)
        except ValueError:
            position += 1
    return value


def run(server, parts):
    environment = dict(os.environ, URL=server.url, STATE=server.state, CODE=server.code, PORT_MANAGER_STATE=server.state,
                       PATH=os.path.dirname(server.program[0]) + ":" + os.environ["PATH"])
    shell = "set -e -o pipefail\n" + "".join(f"{{\n{sh}\n}}\necho\necho {END}\n" for sh, _ in parts)
    result = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, timeout=240, env=environment, check=False,
                            stdin=subprocess.DEVNULL)
    return result, result.stdout.split(END + "\n")


def walk(server):
    parts = examples((REPOSITORY / "docs/API.md").read_text("utf-8"))
    yield len(parts) > 10, "has-examples"
    result, outputs = run(server, parts)
    for number, (sh, shown) in enumerate(parts):
        first = sh.strip().splitlines()[0][:60].replace("#", "")
        done = number < len(outputs) - 1
        if not done:
            print("".join(f"# {line}\n" for line in (result.stderr + outputs[-1]).splitlines()[-8:]), end="")
        yield done, f"{number}-runs-{first}"
        if not done:
            return
        if shown is not None:
            wrong = list(missing(shown, last_json(outputs[number])))
            print("".join(f"# {line}\n" for line in wrong), end="")
            yield not wrong, f"{number}-answers-as-shown"


def routes(server):
    """Every route is named in the document, but for the pages for people and their files."""
    text = (REPOSITORY / "docs/API.md").read_text("utf-8")
    for path, methods in server.get("/openapi.json").json["paths"].items():
        if methods.get("get", {}).get("operationId", "").endswith(("Page", "Asset", "Icon", "Style")):
            continue
        named = path.replace("{id}", ":id")
        pattern = re.escape(path).replace(r"\{id\}", r"(:id|\$?[A-Z]+|[a-z0-9]+)")
        yield re.search(pattern, text) is not None, f"names-{named}"


def control():
    yield list(missing({"a": [{"b": 1}]}, {"a": [{"b": 2, "c": 3}]})) == [], "control-more-fields-are-fine"
    for shown, real in (({"a": 1}, {}), ({"a": [1]}, {"a": []}), ({"a": "x"}, {"a": 1}), ({"a": True}, {"a": 1})):
        yield list(missing(shown, real)) != [], f"control-sees-{shown}-{real}"


def main():
    with tempfile.TemporaryDirectory() as folder:
        with Server(os.path.abspath(sys.argv[1]), folder) as server:
            return report("api/documentation", [control(), walk(server), routes(server)])


sys.exit(main())
