// usage: node tests/clients/run.mjs CINELOOM — checks the server with the clients that others wrote for other servers, and with those made from its own specification.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressOf, report } from '../../web/tests/harness.mjs';
import { checkFeeds } from './feeds.mjs';
import { checkGorse } from './gorse.mjs';
import { checkJellyfin } from './jellyfin.mjs';
import { checkPythonClient, checkTypeScriptClient } from './made.mjs';
import { checkMcpOverHttp, checkMcpOverStdio } from './mcp.mjs';
import { checkSubpath } from './subpath.mjs';

const [program] = process.argv.slice(2);
const data = mkdtempSync(join(tmpdir(), 'cineloom-clients-'));
const demo = spawnSync(program, ['demo', '--data', data], { encoding: 'utf8' });
if (demo.status !== 0) throw new Error(`the demo failed:\n${demo.stderr}`);
for (const film of ['Tampopo', 'Seven Samurai']) spawnSync(program, ['rate', '--data', data, '--user', 'Ada', film, '5']);

const server = spawn(program, ['serve', '--port', '0', '--data', data], { stdio: ['ignore', 'pipe', 'inherit'] });
const base = await addressOf(server);

try {
  await checkFeeds(base);
  await checkMcpOverHttp(base);
  await checkGorse(base);
  await checkPythonClient(base);
  await checkTypeScriptClient(base);
} finally {
  server.removeAllListeners('exit');
  const ended = new Promise((resolve) => server.on('exit', resolve));
  server.kill('SIGINT');
  await ended;
}
await checkMcpOverStdio(program, data);
await checkJellyfin(program);
await checkSubpath(program);
rmSync(data, { recursive: true });
process.exit(report());
