// Picks where people watch: Stremio's own linter, an iCalendar parser and an XML parser read what is delivered.
import assert from 'node:assert/strict';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import ICAL from 'ical.js';
import linter from 'stremio-addon-linter';
import { check } from '../../web/tests/harness.mjs';

const json = async (response) => (assert.equal(response.status, 200, response.url), response.json());

export async function checkFeeds(base) {
  const viewers = await json(await fetch(`${base}/api/v1/viewers`));
  const path = `${base}/api/v1/viewers/${viewers.viewers[0].id}`;
  const made = await fetch(`${path}/feeds`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
  assert.equal(made.status, 201);
  const feeds = await made.json();
  const picks = (await json(await fetch(`${path}/recommendations?count=30`))).picks;

  await check('Stremio: manifest, catalogue and films pass its linter', async () => {
    const response = await fetch(feeds.stremio, { headers: { origin: 'https://app.strem.io' } });
    assert.equal(response.headers.get('access-control-allow-origin'), '*');
    const manifest = await json(response);
    assert.deepEqual(linter.lintManifest(manifest).errors, []);
    const at = feeds.stremio.replace('/manifest.json', '');
    const { metas } = await json(await fetch(`${at}/catalog/movie/tonight.json`));
    assert.deepEqual(metas.map(({ name }) => name).sort(), picks.map(({ film }) => film.title.english).sort());
    const genre = manifest.catalogs[0].extra[0].options[0];
    const some = await json(await fetch(`${at}/catalog/movie/tonight/genre=${encodeURIComponent(genre)}.json`));
    assert.ok(some.metas.every(({ genres }) => genres.includes(genre)));
    assert.deepEqual((await json(await fetch(`${at}/catalog/movie/tonight/skip=30.json`))).metas, []);
    const { meta } = await json(await fetch(`${at}/meta/movie/${metas[0].id}.json`));
    assert.equal(meta.name, metas[0].name);
    assert.equal((await fetch(`${at}/meta/movie/tt0.json`)).status, 404);
  });
  await check('Radarr: a list of films without files, by their numbers elsewhere', async () => {
    const list = await json(await fetch(feeds.radarr));
    assert.ok(Array.isArray(list));
    for (const film of list) assert.ok(film.title && (/^tt\d+$/.test(film.imdb_id) || Number.isInteger(film.tmdb_id)), JSON.stringify(film));
    const known = picks.filter(({ film }) => film.external.imdb ?? film.external.tmdb).map(({ film }) => film.title.english);
    for (const film of list) assert.ok(known.includes(film.title), film.title);
  });
  await check('RSS: an item for each pick, with its cause', async () => {
    const text = await (await fetch(feeds.rss)).text();
    assert.equal(XMLValidator.validate(text), true);
    const { rss } = new XMLParser({ ignoreAttributes: false }).parse(text);
    assert.equal(rss['@_version'], '2.0');
    assert.equal(rss.channel.item.length, picks.length);
    for (const item of rss.channel.item) {
      assert.ok(Number.isFinite(Date.parse(item.pubDate)), item.pubDate);
      assert.match(item.description, /stars expected\. ./);
    }
  });
  await check('iCalendar: a film for each evening', async () => {
    const text = await (await fetch(feeds.calendar)).text();
    for (const line of text.split('\r\n')) assert.ok(Buffer.byteLength(line) <= 75, line);
    const events = new ICAL.Component(ICAL.parse(text)).getAllSubcomponents('vevent').map((event) => new ICAL.Event(event));
    assert.equal(events.length, 7);
    assert.equal(new Set(events.map(({ uid }) => uid)).size, 7);
    for (const event of events) assert.ok(event.duration.toSeconds() > 0 && event.startDate.hour === 20);
  });
  await check('Kodi: a smart playlist of titles', async () => {
    const text = await (await fetch(feeds.kodi)).text();
    assert.equal(XMLValidator.validate(text), true);
    const { smartplaylist } = new XMLParser({ ignoreAttributes: false }).parse(text);
    assert.equal(smartplaylist['@_type'], 'movies');
    assert.ok(smartplaylist.rule.value.map(String).includes(picks[0].film.title.english));
  });
  await check('an address that was ended, or was never made, leads nowhere', async () => {
    assert.equal((await fetch(feeds.rss.replace(/-[0-9a-f]{8}/, '-00000000'))).status, 404);
    assert.equal((await fetch(`${path}/feeds`, { method: 'DELETE' })).status, 204);
    for (const address of Object.values(feeds)) assert.equal((await fetch(address)).status, 404, address);
  });
}
