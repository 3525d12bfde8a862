#!/usr/bin/env python3
"""A port that moves takes along whoever points at it, in every project and kind of file; speaks TAP.

usage: consumers.py PORT_MANAGER

In each world the old port is written wherever people write it, and nothing else is that number: after the move it may
be left only where the case says so.
"""
import json
import re
import subprocess
import sys

from workspace import QUIET, Workspace, main

# A process on the host, and what refers to it from its own and nine other projects.
HOST = {
    "api/package.json": '{"name": "api", "scripts": {"dev": "PORT=4000 node server.js", "flag": "node server.js --port '
                        '4000", "wait": "wait-on http://localhost:4000/health && jest", "e2e": "cross-env '
                        'API=http://127.0.0.1:4000 playwright test"}}\n',
    "api/.env": "PORT=4000\n",
    "api/.env.example": "PORT=4000\n",
    "api/Dockerfile": "FROM node:20\nENV PORT=4000\nEXPOSE 4000\n"
                      "HEALTHCHECK CMD curl -f http://localhost:4000/health || exit 1\nCMD [\"node\", \"server.js\"]\n",
    "api/server.js": "const port = process.env.PORT || 4000;\nrequire('express')().listen(port);\n",
    "api/ecosystem.config.js": "module.exports = { apps: [{ name: 'api', script: 'server.js', env: { PORT: 4000 } }] };\n",
    "api/Procfile": "web: node server.js --port 4000\n",
    "api/api.service": "[Service]\nEnvironment=PORT=4000\nExecStart=/usr/bin/node server.js --port 4000\n",
    "api/.vscode/launch.json": '{"configurations": [{"type": "chrome", "request": "launch", '
                               '"url": "http://localhost:4000/docs"}]}\n',
    "api/openapi.yaml": "openapi: 3.0.0\nservers:\n  - url: http://localhost:4000/v1\n",
    "api/.github/workflows/ci.yml": "jobs:\n  t:\n    steps:\n      - run: npx wait-on http://localhost:4000\n"
                                    "        env:\n          API_URL: http://localhost:4000\n",
    "web/package.json": '{"name": "web", "proxy": "http://localhost:4000", "scripts": {"dev": "vite --port 4100"}}\n',
    "web/vite.config.ts": "export default { server: { port: 4100, proxy: { '/api': 'http://localhost:4000',\n"
                          "  '/ws': { target: 'ws://localhost:4000', ws: true } } } }\n",
    "web/.env": "VITE_API_URL=http://localhost:4000\nVITE_WS=ws://localhost:4000/socket\nAPI_HOST=localhost\n"
                "API_PORT=4000\nFULL=http://${API_HOST}:${API_PORT}/x\n"
                "CORS=http://localhost:4100,http://localhost:4000,http://127.0.0.1:4000\n",
    "web/src/config.ts": "export const API = 'http://localhost:4000';\nexport const WS = `ws://localhost:4000/live`;\n",
    "web/public/config.json": '{"apiBase": "http://localhost:4000/v1", "allowed": ["http://localhost:4000"]}\n',
    "web/next.config.js": "module.exports = { async rewrites() { return [{ source: '/api/:p*', "
                          "destination: 'http://localhost:4000/:p*' }] } }\n",
    "web/proxy.conf.json": '{"/api": {"target": "http://localhost:4000", "secure": false}}\n',
    "web/src/setupProxy.js": "const { createProxyMiddleware } = require('http-proxy-middleware');\n"
                             "module.exports = a => a.use(createProxyMiddleware({ target: 'http://localhost:4000' }));\n",
    "gw/nginx.conf": "http { upstream api { server 127.0.0.1:4000; }\n"
                     " server { listen 8088; location / { proxy_pass http://localhost:4000; } } }\n",
    "gw/Caddyfile": "example.org {\n\treverse_proxy localhost:4000\n}\n",
    "gw/traefik.yml": "http:\n  services:\n    api:\n      loadBalancer:\n        servers:\n"
                      "          - url: http://127.0.0.1:4000\n",
    "gw/haproxy.cfg": "backend api\n  server s1 127.0.0.1:4000 check\n",
    "mon/prometheus.yml": "scrape_configs:\n  - job_name: api\n    static_configs:\n"
                          "      - targets: ['localhost:4000', 'host.docker.internal:4000']\n",
    "agent/.mcp.json": '{"mcpServers": {"api": {"url": "http://localhost:4000/mcp"}, "x": {"command": "npx", "args": '
                       '["mcp-remote", "http://localhost:4000/sse"], "env": {"API_URL": "http://127.0.0.1:4000"}}}}\n',
    "agent/.cursor/mcp.json": '{"mcpServers": {"api": {"url": "http://localhost:4000/mcp"}}}\n',
    "py/settings.py": "CORS_ALLOWED_ORIGINS = ['http://localhost:4000', 'http://localhost:4100']\n",
    "py/config.toml": '[api]\nurl = "http://localhost:4000"\n',
    "py/app.ini": "[api]\nurl = http://localhost:4000/\n",
    "py/application.properties": "api.url=http://localhost:4000/\n",
    "py/run.sh": "#!/bin/sh\nAPI_URL=${API_URL:-http://localhost:4000}\ncurl localhost:4000/x\n",
    "stack/docker-compose.yml": "services:\n  worker:\n    image: w\n    environment:\n"
                                "      API_URL: http://host.docker.internal:4000\n"
                                "      OTHER: ${API_BASE:-http://localhost:4000}\n",
    "cf/wrangler.toml": 'name = "cf"\n[vars]\nAPI_URL = "http://localhost:4000"\n',
    "tf/main.tf": 'variable "api" { default = "http://localhost:4000" }\n',
}

