// The five journeys of those for whom this program is made, each from what they bring to what they take away: real commands, a real server,
// a real browser, the demo library.
//   node tests/system/journeys.mjs PROGRAM
// Prints one line per check and ends in `N passed, N failed`.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { launch, openPage } from '../../web/tests/browser.mjs';
import { addressOf, check, report } from '../../web/tests/harness.mjs';

const program = process.argv[2];
const work = mkdtempSync(join(tmpdir(), 'cineloom-journeys-'));
const data = join(work, 'library');
const film = 'the-moon-in-the-reeds';

/** What a command says; it must succeed. */
function run(...parameters) {
  const { status, stdout, stderr } = spawnSync(program, ['--data', data, ...parameters], { encoding: 'utf8', maxBuffer: 1 << 28 });
  assert.equal(status, 0, `cineloom ${parameters.join(' ')}: ${stderr}`);
  return stdout;
}
const asked = (...parameters) => JSON.parse(run('--json', ...parameters));

async function serve() {
  const server = spawn(program, ['serve', '--port', '0', '--data', data], { stdio: ['ignore', 'pipe', 'inherit'] });
  const address = await addressOf(server);
  return { address, end: () => new Promise((resolve) => server.once('exit', resolve) && server.kill('SIGINT')) };
}

/** A page of a file: it must need nothing but itself. */
async function openFile(browser, file) {
  const page = await browser.newPage();
  const requests = [];
  page.on('request', (request) => !/^(file|data|blob):/.test(request.url()) && requests.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  assert.deepEqual(requests, []);
  return page;
}

const ratings = `Date,Name,Year,Letterboxd URI,Rating
2024-01-02,Tampopo,1985,https://boxd.it/aaaa,5
2024-01-03,Stalker,1979,https://boxd.it/aaab,4.5
2024-01-04,Mad Max,1979,https://boxd.it/aaac,1
2024-02-05,Solaris,1972,https://boxd.it/aaad,4.5
2024-02-06,Ikiru,1952,https://boxd.it/aaae,5
`;
const titles = ['Tampopo', 'Stalker', 'Mad Max', 'Solaris', 'Ikiru'];

const screenplay = `Title: The Mill

INT. MILL - DAY

ODO
Here I am, happy at last.

EXT. ROAD - NIGHT

ANNA meets ODO on the road. She takes the letter from him.

ANNA
You lied to me. I hate you for it.

INT. MILL - DAWN

ANNA gives the letter back to ODO.

ANNA
I forgive you. I love you.
`;

/** The commands of the first journey; the server then has the library for itself. */
function bringIn() {
  mkdirSync(join(work, 'letterboxd'));
  writeFileSync(join(work, 'letterboxd/ratings.csv'), ratings);
  run('scan', 'demo/library');
  run('import', join(work, 'letterboxd'), '--user', 'Vera');
}

async function filmLover(browser, address) {
  const json = async (path, options) => (await fetch(`${address}${path}`, options)).json();
  await check('J1: a film lover drops in a folder of films and an export, and gets a pick with a true reason, also in the client on the TV', async () => {
    const { viewers } = await json('/api/v1/viewers');
    const vera = viewers.find(({ name }) => name === 'Vera');
    const { events } = await json(`/api/v1/viewers/${vera.id}/events`);
    assert.equal(events.filter(({ kind }) => kind === 'rate').length, titles.length);
    const page = await openPage(browser, address, 'tonight');
    await page.locator('.settings select option').filter({ hasText: 'Vera' }).waitFor({ state: 'attached' });
    await page.locator('.settings select').first().selectOption({ label: 'Vera' });
    await page.getByRole('heading', { name: 'Picks for Vera' }).waitFor();
    await page.locator('.picks li').first().waitFor();
    await page.getByText(new RegExp(`you gave (${titles.join('|')})`, 'i')).first().waitFor();
    const { picks } = await json(`/api/v1/viewers/${vera.id}/recommendations?count=30`);
    const causes = picks.flatMap(({ film: { id }, reasons }) => reasons.map((reason) => ({ id, ...reason }))).filter(({ because }) => because);
    assert.ok(causes.length > 0 && causes.every(({ because }) => titles.includes(because.title.english)), JSON.stringify(causes));
    const feeds = await json(`/api/v1/viewers/${vera.id}/feeds`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
    const { metas } = await (await fetch(feeds.stremio.replace('manifest.json', 'catalog/movie/tonight.json'))).json();
    assert.deepEqual(metas.map(({ name }) => name).sort(), picks.map((pick) => pick.film.title.english).sort());
    // A reason is true if what it says comes to pass: without that rating the film loses its place.
    const cause = causes.filter(({ rank_without: rank }) => rank).toSorted((a, b) => b.effect - a.effect)[0];
    const placeOf = (list) => list.findIndex(({ film: { id } }) => id === cause.id) + 1 || Infinity;
    const rating = events.find((event) => event.film === cause.because.id);
    await fetch(`${address}/api/v1/viewers/${vera.id}/events/${rating.id}`, { method: 'DELETE' });
    const without = await json(`/api/v1/viewers/${vera.id}/recommendations?count=30`);
    assert.ok(placeOf(without.picks) > placeOf(picks), `${cause.text.english}: from ${placeOf(picks)} to ${placeOf(without.picks)}`);
    assert.ok(titles.every((title) => !metas.some(({ name }) => name === title)), 'what was seen is not picked again');
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}

function filmMaker() {
  return check('J2: a film-maker opens a screenplay and a film, sees scenes, characters, arc and turning points, asks what if and takes sound branches along', async () => {
    const script = join(work, 'mill.fountain');
    writeFileSync(script, screenplay);
    assert.match(run('story', 'whatif', script), /characters: Anna, Odo/);
    const bent = asked('story', 'whatif', script, '--change', 'Anna does not take the letter');
    assert.ok(bent.plot.some(({ fate }) => fate === 'removed') && bent.plot.some(({ fate }) => fate === 'kept'), 'something gives way, the rest stays');
    const known = asked('show', film);
    assert.ok(known.timeline.scenes.length >= 5 && known.arc.length > 10 && known.plot.characters.length >= 3 && known.plot.turning_points.length >= 3);
    const story = asked('story', 'new', '--film', 'The Moon in the Reeds', '--seed', '3', '--decisions', '3');
    assert.deepEqual(story.findings, []);
    assert.ok(story.graph.nodes.filter(({ choices }) => choices.length > 1).length >= 1, 'it branches');
    assert.match(run('story', 'check', String(story.id)), /^sound/);
    for (const [format, says] of [['fountain', /^Title: /], ['ink', /=== n0 ===/], ['twee', /^:: StoryTitle/], ['edl', /^TITLE: [^]*AX {7}V/], ['otio', /"OTIO_SCHEMA"/]]) {
      assert.match(run('story', 'export', String(story.id), '--format', format), says, format);
    }
  });
}

async function streamingService(address) {
  const send = (method, path, body) => fetch(`${address}${path}`, { method, headers: { 'content-type': 'application/json' }, body: body && JSON.stringify(body) });
  await check('J3: a streaming service sends events in, gets explained picks out, and can show that nothing left and that a viewer is forgotten', async () => {
    const viewer = await (await send('POST', '/api/v1/viewers', { name: 'customer-7781' })).json();
    const { films } = await (await send('GET', '/api/v1/films?limit=400')).json();
    const events = `/api/v1/viewers/${viewer.id}/events`;
    for (const [place, title] of ['Stalker', 'Solaris', 'Ikiru'].entries()) {
      const { id } = films.find((one) => one.title.english === title);
      const event = { film: id, kind: 'rate', value: 5, event_id: `customer-7781-${place}` };
      assert.equal((await send('POST', events, event)).status, 201);
      assert.equal((await send('POST', events, event)).status, 200, 'an event that was told twice counts once');
    }
    const { picks } = await (await send('GET', `/api/v1/viewers/${viewer.id}/recommendations?count=10`)).json();
    assert.ok(picks.length === 10 && picks.every(({ reasons }) => reasons.length > 0));
    assert.ok(picks.some(({ reasons }) => reasons.some(({ text }) => /Stalker|Solaris|Ikiru/.test(text.english))));
    assert.equal((await (await send('GET', '/api/v1/privacy')).json()).outbound_bytes, 0);
    const receipt = await (await send('DELETE', `/api/v1/viewers/${viewer.id}`)).json();
    assert.ok(receipt.events === 3 && receipt.copies.every(({ is_clean: isClean }) => isClean), JSON.stringify(receipt));
    assert.equal((await send('GET', `/api/v1/viewers/${viewer.id}/recommendations`)).status, 404);
  });
}

function analyst(browser) {
  return check('J4: an analyst gets one page on how audiences feel about a film, aspect by aspect, with quotes, that needs nothing but itself', async () => {
    const file = join(work, 'feelings.html');
    run('report', 'emotion', film, '--reviews', 'demo/library/reviews.jsonl', '-o', file);
    const page = await openFile(browser, file);
    await page.getByRole('heading', { name: 'Aspects' }).waitFor();
    assert.ok((await page.locator('svg').count()) >= 5 && (await page.locator('blockquote').count()) >= 10);
    const quote = (await page.locator('blockquote').first().innerText()).trim();
    const reviews = readFileSync('demo/library/reviews.jsonl', 'utf8').trim().split('\n').map((line) => JSON.parse(line).text.replaceAll(/\s+/g, ' '));
    assert.ok(reviews.some((text) => quote.replaceAll(/\s+/g, ' ').split('…').every((piece) => text.includes(piece.trim()) || piece.trim() === '') || quote.includes(text)), `nobody wrote: ${quote}`);
    await page.close();
  });
}

function researcher(browser) {
  return check('J5: a researcher compares algorithms with one command and gets tables, plots and significance', async () => {
    const [page_, table, plots] = [join(work, 'compared.html'), join(work, 'table.tex'), join(work, 'plots')];
    const found = asked('eval', 'demo/books/readings.csv', '--schema', 'demo/books/schema.json', '--protocol', 'weak', '--models', 'popularity,item-knn,ials', '--seeds', '2',
      '--html', page_, '--latex', table, '--svg', plots);
    assert.deepEqual(found.models.map(({ model }) => model).sort(), ['ials', 'item-knn', 'popularity']);
    assert.ok(found.bootstrap_samples >= 1000);
    assert.match(readFileSync(table, 'utf8'), /\\toprule[^]*popularity[^]*Holm-corrected/);
    assert.ok(readdirSync(plots).some((name) => name.endsWith('.svg')));
    const page = await openFile(browser, page_);
    await page.getByRole('heading', { name: 'NDCG@10 pair by pair' }).waitFor();
    assert.ok((await page.locator('table tr').count()) >= 3 && (await page.locator('svg').count()) >= 1);
    await page.close();
  });
}

const browser = await launch();
let server;
try {
  run('demo');
  bringIn();
  await filmMaker();
  await analyst(browser);
  await researcher(browser);
  server = await serve();
  await filmLover(browser, server.address);
  await streamingService(server.address);
} finally {
  await browser.close();
  await server?.end();
  rmSync(work, { recursive: true });
}
process.exit(report());
