// Several `cineloom serve` nodes on one PostgreSQL under a stream of events, each of which is killed with SIGKILL in turn. Every event has
// a key; one that a node acknowledged must be there once and only once at the end, and the others must go on answering. A program that
// dies over a training leaves it to another.
//   node tests/system/nodes.mjs PROGRAM [--kills N] [--json]
// Prints one line per check and ends in `N passed, N failed`; with --json only the figures, for ./dev bench serve.
import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const program = process.argv[2];
const flag = (name) => process.argv.indexOf(name);
const kills = flag('--kills') > 0 ? Number(process.argv[flag('--kills') + 1]) : 3;
const isJson = flag('--json') > 0;
const kNodes = 3;
const kViewers = 6;
let passed = 0;
let failed = 0;
const say = (text) => isJson || console.log(text);
function check(name, isGood, found = '') {
  if (isGood) passed++; else failed++;
  say(`${isGood ? 'ok    ' : 'FAILED'} ${name}${isGood ? '' : ` ${found}`}`);
}
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/// Asks until the answer is true; a slow machine has minutes.
async function until(what, ask) {
  for (const end = Date.now() + 180_000; Date.now() < end; await pause(100)) if (await ask()) return true;
  check(what, false, 'did not come to pass');
  return false;
}

// --- PostgreSQL, as its own user where this is root
const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql').sort() : [];
const binaries = versions.map((version) => `/usr/lib/postgresql/${version}/bin`).filter((folder) => existsSync(`${folder}/initdb`)).at(-1);
if (!binaries) {
  if (isJson) console.log('{"missing":"PostgreSQL is not installed"}');
  else console.log('skipped: PostgreSQL is not installed (there is no /usr/lib/postgresql/*/bin/initdb)\n0 passed, 0 failed');
  process.exit(0);
}
const work = mkdtempSync(existsSync('/dev/shm') && !isJson ? '/dev/shm/cineloom-nodes-' : '/tmp/cineloom-nodes-');
const identity = {};
if (process.getuid() === 0) {
  const users = readFileSync('/etc/passwd', 'utf8').split('\n').map((line) => line.split(':'));
  const user = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  identity.uid = Number(user[2]);
  identity.gid = Number(user[3]);
  chownSync(work, identity.uid, identity.gid);
}
const database = join(work, 'data');
const children = new Set();
function launch(command, parameters, options) {
  const child = spawn(command, parameters, { stdio: ['ignore', 'pipe', 'inherit'], ...options });
  children.add(child);
  child.on('exit', () => children.delete(child));
  return child;
}
const run = (name, parameters) => spawnSync(`${binaries}/${name}`, parameters, { ...identity, cwd: work }).status === 0;
if (!run('initdb', ['-D', database, '-U', 'cineloom', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'])) throw new Error('initdb failed');
const server = spawn(`${binaries}/postgres`, ['-D', database, '-k', work, '-c', 'listen_addresses=', '-c', 'shared_buffers=64MB'],
  { ...identity, cwd: work, stdio: 'ignore' });
const address = `postgresql://cineloom@${encodeURIComponent(work)}/postgres`;

// --- nodes
const nodes = [];
async function startNode(number, words = ['serve', '--port', '0', '--no-jobs']) {
  const folder = join(work, 'shared');
  mkdirSync(folder, { recursive: true });
  const child = launch(program, ['--data', folder, '--store', address, ...words]);
  const node = { number, child, base: null };
  let output = '';
  child.stdout.on('data', (data) => {
    output += data;
    node.base ??= /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0] ?? null;
    node.works ||= output.includes('working');
  });
  await until(`node ${number} starts`, () => node.base || node.works || child.exitCode !== null);
  return node;
}
async function ask(node, method, path, body) {
  try {
    const response = await fetch(node.base + path, {
      method, body: body && JSON.stringify(body), headers: body ? { 'Content-Type': 'application/json' } : {}, signal: AbortSignal.timeout(60_000) });
    return { status: response.status, body: response.status === 204 ? null : await response.json() };
  } catch {
    return { status: 0, body: null };
  }
}

// --- the stream: each viewer's events in order; an event that was not acknowledged is sent again to the next node, with the same key
const acknowledged = new Map();
let isStreaming = true;
let answers = 0;
let failures = 0;
async function stream(viewer, films) {
  for (let number = 0; isStreaming; number++) {
    const event = { kind: 'like', film: films[number % films.length], event_id: `${viewer}-${number}` };
    for (let at = number; isStreaming; at++) {
      const answer = await ask(nodes[at % kNodes], 'POST', `/api/v1/viewers/${viewer}/events`, event);
      if (answer.status >= 200 && answer.status < 300) {
        acknowledged.get(viewer).push(event.event_id);
        answers++;
        break;
      }
      failures++;
      await pause(5);
    }
  }
}

const stopAll = () => {
  for (const child of children) child.kill('SIGKILL');
  server.kill('SIGQUIT');
};
process.on('exit', () => {
  stopAll();
  rmSync(work, { recursive: true, force: true });
});

await until('PostgreSQL answers', () => run('pg_isready', ['-q', '-h', work]));
const began = Date.now();
nodes.push(...await Promise.all([0, 1, 2].map((number) => startNode(number))));
check('three nodes start at a time on an empty database', nodes.every((node) => node.base));

// A small library, made by one program, known to the servers that ran before it came.
const ratings = join(work, 'ratings.csv');
const { writeFileSync } = await import('node:fs');
const titles = ['Ran', 'Ikiru', 'Stalker', 'Solaris', 'Metropolis', 'Nosferatu', 'Vertigo', 'Playtime'];
writeFileSync(ratings, 'Const,Your Rating,Date Rated,Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres,Num Votes,Release Date,Directors\n'
  + titles.map((title, i) => `tt00000${10 + i},${5 + (i % 5)},2020-01-0${1 + i},${title},https://www.imdb.com/title/tt00000${10 + i}/,movie,8.0,120,${1950 + i},Drama,1000,1950-01-01,Somebody`).join('\n') + '\n');
const imported = spawnSync(program, ['--data', join(work, 'shared'), '--store', address, '--json', 'import', '--user', 'Ada', ratings], { encoding: 'utf8' });
check('another program imports into the same store', imported.status === 0, imported.stdout + imported.stderr);
const films = (await ask(nodes[1], 'GET', '/api/v1/films')).body?.films?.map((film) => film.id) ?? [];
check('the servers know the films that it brought', films.length >= titles.length, `found ${films.length}`);
for (let i = 0; i < kViewers; i++) {
  const made = await ask(nodes[i % kNodes], 'POST', '/api/v1/viewers', { name: `viewer ${i}` });
  acknowledged.set(made.body.viewer?.id ?? made.body.id, []);
}
const streams = [...acknowledged.keys()].map((viewer) => stream(viewer, films));

// --- each node is killed in turn while the others are asked
let silent = 0;
for (let kill = 0; kill < kills; kill++) {
  const before = answers;
  await until('events flow', () => answers > before + 30);
  const victim = nodes[kill % kNodes];
  victim.child.kill('SIGKILL');
  const after = answers;
  await until('the others go on', () => answers > after + 30);
  for (const node of nodes.filter((other) => other !== victim)) {
    if ((await ask(node, 'GET', '/health/ready')).status !== 200) silent++;
  }
  nodes[kill % kNodes] = await startNode(kill % kNodes);
}
isStreaming = false;
await Promise.all(streams);
const seconds = (Date.now() - began) / 1000;
check('the nodes that lived answered after every kill', silent === 0, `${silent} did not`);

// --- the ledger of the stream against the store
let lost = 0;
let doubled = 0;
let total = 0;
for (const [viewer, keys] of acknowledged) {
  const kept = (await ask(nodes[0], 'GET', `/api/v1/viewers/${viewer}/events`)).body?.events ?? [];
  const counts = new Map();
  for (const event of kept) counts.set(event.key, (counts.get(event.key) ?? 0) + 1);
  total += keys.length;
  lost += keys.filter((key) => !counts.has(key)).length;
  doubled += [...counts.values()].filter((count) => count > 1).length;
}
check(`0 of ${total} acknowledged events are lost`, lost === 0, `${lost} are`);
check('no event is there twice', doubled === 0, `${doubled} are`);

// --- a worker dies in the middle of a job; another one takes the same one up. What it has to read is locked, so that it cannot be done before.
const holder = launch(`${binaries}/psql`, ['-X', '-q', '-h', work, '-U', 'cineloom', 'postgres'], { ...identity, cwd: work, stdio: ['pipe', 'pipe', 'inherit'] });
let held = '';
holder.stdout.on('data', (data) => { held += data; });
const query = (text) => spawnSync(`${binaries}/psql`, ['-X', '-At', '-h', work, '-U', 'cineloom', '-c', text, 'postgres'], { ...identity, cwd: work, encoding: 'utf8' }).stdout.trim();
const first = await startNode('worker 1', ['worker', '--lease', '2']);
holder.stdin.write("BEGIN;\nLOCK TABLE events IN ACCESS EXCLUSIVE MODE;\nSELECT 'locked';\n");
await until('what the job reads is locked', () => held.includes('locked'));
const submitted = await ask(nodes[0], 'POST', '/api/v1/training');
check('a training is asked for', submitted.status === 202, JSON.stringify(submitted));
// One that the events before brought about may have begun already; then the one asked for waits behind it.
await until('the first worker has a job', () => query("SELECT attempts FROM jobs WHERE state='running'") === '1');
const job = Number(query("SELECT id FROM jobs WHERE state='running'"));
const death = new Promise((resolve) => first.child.on('exit', (code, signal) => resolve(signal)));
first.child.kill('SIGKILL');
check('it is killed', await death === 'SIGKILL');
check('it died with the job in its hands', query(`SELECT state, attempts FROM jobs WHERE id=${job}`) === 'running|1');
holder.stdin.end('ROLLBACK;\n');
const second = await startNode('worker 2', ['worker', '--lease', '2']);
const jobPath = `/api/v1/jobs/${job}`;
await until('the job ends after its worker died', async () => ['done', 'failed'].includes((await ask(nodes[2], 'GET', jobPath)).body?.state));
const ended = (await ask(nodes[2], 'GET', jobPath)).body;
check('any server tells that it is done', ended?.state === 'done', JSON.stringify(ended));
check('it was the second one that did it, at the second attempt', query(`SELECT state, attempts FROM jobs WHERE id=${job}`) === 'done|2', query(`SELECT state, attempts FROM jobs WHERE id=${job}`));
second.child.kill('SIGTERM');

// --- who signs in at one node is known to all; accounts are made by a program beside them
const password = 'violet anvil harbour';
const account = spawnSync(program, ['--data', join(work, 'elsewhere'), '--store', address, 'account', 'add', 'ana', '--admin'], { input: `${password}\n`, encoding: 'utf8' });
check('an account is made in the database, from another folder', account.status === 0, account.stdout + account.stderr);
const status = async (node, path, options) => (await fetch(node.base + path, { ...options, signal: AbortSignal.timeout(60_000) })).status;
for (const node of nodes) await until('every node asks who comes', async () => await status(node, '/api/v1/films') === 401);
const signedIn = await fetch(`${nodes[0].base}/api/v1/session`, {
  method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ name: 'ana', password }) });
