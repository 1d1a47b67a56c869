// A stand-in for a Jellyfin server, made from the API's published description (Jellyfin 10.9 to 10.11), not a server itself: it knows the
// routes that lists need, and refuses whatever the description does not have. What `cineloom deliver jellyfin` does to it is checked.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check } from '../../web/tests/harness.mjs';

const kKey = 'a1b2c3d4e5f60718293a4b5c6d7e8f90';
const kPicks = 50;
const kUser = '0f0e0d0c0b0a09080706050403020100';
const isGuid = (text) => /^[0-9a-f]{32}$/.test(text);
const guid = (number) => number.toString(16).padStart(32, '0');

/// What each route takes: parameters, and fields of the body with their types.
const routes = [
  { method: 'GET', path: /^\/Users$/, query: [] },
  { method: 'GET', path: /^\/Items$/, query: ['userId', 'recursive', 'includeItemTypes', 'fields', 'parentId', 'startIndex', 'limit'] },
  { method: 'GET', path: /^\/Playlists\/([0-9a-f]{32})\/Items$/, query: ['userId', 'startIndex', 'limit'] },
  { method: 'POST', path: /^\/Playlists$/, query: [], body: { Name: 'string', Ids: 'guids', UserId: 'guid', MediaType: 'string', IsPublic: 'boolean' }, required: ['Name'] },
  { method: 'POST', path: /^\/Playlists\/([0-9a-f]{32})$/, query: [], body: { Name: 'string', Ids: 'guids', IsPublic: 'boolean' }, required: [] },
  { method: 'POST', path: /^\/Collections$/, query: ['name', 'ids', 'parentId', 'isLocked'] },
  { method: 'POST', path: /^\/Collections\/([0-9a-f]{32})\/Items$/, query: ['ids'] },
  { method: 'DELETE', path: /^\/Collections\/([0-9a-f]{32})\/Items$/, query: ['ids'] },
];
const fits = { string: (v) => typeof v === 'string', boolean: (v) => typeof v === 'boolean', guid: isGuid, guids: (v) => Array.isArray(v) && v.every(isGuid) };

