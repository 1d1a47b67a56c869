import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { check } from './harness.mjs';

const web = new URL('..', import.meta.url).pathname;
const filesIn = (folder) =>
  readdirSync(folder, { recursive: true }).map((name) => join(folder, name)).filter((name) => statSync(name).isFile());
const placeholders = (text) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort().join();

/** What can be said of the client without running it. */
export async function checkSource() {
  // The first page's words, and those that the pages of stories bring along.
  const wordsOf = (name) => JSON.parse(readFileSync(join(web, `src/locales/${name}.json`)));
  const en = { ...wordsOf('en'), ...wordsOf('studio.en') };
  const zh = { ...wordsOf('zh-CN'), ...wordsOf('studio.zh-CN') };
  const sources = filesIn(join(web, 'src')).filter((name) => /\.(svelte|ts)$/.test(name) && !name.endsWith('schema.d.ts'));
  const text = sources.map((name) => readFileSync(name, 'utf8')).join('\n');

  await check('both languages have the same keys and placeholders', () => {
    assert.deepEqual(Object.keys(zh), Object.keys(en));
    for (const key of Object.keys(en)) {
      assert.ok(en[key] && zh[key], `${key} is empty`);
      assert.equal(placeholders(zh[key]), placeholders(en[key]), key);
    }
  });
  await check('every key is used', () => {
    // Groups are asked for by word() or by a name that is put together: `turn.${kind}`.
    const groups = new Set([...text.matchAll(/word\('(\w+)'/g), ...text.matchAll(/`(\w+)\.\$\{/g)].map((match) => match[1]));
    const unused = Object.keys(en).filter((key) => !text.includes(`'${key}'`) && !groups.has(key.split('.')[0]));
    assert.deepEqual(unused, []);
  });
  await check('components have fewer than 150 lines', () => {
    const long = sources.filter((name) => name.endsWith('.svelte') && readFileSync(name, 'utf8').split('\n').length > 150);
    assert.deepEqual(long, []);
  });
  await check('the first route is at most 60 kB of script, packed', () => {
    const html = readFileSync(join(web, 'dist/index.html'), 'utf8');
    const scripts = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.js)"/g)].map((match) => match[1]);
    const bytes = scripts.reduce((sum, name) => sum + gzipSync(readFileSync(join(web, 'dist', name))).length, 0);
    console.log(`      first_route_kb ${(bytes / 1000).toFixed(1)}`);
    assert.ok(scripts.length > 0 && bytes <= 60000, `${bytes} bytes`);
    assert.ok(!/<script(?![^>]*src=)/.test(html), 'an inline script would break the content security policy');
  });
}