const cookies = signedIn.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
check('somebody signs in at the first node', signedIn.status === 201, String(signedIn.status));
const asAna = { headers: { Cookie: cookies.join('; '), 'X-Cineloom-Page': cookies.find((cookie) => cookie.startsWith('cineloom-page='))?.split('=')[1] } };
check('the others know them', await status(nodes[1], '/api/v1/films', asAna) === 200 && await status(nodes[2], '/api/v1/accounts', asAna) === 200);
const asked = (method, body) => ({ method, headers: { ...asAna.headers, 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
check('they make an account at the first', await status(nodes[0], '/api/v1/accounts', asked('POST', { name: 'bo', password, role: 'viewer' })) === 201);
check('which signs in at the second', await status(nodes[1], '/api/v1/session', {
  method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ name: 'bo', password }) }) === 201);
const token = await (await fetch(`${nodes[0].base}/api/v1/tokens`, asked('POST', { name: 'tv', scopes: ['read'] }))).json();
const asTv = { headers: { Authorization: `Bearer ${token.token}` } };
check('a token of the first opens the third', await status(nodes[2], '/api/v1/films', asTv) === 200);
check('it is taken back at the second', await status(nodes[1], `/api/v1/tokens/${token.id}`, { ...asAna, method: 'DELETE' }) === 204);
for (const node of nodes) check('and opens nothing any more', await until('all nodes forget the token', async () => await status(node, '/api/v1/films', asTv) === 401));
check('they sign out at the second', await status(nodes[1], '/api/v1/session', { ...asAna, method: 'DELETE' }) === 204);
for (const node of nodes) check('and are signed out', await until('all nodes forget them', async () => await status(node, '/api/v1/films', asAna) === 401));
const audit = spawnSync(program, ['--data', join(work, 'elsewhere'), '--store', address, 'account', 'audit'], { encoding: 'utf8' });
check('the log of all nodes is one and whole', audit.status === 0 && /signed_out/.test(audit.stdout), audit.stdout + audit.stderr);

if (isJson) console.log(JSON.stringify({ kills, acknowledged: total, lost, doubled, silent, failures, seconds }));
else console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && lost === 0 && doubled === 0 ? 0 : 1);
