#!/usr/bin/env python3
"""`check` as a gate: the form of its SARIF, and a baseline over edits; speaks TAP.

usage: check-gate.py PORT_MANAGER

What must be there is what SARIF 2.1.0 (OASIS) calls “SHALL contain”: sarifLog version and runs (3.13), run tool
(3.14.6), tool driver (3.18.2), toolComponent name (3.19.8), result message (3.27.11), reportingDescriptor id (3.49.3),
suppression kind (3.35.2); besides, a uriBaseId must be one of originalUriBaseIds, whose URIs end in a slash (3.14.14),
and URIs must be valid (RFC 3986).
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

PROGRAM = os.path.abspath(sys.argv[1])
LEVELS = {"none", "note", "warning", "error"}
URI = re.compile(r"^(?:[A-Za-z0-9._~!$&'()*+,;=@/-]|%[0-9A-Fa-f]{2})+$")


def complaints(log):
    """What is wrong with a SARIF log; nothing when it is fine."""
    if log.get("version") != "2.1.0":
        yield "version"
    if not isinstance(log.get("runs"), list) or not log["runs"]:
        yield "runs"
        return
    for run in log["runs"]:
        driver = run.get("tool", {}).get("driver", {})
        if not driver.get("name"):
            yield "tool.driver.name"
        rules = [r.get("id") for r in driver.get("rules", [])]
        if None in rules or len(rules) != len(set(rules)):
            yield "a rule without an id of its own"
        bases = run.get("originalUriBaseIds", {})
        for name, base in bases.items():
            uri = base.get("uri", "")
            if not uri.startswith("file:///") or not uri.endswith("/") or not URI.match(uri[7:]):
                yield f"base {name}: {base}"
        if not isinstance(run.get("results"), list):
            yield "results"
            continue
        for result in run["results"]:
            yield from result_complaints(result, rules, bases)


def result_complaints(result, rules, bases):
    if not result.get("message", {}).get("text"):
        yield "a result without message.text"
    if result.get("level") not in LEVELS:
        yield f"level {result.get('level')}"
    if rules[result["ruleIndex"]] != result.get("ruleId"):
        yield f"ruleIndex of {result.get('ruleId')}"
    if not all(isinstance(v, str) and v for v in result.get("partialFingerprints", {"": ""}).values()):
        yield "partialFingerprints"
    for suppression in result.get("suppressions", []):
        if suppression.get("kind") not in ("inSource", "external"):
            yield "suppression.kind"
    for location in result.get("locations", []):
        artifact = location["physicalLocation"]["artifactLocation"]
        if not URI.match(artifact["uri"]) or artifact["uri"].startswith("/"):
            yield f"uri {artifact['uri']}"
        if artifact.get("uriBaseId") not in bases:
            yield f"uriBaseId {artifact.get('uriBaseId')}"
        region = location["physicalLocation"].get("region")
        if region is not None and region["startLine"] < 1:
            yield "startLine"


def check(tmp, *args):
    environment = dict(os.environ, HOME=tmp, XDG_CONFIG_HOME=f"{tmp}/config", PORT_MANAGER_STATE=f"{tmp}/state")
    environment.pop("PORT_MANAGER_CONFIG", None)
    return subprocess.run([PROGRAM, "check", *args], env=environment, capture_output=True, text=True, cwd=tmp,
                          stdin=subprocess.DEVNULL, timeout=60, check=False)


def make_tree(tmp):
    project = pathlib.Path(tmp, "root one", "shop")
    project.mkdir(parents=True)
    (project / "compose é.yaml").write_text("services: [\n", encoding="utf-8")
    (project / ".env").write_text("PORT=3000\nAPI_URL=http://localhost:8099/\nB_URL=http://localhost:8099/\n",
                                  encoding="utf-8")
    (project / "package.json").write_text('{"name": "shop" "version": 1}\n', encoding="utf-8")
    return str(project.parent), project


def sarif_has_its_form(tmp):
    root, _ = make_tree(tmp)
    result = check(tmp, "--sarif", root)
    log = json.loads(result.stdout)
    yield from complaints(log)
    rules = {r["ruleId"] for r in log["runs"][0]["results"]}
    if not {"unreadable", "dangling-reference"} <= rules:
        yield f"rules seen: {rules}"
    if result.returncode != 1:
        yield f"status {result.returncode}"


def the_validator_finds_faults(tmp):
    root, _ = make_tree(tmp)
    text = check(tmp, "--sarif", root).stdout
    for old, new in (('2.1.0","runs', '2.0.0","runs'), ('"name":"port-manager"', '"name":""'),
                     ('"uriBaseId":"ROOT1"', '"uriBaseId":"X"'), ('/"}}', '"}}'),
                     ('"level":"error"', '"level":"bad"'), ("%20", " ")):
        if old not in text:
            yield f"the log has no {old}"
        if not list(complaints(json.loads(text.replace(old, new, 1)))):
            yield f"{old} → {new} is not noticed"


def a_baseline_survives_moved_lines(tmp):
    root, project = make_tree(tmp)
    written = check(tmp, "--write-baseline", "accepted.txt", root)
    if written.returncode != 0:
        yield f"write: {written.stderr}"
    for name in (".env", "package.json"):
        path = project / name
        path.write_text(("# moved\n\n" if name == ".env" else "\n\n") + path.read_text(encoding="utf-8"), encoding="utf-8")
    again = check(tmp, "--baseline", "accepted.txt", root)
    if again.returncode != 0 or "error " in again.stdout:
        yield f"{again.returncode}: {again.stdout}{again.stderr}"
    suppressed = json.loads(check(tmp, "--sarif", "--baseline", "accepted.txt", root).stdout)
    yield from complaints(suppressed)
    if not all(r.get("suppressions") for r in suppressed["runs"][0]["results"]):
        yield "an accepted result is not suppressed"


def a_new_error_passes_no_baseline(tmp):
    root, project = make_tree(tmp)
    check(tmp, "--write-baseline", "accepted.txt", root)
    (project / "api").mkdir()
    (project / "api" / "package.json").write_text('{"name": "api" "x": 1}\n', encoding="utf-8")
    result = check(tmp, "--json", "--baseline", "accepted.txt", root)
    new = [r for r in json.loads(result.stdout)["results"] if not r["accepted"]]
    if result.returncode != 1 or [r["file"] for r in new] != ["shop/api/package.json"]:
        yield f"{result.returncode}: {new}"


def a_fixed_result_is_told(tmp):
    root, project = make_tree(tmp)
    check(tmp, "--write-baseline", "accepted.txt", root)
    (project / "package.json").write_text('{"name": "shop"}\n', encoding="utf-8")
    result = check(tmp, "--baseline", "accepted.txt", root)
    if result.returncode != 0 or "no longer there" not in result.stderr:
        yield f"{result.returncode}: {result.stderr}"


def wrong_baselines_are_refused(tmp):
    root, _ = make_tree(tmp)
    if check(tmp, "--baseline", "none.txt", root).returncode != 3:
        yield "a missing baseline is taken"
    pathlib.Path(tmp, "bad.txt").write_text("# fine\n\nnonsense\n", encoding="utf-8")
    result = check(tmp, "--baseline", "bad.txt", root)
    if result.returncode != 3 or "bad.txt:3:" not in result.stderr:
        yield f"{result.returncode}: {result.stderr}"
    if check(tmp, "--baseline", "a", "--write-baseline", "b", root).returncode != 2:
        yield "both options at once are taken"


def well_known_tools_are_warnings(tmp):
    root, project = make_tree(tmp)
    (project / "package.json").write_text('{"name": "shop"}\n', encoding="utf-8")
    (project / "compose é.yaml").unlink()
    (project / ".env").write_text("DATABASE_URL=postgres://localhost:5432/x\n", encoding="utf-8")
    result = check(tmp, "--json", root)
    seen = [(r["severity"], "PostgreSQL" in r["remedy"]) for r in json.loads(result.stdout)["results"]]
    if result.returncode != 0 or seen != [("warning", True)]:
        yield f"{result.returncode}: {seen}"


def main():
    cases = [sarif_has_its_form, the_validator_finds_faults, a_baseline_survives_moved_lines,
             a_new_error_passes_no_baseline, a_fixed_result_is_told, wrong_baselines_are_refused,
             well_known_tools_are_warnings]
    print(f"1..{len(cases)}")
    for number, case in enumerate(cases, 1):
        with tempfile.TemporaryDirectory() as tmp:
            try:
                found = list(case(tmp))
            except (subprocess.TimeoutExpired, ValueError, KeyError, IndexError, TypeError) as error:
                found = [repr(error)]
        print(f"{'not ok' if found else 'ok'} {number} /verbs/check/{case.__name__.replace('_', '-')}")
        for line in found:
            print(f"# {line}")


main()
