// Clients that are made from api/openapi.yaml: one of Python by tools/python-client, one of TypeScript by openapi-typescript and openapi-fetch.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { check } from '../../web/tests/harness.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');

function run(command, ...words) {
  const { status, stdout, stderr, error } = spawnSync(command, words, { encoding: 'utf8', cwd: here });
  assert.equal(status, 0, `${command} ${words.join(' ')}: ${error ?? ''}${stderr}${stdout}`);
  return stdout;
}

export async function checkPythonClient(base) {
  const folder = mkdtempSync(join(tmpdir(), 'cineloom-python-'));
  let results = [];
  await check('Python: the client is made from the specification, and used', () => {
    run('node', join(root, 'tools/python-client/make.mjs'), join(folder, 'cineloom_client.py'));
    results = run('python3', '-W', 'error', join(here, 'with_python.py'), base, folder).trim().split('\n').map((line) => JSON.parse(line));
    assert.ok(results.length >= 5, `${results.length} checks`);
  });
  for (const { name, error } of results) await check(name, () => assert.ok(!error, error));
  rmSync(folder, { recursive: true });
}

export async function checkTypeScriptClient(base) {
  const folder = join(here, 'made');
  mkdirSync(folder, { recursive: true });
  await check('TypeScript: the client is made from the specification, agrees with how it is used, and works', () => {
    const tools = join(root, 'web/node_modules/.bin');
    run(join(tools, 'openapi-typescript'), join(root, 'api/openapi.yaml'), '-o', join(folder, 'schema.d.ts'));
    run(join(tools, 'tsc'), '-p', here);
    assert.match(run('node', join(folder, 'with_typescript.mjs'), base), /^done$/m);
  });
}