# One variable for both sides of a mapping: everybody inside moves as well.
STACK = {
    "shop/docker-compose.yml": """services:
  api:
    build: ./api
    command: uvicorn app:app --host 0.0.0.0 --port ${API_PORT:-8000}
    environment:
      PORT: ${API_PORT:-8000}
      SELF_URL: http://localhost:${API_PORT:-8000}
    ports:
      - "${API_PORT:-8000}:${API_PORT:-8000}"
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost:${API_PORT:-8000}/health"]
    labels:
      - traefik.http.services.api.loadbalancer.server.port=${API_PORT:-8000}
  front:
    image: nginx
    environment:
      - API_URL=http://api:${API_PORT:-8000}
      - PUBLIC_API_URL=http://localhost:${API_PORT:-8000}
      - CORS=http://localhost:${API_PORT},http://localhost:8080
    ports: ["8080:80"]
  job:
    image: x
    environment:
      API: http://api:8000/x
""",
    "shop/.env": "API_PORT=8000\n",
    "shop/.env.example": "API_PORT=8000\n",
    "shop/api/Dockerfile": "FROM python\nEXPOSE 8000\nCMD uvicorn app:app --port 8000\n",
    "shop/nginx/default.conf": "server { listen 80; location /api { proxy_pass http://api:8000; } }\n",
    "cons/.env": "API=http://localhost:8000\nREDIRECT_URI=http://localhost:8000/oauth/callback\n",
    "cons/k8s.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n"
                     "  API_URL: http://host.docker.internal:8000\n",
}

# A mapping with two numbers: the container's side stays, and with it whoever calls it by its name.
MAPPED = {
    "shop/compose.yaml": """services:
  api:
    build: .
    ports:
      - "8000:5000"
      - target: 5001
        published: 8001
    environment:
      PORT: 5000
      PUBLIC: http://localhost:8000
  front:
    image: nginx
    environment:
      INSIDE: http://api:5000
  login:
    image: login
    ports: ["3000:3000"]
    environment:
      NEXTAUTH_URL: http://localhost:3000
    healthcheck:
      test: curl -f http://localhost:3000/health
""",
    "shop/Dockerfile": "FROM python\nEXPOSE 5000\n",
    "other/.env": "API=http://localhost:8000\nMETRICS=http://localhost:8001/metrics\n",
}

