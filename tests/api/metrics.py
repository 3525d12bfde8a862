#!/usr/bin/env python3
"""/metrics by a strict reader of the format, and by promtool where there is one; the alerts and the dashboard in data/
ask for nothing that is not there. Speaks TAP.

usage: metrics.py PORT_MANAGER
"""
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

from server import REPOSITORY, Server, report

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"'
SAMPLE = re.compile(rf"({NAME})(?:\{{((?:{LABEL})(?:,{LABEL})*)\}})? (NaN|[+-]Inf|[+-]?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?)$")
WORDS = {"histogram": ("_bucket", "_sum", "_count")}


def read(text):
    """{name: (type, [(suffix, labels, value)])}; raises ValueError with the line that is wrong."""
    metrics, current = {}, None
    if not text.endswith("\n"):
        raise ValueError("the last line does not end")
    for line in text.splitlines():
        if match := re.fullmatch(rf"# HELP ({NAME}) (.+)", line):
            current = match[1]
            if current in metrics:
                raise ValueError(f"{current} begins twice")
            metrics[current] = [None, []]
        elif match := re.fullmatch(rf"# TYPE ({NAME}) (counter|gauge|histogram)", line):
            if match[1] != current or metrics[current][0]:
                raise ValueError(f"TYPE without HELP: {line}")
            metrics[current][0] = match[2]
        elif match := SAMPLE.fullmatch(line):
            suffix = match[1].removeprefix(current or "")
            allowed = WORDS.get(metrics.get(current, [""])[0], ("",))
            if not match[1].startswith(current or " ") or suffix not in allowed:
                raise ValueError(f"a sample of nothing: {line}")
            labels = dict(re.findall(LABEL, match[2] or ""))
            if any(s == suffix and known == labels for s, known, _ in metrics[current][1]):
                raise ValueError(f"the same sample twice: {line}")
            metrics[current][1].append((suffix, labels, float(match.groups()[-1].replace("Inf", "inf"))))
        else:
            raise ValueError(f"no line of the format: {line}")
    return metrics


def problems_of(metrics):
    for name, (kind, samples) in metrics.items():
        if (kind == "counter") != name.endswith("_total"):
            yield f"{name} is a {kind}"
        if kind != "histogram":
            continue
        series = {}
        for suffix, labels, value in samples:
            key = tuple(sorted((k, v) for k, v in labels.items() if k != "le"))
            series.setdefault(key, {}).setdefault(suffix, []).append((float(labels.get("le", "nan").replace("Inf", "inf")), value))
        for key, parts in series.items():
            counts = [v for _, v in sorted(parts["_bucket"])]
            if counts != sorted(counts) or counts[-1] != parts["_count"][0][1] or not math.isinf(sorted(parts["_bucket"])[-1][0]):
                yield f"{name}{key}: buckets do not add up"


def refuses(text):
    try:
        return list(problems_of(read(text))) != []
    except ValueError:
        return True


def value(metrics, name, **labels):
    return next((v for suffix, known, v in metrics[name][1] if suffix in ("", "_count") and
                 all(known.get(k) == str(w) for k, w in labels.items())), None)


def control():
    good = "# HELP a_total x\n# TYPE a_total counter\na_total{b=\"c\"} 1\n"
    yield not refuses(good), "control-takes-what-is-right"
    for name, bad in (("no-end", good[:-1]), ("no-help", good.split("\n", 1)[1]), ("twice", good + "a_total{b=\"c\"} 1\n"),
                      ("quote", good.replace('"c"', '"c"d"')), ("number", good.replace(" 1\n", " 1,0\n")),
                      ("name", good.replace("a_total", "a-total")), ("no-total", good.replace("a_total", "a"))):
        yield refuses(bad), f"control-refuses-{name}"


def content(server):
    server.get("/api/services")
    server.get("/api/nothing")
    server.get("/api/services/4711")
    server.finish(server.ask("POST", "/api/services/sync", {}, role="operator"))
    answer = server.get("/metrics")
    yield answer.status == 200 and answer.headers["Content-Type"].startswith("text/plain; version=0.0.4"), "answers"
    metrics = read(answer.text)
    for line in problems_of(metrics):
        print(f"# {line}")
    yield list(problems_of(metrics)) == [], "by-the-conventions"
    status = server.get("/api/network/status").json["services"]
    yield all(value(metrics, "port_manager_services", status=s) == status[s] for s in ("active", "inactive", "conflict")), \
        "services-by-status"
    conflicts = server.get("/api/ports/conflicts").json["conflicts"]
    for severity in ("error", "warning", "note"):
        yield value(metrics, "port_manager_conflicts", severity=severity) == \
            sum(c["severity"] == severity for c in conflicts), f"conflicts-of-severity-{severity}"
    yield value(metrics, "port_manager_findings") == server.get("/api/findings?limit=1").json["total"], "findings"
    yield value(metrics, "port_manager_http_requests_total", route="/api/services", code=200) == 1, "requests-by-route"
    yield value(metrics, "port_manager_http_requests_total", route="none", code=404) == 1, "and-those-of-none"
    yield value(metrics, "port_manager_http_requests_total", route="/api/services/:id", code=404) == 1, \
        "not-by-path-which-anybody-can-make-up"
    yield value(metrics, "port_manager_http_request_duration_seconds", route="/api/services") == 1, "latencies-by-route"
    until = time.monotonic() + 60
    while not value(read(server.get("/metrics").text), "port_manager_events_total", event="job.finished") and \
            time.monotonic() < until:
        time.sleep(0.05)
    yield time.monotonic() < until, "events-by-name"
    yield value(metrics, "process_resident_memory_bytes") > 1e6 and value(metrics, "process_open_fds") > 5, "the-process"
    yield value(metrics, "port_manager_registry_size_bytes") > 1e5, "the-registry"
    if promtool := shutil.which("promtool"):
        checked = subprocess.run([promtool, "check", "metrics"], input=answer.text, capture_output=True, text=True, timeout=60,
                                 check=False)
        print("".join(f"# {line}\n" for line in checked.stderr.splitlines()), end="")
        yield checked.returncode == 0, "promtool-finds-nothing"
        rules = REPOSITORY / "data/prometheus/port-manager.rules.yml"
        checked = subprocess.run([promtool, "check", "rules", rules], capture_output=True, text=True, timeout=60, check=False)
        print("".join(f"# {line}\n" for line in checked.stderr.splitlines()), end="")
        yield checked.returncode == 0, "nor-in-the-alerts"
    yield from asked_for(metrics)


def asked_for(metrics):
    """What alerts and dashboard ask for is there, with the labels that they name."""
    known = {name + suffix for name, (kind, _) in metrics.items() for suffix in WORDS.get(kind, ("",))}
    dashboard = json.loads((REPOSITORY / "data/grafana/port-manager.json").read_text("utf-8"))
    asked = [t["expr"] for p in dashboard["panels"] for t in p["targets"]]
    asked.append((REPOSITORY / "data/prometheus/port-manager.rules.yml").read_text("utf-8"))
    names = {n for text in asked for n in re.findall(r"\b(?:port_manager|process)_[a-z0-9_]+", text)}
    print("".join(f"# {n} is not there\n" for n in sorted(names - known)), end="")
    yield len(names) > 15 and names <= known, "alerts-and-dashboard-ask-for-what-is-there"


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Server(os.path.abspath(sys.argv[1]), folder)
        server.token("operator")
        with server:
            return report("api/metrics", [control(), content(server)])


sys.exit(main())
