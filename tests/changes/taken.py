#!/usr/bin/env python3
"""Moves to ports that no file declares, and that are somebody's or nobody's for good all the same: leased, bound
now, the kernel's, refused by browsers. Speaks TAP.

usage: taken.py PORT_MANAGER
"""
import contextlib
import json
import os
import subprocess
import sys

from workspace import QUIET, Workspace, main

FILES = {
    "a/package.json": '{"name": "a", "scripts": {"start": "node server.js"}}\n', "a/.env": "PORT=3000\n",
    "b/package.json": '{"name": "b", "scripts": {"start": "node server.js"}}\n', "b/.env": "PORT=3001\n",
}
LISTEN = ("import socket, sys; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(); "
          "print(s.getsockname()[1], flush=True); sys.stdin.read()")


def workspace(program, tmp):
    """One that looks at what listens on this machine."""
    config = tmp / "config.toml"
    config.write_text("")
    return Workspace(program, tmp, FILES, config)


@contextlib.contextmanager
def listener(folder):
    """A process that listens, started in a folder; gives its port."""
    process = subprocess.Popen([sys.executable, "-c", LISTEN], cwd=folder, text=True,
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield int(process.stdout.readline())
    finally:
        process.communicate("")


def refused(w, *args):
    result = w.start(*args, "--yes")
    assert result.returncode == 4, (result.returncode, result.stdout, result.stderr)
    w.expect_unchanged()
    return result.stderr


def also(w, *args):
    return json.loads(w.run(*args, "--dry-run", "--json"))["plan"]["youMustAlso"]


def a_leased_port_is_refused(program, tmp):
    w = Workspace(program, tmp, FILES)
    lease = json.loads(w.run("lease", "--name", "mine", "--json"))["lease"]
    told = refused(w, "assign", "b", str(lease["port"]))
    assert "leased by “mine”" in told and f"release {lease['id']}" in told, told
    w.run("release", str(lease["id"]))
    w.apply("assign", "b", str(lease["port"]))
    w.expect("b/.env", f"PORT={lease['port']}")


def a_services_own_lease_is_in_nobodys_way(program, tmp):
    w = Workspace(program, tmp, FILES)
    given = subprocess.run([os.path.abspath(program), "--state", str(w.state), "--config", str(w.config), "lease", "--name", "b", "--json"],
                           cwd=w.root / "b", capture_output=True, text=True, check=True, timeout=60)
    port = json.loads(given.stdout)["lease"]["port"]
    assert "leased" in refused(w, "assign", "a", str(port))
    w.apply("assign", "b", str(port))
    w.expect("b/.env", f"PORT={port}")


def a_kept_plan_falls_with_a_lease_that_came_since(program, tmp):
    w = Workspace(program, tmp, FILES)
    port = json.loads(w.run("port", "free", "--json"))["port"]
    plan = json.loads(w.run("assign", "b", str(port), "--dry-run", "--json"))["plan"]["id"]
    w.run("lease", "--port", str(port), "--name", "mine")
    assert "leased" in refused(w, "assign", "--plan", str(plan))


def a_port_that_a_stranger_is_bound_to_is_refused(program, tmp):
    w = workspace(program, tmp)
    (tmp / "elsewhere").mkdir()
    with listener(tmp / "elsewhere") as port:
        told = refused(w, "assign", "b", str(port))
        assert f"listens on port {port} now" in told and "process " in told, told
    w.apply("assign", "b", str(port))


def a_services_own_process_may_be_there_already(program, tmp):
    w = workspace(program, tmp)
    with listener(w.root / "b") as port:
        assert "listens on port" in refused(w, "assign", "a", str(port))
        w.apply("assign", "b", str(port))
        w.expect("b/.env", f"PORT={port}")


def a_process_that_leaves_in_the_same_plan_is_no_stranger(program, tmp):
    w = workspace(program, tmp)
    live, w.config = w.config, QUIET
    with listener(w.root / "a") as first, listener(w.root / "b") as second:
        for name, port in (("a", first), ("b", second), ("a", 3000), ("b", first), ("a", second)):
            w.apply("assign", name, str(port))
        w.write({"a/.env": f"PORT={first}\n", "b/.env": f"PORT={second}\n"})
        w.config = live
        w.apply("sync")
    w.expect("a/.env", f"PORT={second}")
    w.expect("b/.env", f"PORT={first}")


def without_a_look_at_sockets_none_is_in_the_way(program, tmp):
    w = Workspace(program, tmp, FILES)
    with listener(tmp) as port:
        w.apply("assign", "b", str(port))


def the_kernels_and_the_browsers_ports_are_told_of(program, tmp):
    w = Workspace(program, tmp, FILES)
    first = int(open("/proc/sys/net/ipv4/ip_local_port_range").read().split()[0])
    told = also(w, "assign", "b", str(first + 1))
    assert any("ephemeral" in line for line in told), told
    assert not any("8099" in line for line in also(w, "assign", "b", "8099")), also(w, "assign", "b", "8099")
    w.write({"c/compose.yaml": 'services: {web: {image: nginx, ports: ["8080:80"]}}\n'})
    w.run("scan", status=None)
    told = also(w, "assign", "c/web", "10080")
    assert any("browsers refuse port 10080" in line for line in told), told


if __name__ == "__main__":
    sys.exit(main([a_leased_port_is_refused, a_services_own_lease_is_in_nobodys_way,
                   a_kept_plan_falls_with_a_lease_that_came_since,
                   a_port_that_a_stranger_is_bound_to_is_refused, a_services_own_process_may_be_there_already,
                   a_process_that_leaves_in_the_same_plan_is_no_stranger,
                   without_a_look_at_sockets_none_is_in_the_way, the_kernels_and_the_browsers_ports_are_told_of]))