# Two projects want one port: nobody knows which of them a third one means.
DOUBT = {
    "a/.env": "PORT=7000\n", "a/package.json": '{"name": "a"}\n',
    "b/.env": "PORT=7000\n", "b/package.json": '{"name": "b"}\n',
    "c/.env": "API_URL=http://localhost:7000\n",
}


def left(w, port):
    """Where the old port still stands."""
    return [f"{path}:{number}: {line}" for path in sorted(map(str, w.before))
            for number, line in enumerate(w.read(path).splitlines(), 1) if str(port) in line]


def plan(w, *args):
    return json.loads(w.run(*args, "--dry-run", "--json"))["plan"]


def a_process_takes_everybody_along(program, tmp):
    w = Workspace(program, tmp, HOST)
    change = w.apply("assign", "api", "4001")
    assert left(w, 4000) == [], "\n".join(left(w, 4000))
    for path, (before, after) in w.changed().items():
        assert after.replace(b"4001", b"4000") == before, path
    w.run("undo", str(change), "--yes")
    w.expect_unchanged()


def one_variable_moves_both_sides(program, tmp):
    w = Workspace(program, tmp, STACK)
    also = plan(w, "assign", "shop/api", "8001")["youMustAlso"]
    for words in ("recreate the running containers", "to the cluster again of cons", "OAuth"):
        assert any(words in line for line in also), (words, also)
    change = w.apply("assign", "shop/api", "8001")
    assert left(w, 8000) == [], "\n".join(left(w, 8000))
    w.run("undo", str(change), "--yes")
    w.expect_unchanged()


def the_side_that_does_not_move_stays(program, tmp):
    w = Workspace(program, tmp, MAPPED)
    w.apply("assign", "api:8000", "8010")
    w.apply("assign", "api:8001", "8011")
    assert left(w, 8000) == [] and left(w, 8001) == []
    w.expect("shop/compose.yaml", '      - "8010:5000"', "        published: 8011", "      PORT: 5000",
             "      PUBLIC: http://localhost:8010", "      INSIDE: http://api:5000")
    w.apply("assign", "login", "3010")
    w.expect("shop/compose.yaml", '    ports: ["3010:3000"]', "      NEXTAUTH_URL: http://localhost:3010",
             "      test: curl -f http://localhost:3000/health")
    w.expect("shop/Dockerfile", "EXPOSE 5000")
    w.expect("other/.env", "API=http://localhost:8010", "METRICS=http://localhost:8011/metrics")


def who_may_be_meant_is_asked(program, tmp):
    w = Workspace(program, tmp, DOUBT)
    shown = plan(w, "assign", "a", "7001")
    assert [e["file"] for e in shown["edits"]] == ["a/.env"], shown["edits"]
    assert [(e["file"], "several have port 7000" in e["why"]) for e in shown["leftOut"]] == [("c/.env", True)], shown
    assert all(f" {name} ({name}/.env:1)" in shown["leftOut"][0]["why"] for name in "ab"), shown["leftOut"]
    told = w.run("explain", "c/.env:1")
    assert "one of several" in told and all(f" {name}/{name} ({name}/.env:1)" in told for name in "ab"), told
    target, = json.loads(w.run("explain", "c/.env:1", "--json"))["pointsAt"]
    assert target["serviceId"] is None and len(target["candidates"]) == 2, target
    w.apply("assign", "a", "7001", "--include-uncertain")
    w.expect("c/.env", "API_URL=http://localhost:7001")
    w.expect("b/.env", "PORT=7000")


