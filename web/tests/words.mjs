import { readFileSync } from 'node:fs';
import { openPage } from './browser.mjs';
import { placesOf, prepared, settled } from './places.mjs';

export const catalogue = (name) => JSON.parse(readFileSync(new URL(`../src/locales/${name}.json`, import.meta.url)));
const [opening, closing] = ['⟦', '⟧'];
// What is said alike in every language: our name, languages by their own names, names of formats and units.
const names = ['Cineloom', 'English', '中文', 'min', 'ink', 'Twee', 'Fountain', 'FDX', 'EPUB', 'WebVTT', 'SRT', 'EDL', 'OTIO', 'DOT', 'Mermaid', 'JSON', 'JSON-LD', 'Markdown', 'edl', 'otio', 'm3u', 'vtt', 'r'];

/** Every text of the catalogue in brackets, so that what is not from it stands out. */
const pseudo = () => Object.fromEntries(Object.entries(catalogue('zh-CN')).map(([key, text]) => [key, `${opening}${text}${closing}`]));

/** Answers the catalogue of the second language with the bracketed one, and keeps all texts that the server says. */
async function disguise(context, said) {
  await context.route(/\/assets\/zh-CN-[^/]+\.js$/, (route) => route.fulfill({ contentType: 'text/javascript', body: `export default ${JSON.stringify(pseudo())}` }));
  context.on('response', async (response) => {
    if (response.url().includes('/api/')) said.push(await response.text().catch(() => ''));
  });
}

/** All that a page shows or says: its texts, and what is read out for pictures and controls. */
const textsOf = (page) =>
  page.evaluate(() => {
    const texts = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) if (!walker.currentNode.parentElement.closest('script, style, [translate=no]')) texts.push(walker.currentNode.textContent);
    for (const element of document.querySelectorAll('[aria-label], [title], [placeholder], [alt]')) {
      for (const name of ['aria-label', 'title', 'placeholder', 'alt']) texts.push(element.getAttribute(name) ?? '');
    }
    return texts;
  });

/** Names of languages and countries, and dates, come from the browser in the page's language. */
function browserWords() {
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  const codes = letters.flatMap((first) => letters.map((second) => first + second));
  const named = (type, change) => codes.map((code) => new Intl.DisplayNames('zh-CN', { type }).of(change(code)));
  return [...named('language', (code) => code), ...named('region', (code) => code.toUpperCase())];
}

function leaksIn(texts, said, known) {
  const leaks = new Set();
  for (const text of texts) {
    // What stands outside of the brackets, piece by piece.
    for (const piece of text.replace(/⟦[^⟦⟧]*(⟦[^⟦⟧]*⟧[^⟦⟧]*)*⟧/gu, '\n').split(/[\n·:：,，、()（）→/|]+/u)) {
      const words = piece.trim().replace(/^[\s\d.%+−–-]+|[\s\d.%+−–-]+$/gu, '');
      const isDate = /^\d*年?\d*月?\d*日?$/u.test(piece.trim());
      if (/\p{L}/u.test(words) && !isDate && !known.has(words) && !said.includes(words)) leaks.add(words);
    }
  }
  return [...leaks];
}

async function leaksOf(browser, address, name, hash, known) {
  const said = [];
  const page = await openPage(browser, address, hash, { locale: 'zh-CN', prepare: (context) => disguise(context, said) });
  await prepared[name]?.(page);
  await settled(page);
  const texts = await textsOf(page);
  await page.context().close();
  return leaksIn(texts, said.map((text) => text.replaceAll('\\"', '"').replaceAll('\\n', '\n')).join('\n'), known).map((leak) => `${name}: ${leak}`);
}

/** Texts of a page that are neither from the catalogue nor from the server's data nor from the browser. */
export const leaksOfPages = async (browser, address, film, names_) => {
  const known = new Set([...names, ...browserWords()]);
  const places = placesOf(film);
  const leaks = [];
  for (const name of names_) leaks.push(...(await leaksOf(browser, address, name, places[name], known)));
  return leaks;
};
