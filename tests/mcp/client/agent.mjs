// An agent as hosts write them: the protocol's own client starts the server, looks, takes a port, and changes files
// when its person agrees. Speaks TAP.
//
// usage: agent.mjs PORT_MANAGER FOLDER
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';

const [program, folder] = process.argv.slice(2);
const projects = join(folder, 'projects');
for (const name of ['web', 'admin']) {
  mkdirSync(join(projects, name), { recursive: true });
  writeFileSync(join(projects, name, '.env'), 'PORT=4000\n');
  writeFileSync(join(projects, name, 'package.json'), JSON.stringify({ name, scripts: { start: 'node server.js' } }));
}
// Status 1: it found the conflict that is to be resolved.
assert.equal(spawnSync(program, ['scan', projects]).status, 1);

async function connect(capabilities, person) {
  const client = new Client({ name: 'agent', version: '1.0.0' }, { capabilities });
  if (person) client.setRequestHandler(ElicitRequestSchema, person);
  await client.connect(new StdioClientTransport({ command: program, args: ['mcp'], env: process.env }));
  return client;
}

async function conflicts(client) {
  const { structuredContent } = await client.callTool({ name: 'list_conflicts', arguments: {} });
  return structuredContent.conflicts;
}

const tests = {
  'knows-the-server': async () => {
    const client = await connect({});
    assert.equal(client.getServerVersion().name, 'port-manager');
    const { tools } = await client.listTools();
    assert.ok(tools.some((tool) => tool.name === 'lease_port'));
    await client.close();
  },
  'takes-a-port-and-gives-it-back': async () => {
    const client = await connect({});
    const { structuredContent } = await client.callTool({ name: 'lease_port', arguments: { type: 'web', ttlSeconds: 60 } });
    const { port, id } = structuredContent.lease;
    assert.notEqual(port, 4000);
    const who = await client.callTool({ name: 'who_has_port', arguments: { port } });
    assert.equal(who.structuredContent.leases.length, 1);
    const back = await client.callTool({ name: 'release_port', arguments: { lease: id } });
    assert.ok(!back.isError);
    await client.close();
  },
  'resolves-what-the-person-agrees-to': async () => {
    const asked = [];
    const client = await connect({ elicitation: {} }, ({ params }) => {
      asked.push(params.message);
      return asked.length === 1 ? { action: 'decline' } : { action: 'accept', content: { write: true } };
    });
    assert.equal((await conflicts(client)).length, 1);
    const declined = await client.callTool({ name: 'resolve_conflicts', arguments: {} });
    assert.equal(declined.structuredContent.transaction, null);
    assert.equal((await conflicts(client)).length, 1);
    const done = await client.callTool({ name: 'resolve_conflicts', arguments: {} });
    assert.equal(done.structuredContent.transaction.state, 'committed');
    assert.equal((await conflicts(client)).length, 0);
    assert.ok(asked[1].includes('/.env:1'), asked[1]);
    const texts = ['web', 'admin'].map((name) => readFileSync(join(projects, name, '.env'), 'utf8'));
    assert.equal(texts.filter((text) => text === 'PORT=4000\n').length, 1, texts.join());
    await client.close();
  },
  'hears-why-not': async () => {
    const client = await connect({ elicitation: {} }, () => ({ action: 'accept', content: { write: true } }));
    const result = await client.callTool({ name: 'assign_port', arguments: { service: 'nobody', port: 4100 } });
    assert.ok(result.isError && result.content[0].text.includes('nobody'));
    await client.close();
  },
};

const names = Object.keys(tests);
console.log(`1..${names.length}`);
for (const [index, name] of names.entries()) {
  let fine = true;
  try {
    await tests[name]();
  } catch (error) {
    fine = false;
    console.log(String(error.stack).replace(/^/gm, '# '));
  }
  console.log(`${fine ? 'ok' : 'not ok'} ${index + 1} - /mcp/client/${name}`);
}