def a_name_that_several_have_is_asked_too(program, tmp):
    stack = "services:\n  store:\n    image: postgres:16\n    expose: ['5432']\n"
    w = Workspace(program, tmp, {
        "a/compose.yaml": stack, "b/compose.yaml": stack,
        "c/compose.yaml": "services:\n  web:\n    image: web\n    environment:\n      DB: postgres://store:5432/x\n"})
    assert "one of several" in w.run("explain", "c/compose.yaml:5")
    shown = plan(w, "assign", "a/store", "5433")
    assert {e["file"] for e in shown["edits"]} == {"a/compose.yaml"}, shown["edits"]
    assert [e["file"] for e in shown["leftOut"]] == ["c/compose.yaml"], shown["leftOut"]


MEANING = '''
[[rule]]
files = "c/.env"
means = "{}"
'''


def whom_the_user_means_takes_the_reference_along(program, tmp):
    """Two have the port; the word of the configuration decides, and the other's move leaves the reference."""
    config = tmp / "config.toml"
    config.write_text(QUIET.read_text() + MEANING.format("b/b"))
    w = Workspace(program, tmp, DOUBT, config)
    told = w.run("explain", "c/.env:1")
    assert re.search(r"config\.toml:\d+ says that this means b/b", told) and "100 % sure" in told, told
    other = plan(w, "assign", "a", "7001")
    assert [e["file"] for e in other["edits"]] == ["a/.env"] and not other["leftOut"], other
    w.apply("assign", "b", "7002")
    w.expect("c/.env", "API_URL=http://localhost:7002")
    assert "points at   b (" in w.run("explain", "c/.env:1")
    w.apply("assign", "b", "7003")
    w.expect("c/.env", "API_URL=http://localhost:7003")
    w.expect("a/.env", "PORT=7000")


def a_meaning_that_leads_nowhere_is_told(program, tmp):
    config = tmp / "config.toml"
    config.write_text(QUIET.read_text() + MEANING.format("b/bb"))
    w = Workspace(program, tmp, DOUBT, config)
    told = w.run("check")
    assert "says that this means b/bb, but no service is called so" in told and 'means = "b/b"' in told, told
    told = w.run("explain", "c/.env:1")
    assert "nobody: " in told and "no service is called so" in told and 'means = "b/b"' in told, told
    config.write_text(QUIET.read_text() + MEANING.format("b/b"))
    w.run("scan", status=None)
    assert "unknown-meaning" not in w.run("check")
    w.write({"b/.env": "PORT=7009\n"})
    w.run("scan", status=None)
    assert "means b/b, which has port 7009, not 7000" in w.run("check")
    assert "nobody: " in (told := w.run("explain", "c/.env:1")) and "which has port 7009, not 7000" in told, told


def what_speaks_for_one_of_several_decides(program, tmp):
    """The workspace, the address, the variant; what none of them decides is somebody's else."""
    w = Workspace(program, tmp, {
        "mono/package.json": '{"name": "mono", "workspaces": ["packages/*"]}\n',
        "mono/packages/api/package.json": '{"name": "api"}\n', "mono/packages/api/.env": "PORT=7000\n",
        "mono/packages/web/package.json": '{"name": "web"}\n',
        "mono/packages/web/.env": "API_URL=http://localhost:7000\n",
        "b/.env": "PORT=7000\n", "b/package.json": '{"name": "b"}\n',
        "x/compose.yaml": "services:\n  x:\n    image: x\n    ports: ['192.168.7.7:7100:80']\n",
        "y/compose.yaml": "services:\n  y:\n    image: y\n    ports: ['127.0.0.1:7100:80']\n",
        "c/.env": "Y_URL=http://127.0.0.1:7100\n"})
    assert "api of mono/packages/api" in w.run("explain", "mono/packages/web/.env:1")
    assert re.search(r"points at +y \(", w.run("explain", "c/.env:1"))
    w.apply("assign", "mono/packages/api/api", "7001")
    w.expect("mono/packages/web/.env", "API_URL=http://localhost:7001")
    w.apply("assign", "x/x", "7101")
    w.expect("c/.env", "Y_URL=http://127.0.0.1:7100")
    w.apply("assign", "y/y", "7102")
    w.expect("c/.env", "Y_URL=http://127.0.0.1:7102")


