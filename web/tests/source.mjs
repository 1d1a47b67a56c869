import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { check } from './harness.mjs';

const web = new URL('..', import.meta.url).pathname;
const filesIn = (folder) =>
  readdirSync(folder, { recursive: true }).map((name) => join(folder, name)).filter((name) => statSync(name).isFile());
const placeholders = (text) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort().join();

/** The files that are there before anything is fetched when it is wanted. */
function firstFiles(file = join(web, 'src/main.ts'), found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  for (const [, name] of readFileSync(file, 'utf8').matchAll(/^\s*(?:import|export)\s(?!type\b)[^;]*?from '(\.[^']+)'/gm)) {
    const [next] = ['', '.ts', '.svelte'].map((ending) => join(dirname(file), name + ending)).filter((one) => /\.(ts|svelte)$/.test(one) && existsSync(one));
    if (next) firstFiles(next, found);
  }
  return found;
}

/** The keys that a source names, and the groups of which it takes any. */
function wordsNamedIn(text, keys) {
  const groups = new Set(keys.map((key) => key.split('.')[0]));
  const named = [...text.matchAll(/['"`]([a-z_]+\.[a-z_]+)['"`]/g)].map(([, key]) => key).filter((key) => keys.includes(key));
  const taken = [...text.matchAll(/`([a-z_]+)\.\$\{|(?:word|wordsOf)\('([a-z_]+)'/g)].map(([, one, other]) => one ?? other).filter((group) => groups.has(group));
  return [...named, ...taken];
}

/** What can be said of the client without running it. */
export async function checkSource() {
  const en = JSON.parse(readFileSync(join(web, 'src/locales/en.json')));
  const zh = JSON.parse(readFileSync(join(web, 'src/locales/zh-CN.json')));
  const sources = filesIn(join(web, 'src')).filter((name) => /\.(svelte|ts)$/.test(name) && !name.endsWith('schema.d.ts'));
  const text = sources.map((name) => readFileSync(name, 'utf8')).join('\n');

  await check('what the first page says comes with it, and no more than that', () => {
    const first = JSON.parse(readFileSync(join(web, 'src/locales/first.json')));
    const named = new Set([...firstFiles()].filter((file) => !file.endsWith('schema.d.ts')).flatMap((file) => wordsNamedIn(readFileSync(file, 'utf8'), Object.keys(en))));
    assert.ok(named.size > 60, `${named.size} words are named`);
    const covered = (word) => first.includes(word) || first.includes(word.split('.')[0]);
    assert.deepEqual([...named].filter((word) => !covered(word)), []);
    const isUsed = (entry) => [...named].some((word) => word === entry || word.split('.')[0] === entry);
    assert.deepEqual(first.filter((entry) => !isUsed(entry)), []);
  });
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
