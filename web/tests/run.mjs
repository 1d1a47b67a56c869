// usage: node tests/run.mjs CINELOOM PICTURES — checks the web client against a real server and a real browser.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkApi } from './api.mjs';
import { checkPages } from './pages.mjs';
import { addressOf, report } from './harness.mjs';
import { checkSignIn } from './signin.mjs';
import { checkSource } from './source.mjs';

const [program, pictures] = process.argv.slice(2);
const data = mkdtempSync(join(tmpdir(), 'cineloom-web-'));
mkdirSync(pictures, { recursive: true });

const demo = spawnSync(program, ['demo', '--data', data], { encoding: 'utf8' });
if (demo.status !== 0) throw new Error(`the demo failed:\n${demo.stderr}`);

const server = spawn(program, ['serve', '--port', '0', '--data', data], { stdio: ['ignore', 'pipe', 'inherit'] });
const address = await addressOf(server);

try {
  await checkSource();
  await checkApi(address);
  const { films: [{ id: film }] } = await (await fetch(`${address}/api/v1/films?analyzed=true`)).json();
  await checkPages(address, film, pictures);
  await checkSignIn(program, pictures);
} finally {
  server.removeAllListeners('exit');
  const ended = new Promise((resolve) => server.on('exit', resolve));
  server.kill('SIGINT');
  await ended;
  rmSync(data, { recursive: true });
}
process.exit(report());
