// Below a path of a proxy: whatever the page, its scripts and its answers name must lead back through the proxy, and nothing beside it.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request as send } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check } from '../../web/tests/harness.mjs';

const kPath = '/home/cinema';

/// Takes the path off what begins with it; what does not is noted, and answered by nobody.
async function startProxy() {
  const proxy = { strays: [], target: null };
  const server = createServer((incoming, outgoing) => {
    if (!incoming.url.startsWith(`${kPath}/`)) {
      proxy.strays.push(incoming.url);
      return outgoing.writeHead(404).end();
    }
    const headers = { ...incoming.headers, 'x-forwarded-for': '192.0.2.7', 'x-forwarded-prefix': kPath };
    incoming.pipe(send({ ...proxy.target, method: incoming.method, path: incoming.url.slice(kPath.length), headers }, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    }));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy.page = `http://127.0.0.1:${server.address().port}${kPath}/`;
  proxy.close = () => (server.closeAllConnections(), server.close());
  return proxy;
}

/// Everything that a page, a script, a style or a manifest names as a file beside it.
function namesIn(url, text) {
  const patterns = url.endsWith('.js') ? [/(?:from|import)\s*\(?\s*["'`](\.{1,2}\/[^"'`]+\.(?:js|css))["'`]/g, /["'`](assets\/[^"'`]+\.(?:js|css))["'`]/g]
    : url.endsWith('.css') ? [/url\(["']?([^"')]+)["']?\)/g]
      : url.endsWith('.webmanifest') ? [/"(?:src|start_url)"\s*:\s*"([^"]+)"/g] : [/(?:src|href)="([^"]+)"/g];
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, name]) => name)).filter((name) => !name.startsWith('data:') && !name.startsWith('#'));
}

export async function checkSubpath(program) {
  const data = mkdtempSync(join(tmpdir(), 'cineloom-subpath-'));
  const demo = spawnSync(program, ['import', '--data', data, 'demo/library'], { encoding: 'utf8' });
  if (demo.status !== 0) throw new Error(`the library was not imported:\n${demo.stderr}`);
  const proxy = await startProxy();
  const server = spawn(program, ['serve', '--port', '0', '--data', data, '--public-url', proxy.page, '--proxy', '127.0.0.1', '--address', '127.0.0.1', '--json']);
  let said = '';
  let page;
  const token = await new Promise((resolve, reject) => {
    let told = '';
    server.stdout.on('data', (piece) => { said += piece; page ??= /"page":"([^"]+)"/.exec(said)?.[1]; });
    server.stderr.on('data', (piece) => {
      told += piece;
      const found = /good once\s+(\S+)/.exec(told);
      if (found) resolve(found[1]);
    });
    server.on('exit', () => reject(new Error(`the server ended: ${told}`)));
  });
  // The line with the page names the proxy's address; the server's own port is asked of the system.
  proxy.target = { host: '127.0.0.1', port: await listeningPort(server.pid) };

  try {
    await check('below a path: the page and all files that it names come through the proxy', async () => {
      const waiting = [proxy.page];
      const seen = new Set(waiting);
      while (waiting.length) {
        const url = waiting.pop();
        const response = await fetch(url);
        assert.equal(response.status, 200, url);
        const type = response.headers.get('content-type');
        const text = /html|javascript|css|json|manifest/.test(type) ? await response.text() : (await response.arrayBuffer(), '');
        for (const name of namesIn(new URL(url).pathname, text)) {
          const next = new URL(name, name.startsWith('assets/') ? proxy.page : url).href.replace(/#.*/, '');
          if (!seen.has(next) && seen.add(next)) waiting.push(next);
        }
      }
      assert.ok(seen.size > 10, [...seen].join(' '));
      assert.deepEqual(proxy.strays, []);
    });
    await check('below a path: the first account, its cookie, a change from a page, feeds and errors work', async () => {
      const origin = new URL(proxy.page).origin;
      const post = (path, body, headers = {}) => fetch(new URL(path, proxy.page), { method: 'POST', headers: { 'Content-Type': 'application/json', Origin: origin, ...headers }, body: JSON.stringify(body) });
      const made = await post('api/v1/setup', { token, name: 'Ada', password: 'a long password here' });
      assert.equal(made.status, 201, await made.text());
      const cookies = made.headers.getSetCookie();
      assert.ok(cookies.length >= 2 && cookies.every((cookie) => /Path=\/(;|$)/.test(cookie)), cookies.join(' '));
      const Cookie = cookies.map((cookie) => cookie.split(';')[0]).join('; ');
      const asAda = { Cookie, 'X-Cineloom-Page': /cineloom-page=([^;]+)/.exec(Cookie)[1] };
      const { viewers } = await (await fetch(new URL('api/v1/viewers', proxy.page), { headers: asAda })).json();
      const ada = viewers.find(({ name }) => name === 'Ada');
      const feeds = await post(`api/v1/viewers/${ada.id}/feeds`, {}, asAda);
      assert.equal(feeds.status, 201);
      for (const address of Object.values(await feeds.json())) {
        assert.ok(address.startsWith(proxy.page), address);
        const answer = await fetch(address);
        assert.equal(answer.status, 200, address);
        for (const [link] of (await answer.text()).matchAll(/http:\/\/127\.0\.0\.1[^\s<"]*/g)) assert.ok(link.startsWith(proxy.page), link);
      }
      const lost = await fetch(new URL('api/v1/films/999999', proxy.page), { headers: asAda });
      assert.equal(lost.status, 404);
      assert.match((await lost.json()).trace_id, /^[0-9a-f]{32}$/);
      const foreign = await post('api/v1/viewers', { name: 'x' }, { ...asAda, Origin: 'http://evil.example' });
      assert.equal(foreign.status, 403);
      assert.deepEqual(proxy.strays, []);
    });
  } finally {
    server.removeAllListeners('exit');
    const ended = new Promise((resolve) => server.on('exit', resolve));
    server.kill('SIGINT');
    await ended;
    proxy.close();
    rmSync(data, { recursive: true });
  }
}

async function listeningPort(pid) {
  const { readdirSync, readlinkSync, readFileSync } = await import('node:fs');
  for (;;) {
    const own = new Set(readdirSync(`/proc/${pid}/fd`).map((fd) => { try { return /socket:\[(\d+)\]/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1]; } catch { return null; } }));
    for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/);
      if (fields[3] === '0A' && own.has(fields[9])) return parseInt(fields[1].split(':')[1], 16);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
