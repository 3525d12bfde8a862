#!/usr/bin/env python3
"""Plants secrets wherever projects keep them, and looks for them in everything that the program writes;
speaks TAP.

usage: run.py PORT_MANAGER
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

CANARY = "c4n4ry-{}-s3cr3t"
FILES = {
    "app/.env": "PORT=3000\nSECRET_KEY={}\nDATABASE_URL=postgres://user:{}@db:5432/app\nexport TOKEN='{} 8080'\n",
    "app/.env.local": "API_KEY={}:8443\n",
    "app/package.json": '{{"name": "app", "scripts": {{"start": "TOKEN={} node server.js --port 3000 --password {}"}}}}\n',
    "app/compose.yaml": "services:\n  cache:\n    image: redis\n    command: redis-server --requirepass {} --port 6379\n"
                        "    environment:\n      PASSWORD: {}\n      URL: http://u:{}@web:80/\n    ports: ['6379:6379']\n"
                        "    labels:\n      auth: '{}'\n    env_file: .env\n",
    "app/k8s/secret.yaml": "apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData:\n  password: {}\n  url: http://x:{}@h:81\n",
    "app/config.json": '{{"port": 3000, "jwt": "{}", "url": "https://me:{}@example.com:8443/x"}}\n',
    "app/server.js": "const key = '{}';\nfetch('http://user:{}@localhost:3000/');\napp.listen(3000);\n",
    "app/settings.toml": "port = 3000\npassword = '{}'\n",
    "app/nginx.conf": "server {{ listen 80; proxy_set_header Authorization 'Bearer {}'; }}\n",
    "app/deploy.sh": "export PASS={}\ncurl -u admin:{} http://localhost:3000/\n",
    "app/.mcp.json": '{{"mcpServers": {{"m": {{"command": "npx", "args": ["--api-key", "{}"], "env": {{"K": "{}"}}, "url": "http://localhost:3000/?key={}"}}}}}}\n',
    "app/Dockerfile": "FROM x\nENV TOKEN={}\nARG PW={}\nEXPOSE 3000\n",
    "app/broken.yaml": "port: 3000\npassword: {}\n  bad: [\n secret: '{}\n",
}
COMMANDS = [
    ["scan", "{root}"], ["scan", "--json", "{root}"], ["services"], ["services", "--json"], ["conflicts", "--json"],
    ["findings"], ["findings", "--ndjson"], ["findings", "--json", "{root}"], ["check"], ["check", "--json", "{root}"],
    ["history", "--json"], ["events", "--after", "0", "--json"], ["doctor"], ["explain", "app/.env:3"],
    ["explain", "app/compose.yaml:4", "--json"],
]
PATTERN = re.compile(rb"c4n4ry-\d+-s3cr3t|c4n4ry")


def plant(root):
    count = 0
    for name, text in FILES.items():
        path = pathlib.Path(root, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        planted = text.count("{}")
        path.write_text(text.format(*[CANARY.format(count + i) for i in range(planted)]), encoding="utf-8")
        count += planted
    return count


def leaks_of_output(program, state, root):
    for command in COMMANDS:
        result = subprocess.run([program, "--state", state] + [a.format(root=root) for a in command], check=False,
                                capture_output=True, timeout=60)
        found = PATTERN.search(result.stdout + result.stderr)
        yield found is None, f"{command[0]}-prints-none", found


def leaks_of_files(folder):
    for path in sorted(pathlib.Path(folder).rglob("*")):
        if path.is_file():
            found = PATTERN.search(path.read_bytes())
            yield found is None, f"{path.name}-keeps-none", found


def main():
    program = os.path.abspath(sys.argv[1])
    number = 0
    with tempfile.TemporaryDirectory() as tmp:
        root, state = os.path.join(tmp, "root"), os.path.join(tmp, "state")
        planted = plant(root)
        results = list(leaks_of_output(program, state, root)) + list(leaks_of_files(state))
        # The control: what looks for secrets must find those that were planted.
        control = sum(not fine for fine, _, _ in leaks_of_files(root))
        results.append((control == len(FILES), f"control-finds-{planted}-planted", None))
        for fine, name, found in results:
            number += 1
            print(f"{'ok' if fine else 'not ok'} {number} /secrets/{name}")
            if found:
                print(f"# {found.group()!r}")
    print(f"1..{number}")


main()