LISTEN = "import socket, sys\ns = socket.create_server(('127.0.0.1', 0))\nprint(s.getsockname()[1], flush=True)\ninput()\n"


def of_several_the_one_that_listens_is_meant(program, tmp):
    (tmp / "workspace/a").mkdir(parents=True)
    config = tmp / "config.toml"
    config.write_text("[health]\nenabled = false\n")
    with subprocess.Popen([sys.executable, "-c", LISTEN], cwd=tmp / "workspace/a", text=True,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE) as listener:
        port = int(listener.stdout.readline())
        w = Workspace(program, tmp, {path: text.replace("7000", str(port)) for path, text in DOUBT.items()}, config)
        of_a, of_b = (plan(w, "assign", name, "7001") for name in "ab")
        listener.communicate("\n")
    assert {e["file"] for e in of_a["edits"]} == {"a/.env", "c/.env"}, of_a
    assert "alone listens" in [e["why"] for e in of_a["edits"] if e["file"] == "c/.env"][0], of_a
    assert {e["file"] for e in of_b["edits"]} == {"b/.env"}, of_b
    silent = plan(w, "assign", "a", "7001")
    assert {e["file"] for e in silent["edits"]} == {"a/.env"}, silent


def a_pin_and_a_taken_port_are_refused(program, tmp):
    w = Workspace(program, tmp, HOST)
    for args, words in ((("api", "4100"), "web"), (("api", "4000"), "already"), (("nobody", "4001"), "nobody")):
        result = w.start("assign", *args, "--yes")
        assert result.returncode in (2, 4) and words in result.stderr, (args, result.returncode, result.stderr)
    w.expect_unchanged()


def keys_are_edited_as_values_are(program, tmp):
    """Maps of hosts have addresses for keys, a dev container's attributes ports."""
    old, new = "198.51.100.7", "203.0.113.10"
    w = Workspace(program, tmp, {
        "a/hosts.yaml": f"hosts:\n  {old}: web\n  b: http://{old}:8080/\n",
        "a/hosts.json": f'{{"{old}": 1, "u": "{old}"}}\n',
        "a/hosts.toml": f'"{old}" = "web"\n["{old}:80"]\nx = 1\n',
        "a/hosts.ini": f"[web]\n{old} = up\n",
        "a/hosts.js": f"module.exports = {{ '{old}': {{ name: 'web' }} }};\n",
        "b/package.json": '{"name": "b", "scripts": {"dev": "node server.js --port 4000"}}\n',
        "b/.devcontainer/devcontainer.json": '{"forwardPorts": [4000], "portsAttributes": {"4000": {"label": "b"}}}\n'})
    w.apply("ip", "change", old, new)
    for path in ("yaml", "json", "toml", "ini", "js"):
        assert old not in w.read(f"a/hosts.{path}"), w.read(f"a/hosts.{path}")
    w.apply("assign", "b", "4001", "--include-uncertain")
    w.expect("b/.devcontainer/devcontainer.json",
             '{"forwardPorts": [4001], "portsAttributes": {"4001": {"label": "b"}}}')
    w.run("undo", "2", "--yes")
    w.run("undo", "1", "--yes")
    w.expect_unchanged()


if __name__ == "__main__":
    sys.exit(main([a_process_takes_everybody_along, one_variable_moves_both_sides, the_side_that_does_not_move_stays,
                   who_may_be_meant_is_asked, a_name_that_several_have_is_asked_too,
                   whom_the_user_means_takes_the_reference_along, a_meaning_that_leads_nowhere_is_told,
                   what_speaks_for_one_of_several_decides, of_several_the_one_that_listens_is_meant,
                   a_pin_and_a_taken_port_are_refused,
                   keys_are_edited_as_values_are]))