class StandIn {
  constructor(movies) {
    this.movies = movies;
    this.lists = new Map();  // id -> { Name, Type, ids }
    this.faults = [];
    this.writes = [];
    this.next = 1000;
    this.server = createServer((request, response) => this.answer(request, response));
  }
  async listen() {
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${this.server.address().port}`;
  }
  async answer(request, response) {
    let text = '';
    for await (const piece of request) text += piece;
    const say = (status, value) => response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8' }).end(value === undefined ? '' : JSON.stringify(value));
    const token = /^MediaBrowser (?=.*Client="[^"]+")(?=.*Device="[^"]+")(?=.*DeviceId="[^"]+")(?=.*Version="[^"]+").*Token="([^"]*)"$/.exec(request.headers.authorization ?? '');
    if (!token) this.faults.push(`authorization: ${request.headers.authorization}`);
    if (token?.[1] !== kKey) return say(401);
    const url = new URL(request.url, this.url);
    const query = Object.fromEntries(url.searchParams);
    const route = routes.find((one) => one.method === request.method && one.path.test(url.pathname));
    if (!route) return this.faults.push(`${request.method} ${url.pathname}`), say(404);
    for (const name of Object.keys(query)) if (!route.query.includes(name)) this.faults.push(`${url.pathname}?${name}`);
    let body = {};
    if (route.body) {
      if (request.headers['content-type'] !== 'application/json') this.faults.push(`content-type of ${url.pathname}`);
      body = JSON.parse(text);
      for (const [name, value] of Object.entries(body)) if (!route.body[name] || !fits[route.body[name]](value)) this.faults.push(`${url.pathname} ${name}=${JSON.stringify(value)}`);
      for (const name of route.required) if (!(name in body)) this.faults.push(`${url.pathname} without ${name}`);
    } else if (text) this.faults.push(`a body for ${url.pathname}`);
    if (request.method !== 'GET') this.writes.push(`${request.method} ${url.pathname}`);
    const id = route.path.exec(url.pathname)[1];
    return say(...this.act(route.method, url.pathname.split('/')[1], id, query, body));
  }
  page(items, { startIndex = 0, limit = 100 }) {
    return [200, { Items: items.slice(Number(startIndex), Number(startIndex) + Number(limit)), TotalRecordCount: items.length, StartIndex: Number(startIndex) }];
  }
  act(method, subject, id, query, body) {
    if (subject === 'Users') return [200, [{ Id: guid(7), Name: 'root' }, { Id: kUser, Name: 'Ada' }]];
    if (id && !this.lists.has(id)) return [404];
    const list = this.lists.get(id);
    const ids = (query.ids ?? '').split(',').filter(Boolean);
    if (subject === 'Items') {
      if (query.parentId) return this.page((this.lists.get(query.parentId)?.ids ?? []).map((Id) => ({ Id })), query);
      if (query.includeItemTypes === 'Movie') return this.page(this.movies, query);
      return this.page([...this.lists].filter(([, one]) => one.Type === query.includeItemTypes).map(([Id, { Name, Type }]) => ({ Id, Name, Type })), query);
    }
    if (method === 'GET') return this.page(list.ids.map((Id, at) => ({ Id, PlaylistItemId: guid(5000 + at) })), query);
    if (!id) {
      const made = guid(this.next++);
      this.lists.set(made, subject === 'Playlists' ? { Name: body.Name, Type: 'Playlist', ids: body.Ids } : { Name: query.name, Type: 'BoxSet', ids });
      return [200, { Id: made }];
    }
    if (subject === 'Playlists') list.ids = body.Ids ?? list.ids;
    else list.ids = method === 'POST' ? [...list.ids, ...ids] : list.ids.filter((one) => !ids.includes(one));
    return [204];
  }
}

/// The server's films: picks by IMDb number, by TMDb number, by title and year; one of which there are two. Others are not there.
function libraryOf(picks) {
  const movies = Array.from({ length: 600 }, (_, at) => ({ Id: guid(20_000 + at), Name: `Other ${at}`, ProductionYear: 1960, ProviderIds: {} }));
  const films = picks.map(({ film }) => film);
  const byImdb = films.filter(({ external }) => external.imdb).slice(0, 2);
  const byTmdb = films.filter((film) => film.external.tmdb && !byImdb.includes(film)).slice(0, 2);
  const [twice, ...byTitle] = films.filter((film) => !byImdb.includes(film) && !byTmdb.includes(film)).slice(0, 3);
  const under = (ProviderIds) => ({ Name: 'Another Name', ProductionYear: 1900, ProviderIds });
  const there = new Map([...byImdb.map((film) => [film, under({ Imdb: film.external.imdb, Tmdb: '1' })]), ...byTmdb.map((film) => [film, under({ Tmdb: String(film.external.tmdb) })]),
    ...byTitle.map((film) => [film, { Name: film.title.english.toUpperCase(), ProductionYear: film.year, ProviderIds: {} }])]);
  [...there.values()].forEach((item, at) => movies.push(Object.assign(item, { Id: guid(at + 1) })));
  for (const number of [90, 91]) movies.push({ Id: guid(number), Name: twice.title.english, ProductionYear: twice.year, ProviderIds: {} });
  const wanted = films.filter((film) => there.has(film));
  return { movies, wanted: wanted.map((film) => there.get(film).Id),
    ways: wanted.map((film) => (byImdb.includes(film) ? 'imdb' : byTmdb.includes(film) ? 'tmdb' : 'title and year')) };
}

/// Ada's picks from a library in which some films are known by their numbers elsewhere.
async function picksOf(program, data) {
  for (const words of [['import', 'demo/library'], ['import', 'tests/imports/trakt-export-demo.zip', 'tests/imports/imdb-ratings.csv', '--user', 'Bea'], ['rate', '--user', 'Ada', 'Tampopo', '5'], ['train']]) {
    const done = spawnSync(program, ['--data', data, ...words], { encoding: 'utf8' });
    assert.equal(done.status, 0, done.stderr);
  }
  const server = spawn(program, ['serve', '--port', '0', '--data', data], { stdio: ['ignore', 'pipe', 'inherit'] });
  const base = await new Promise((resolve) => {
    let said = '';
    server.stdout.on('data', (piece) => {
      said += piece;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
      if (found) resolve(found[0]);
    });
  });
  const { viewers } = await (await fetch(`${base}/api/v1/viewers`)).json();
  const ada = viewers.find(({ name }) => name === 'Ada');
  const { picks } = await (await fetch(`${base}/api/v1/viewers/${ada.id}/recommendations?count=${kPicks}`)).json();
  const ended = new Promise((resolve) => server.on('exit', resolve));
  server.kill('SIGINT');
  await ended;
  return picks;
}

export async function checkJellyfin(program) {
  const folder = mkdtempSync(join(tmpdir(), 'cineloom-jellyfin-'));
  const data = join(folder, 'library');
  const { movies, wanted, ways } = libraryOf(await picksOf(program, data));
  const there = new StandIn(movies);
  await there.listen();
  const keyFile = join(folder, 'key');
  writeFileSync(keyFile, `${kKey}\n`);
  // Not spawnSync: the stand-in answers from this process.
  const run = (words, key = keyFile) => new Promise((resolve) => {
    const child = spawn(program, ['deliver', 'jellyfin', '--data', data, '--json', '--user', 'Ada', '--count', String(kPicks), '--key-file', key, ...words]);
    const said = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr']) child[name].on('data', (piece) => { said[name] += piece; });
    child.on('close', (status) => resolve({ status, ...said }));
  });
  const deliver = async (...words) => {
    const { status, stdout, stderr } = await run([there.url, ...words]);
    assert.equal(status, 0, stderr + stdout);
    return JSON.parse(stdout);
  };

  await check('Jellyfin (stand-in): a rehearsal says what would be made and makes nothing', async () => {
    const receipt = await deliver('--dry-run');
    assert.equal(receipt.change, 'made');
    assert.equal(receipt.rehearsed, true);
    assert.deepEqual(receipt.films.map(({ item }) => item), wanted);
    assert.deepEqual(receipt.films.map(({ by }) => by), ways);
    assert.deepEqual(new Set(ways), new Set(['imdb', 'tmdb', 'title and year']));
    assert.equal(receipt.missing.length, kPicks - wanted.length);
    assert.deepEqual(there.writes, []);
  });
  await check('Jellyfin (stand-in): the playlist has the films that are there, by number or by title and year, in the order of the picks', async () => {
    const receipt = await deliver();
    const list = there.lists.get(receipt.list);
    assert.equal(list.Name, 'Tonight for Ada');
    assert.deepEqual(list.ids, wanted);
    assert.deepEqual(there.writes.splice(0), ['POST /Playlists']);
  });
  await check('Jellyfin (stand-in): delivering again changes nothing', async () => {
    assert.equal((await deliver()).change, 'unchanged');
    assert.deepEqual(there.writes, []);
  });
  await check('Jellyfin (stand-in): a list that somebody changed is as the picks again', async () => {
    const [[id, list]] = there.lists;
    list.ids = [wanted[1], guid(20_001), wanted[0]];
    assert.equal((await deliver('--dry-run')).change, 'changed');
    assert.deepEqual(there.writes, []);
    const receipt = await deliver();
    assert.deepEqual([receipt.change, receipt.list], ['changed', id]);
    assert.deepEqual(list.ids, wanted);
    assert.deepEqual(there.writes.splice(0), [`POST /Playlists/${id}`]);
  });
  await check('Jellyfin (stand-in): a collection is made, and only what differs is added and removed', async () => {
    const receipt = await deliver('--collection', '--name', 'Cineloom & friends');
    const list = there.lists.get(receipt.list);
    assert.deepEqual([list.Name, list.Type], ['Cineloom & friends', 'BoxSet']);
    assert.deepEqual(there.writes.splice(0), ['POST /Collections']);
    list.ids = [...wanted.slice(1).reverse(), guid(20_002)];
    await deliver('--collection', '--name', 'Cineloom & friends');
    assert.deepEqual(new Set(list.ids), new Set(wanted));
    assert.deepEqual(there.writes.splice(0), [`POST /Collections/${receipt.list}/Items`, `DELETE /Collections/${receipt.list}/Items`]);
    assert.equal((await deliver('--collection', '--name', 'Cineloom & friends')).change, 'unchanged');
  });
  await check('Jellyfin (stand-in): a key that is refused, a user who is not there and two lists of one name say what to do', async () => {
    const wrong = join(folder, 'wrong');
    writeFileSync(wrong, 'b'.repeat(32));
    const refused = await run([there.url], wrong);
    assert.equal(refused.status, 1);
    assert.match(refused.stderr + refused.stdout, /refuses the key/);
    assert.match((await run([there.url, '--as', 'Nobody'])).stderr, /no user 'Nobody'/);
    there.lists.set(guid(3000), { Name: 'Tonight for Ada', Type: 'Playlist', ids: [] });
    assert.match((await run([there.url])).stderr, /two lists/);
  });
  await check('Jellyfin: no address outside what the owner named is spoken with', async () => {
    for (const words of [['http://169.254.169.254', '--allow', '169.254.169.254'], ['http://8.8.8.8', '--allow', '8.8.8.8'], ['https://films.example.org'], ['http://10.0.0.1']]) {
      const refused = await run(words);
      assert.equal(refused.status, 1, words[0]);
      assert.match(refused.stderr, /not spoken with|not among the hosts|not found/, words[0]);
    }
  });
  await check('Jellyfin (stand-in): nothing was asked that the description of its API does not have', async () => assert.deepEqual(there.faults, []));
  there.server.close();
  rmSync(folder, { recursive: true });
}
