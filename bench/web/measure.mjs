// usage: node measure.mjs PART ADDRESS — measures one part of the web client and prints its figures; main.cc reads them.
import { launch } from '../../web/tests/browser.mjs';
import { measureAccess } from './access.mjs';
import { measureBranch } from './branch.mjs';
import { measureHeadset } from './headset.mjs';
import { measurePaint, measureRoute } from './load.mjs';
import { measureArcs, measureScroll } from './scale.mjs';
import { measureWords } from './words.mjs';

const parts = { route: measureRoute, paint: measurePaint, branch: measureBranch, headset: measureHeadset, words: measureWords, access: measureAccess, arcs: measureArcs, scroll: measureScroll };
const [part, address] = process.argv.slice(2);

/** The film that was watched and has choices: the demo's own. */
async function demoFilm() {
  const { films } = await (await fetch(`${address}/api/v1/films?analyzed=true`)).json();
  return films[0].id;
}

const browser = await launch();
try {
  const figures = await parts[part]({ browser, address, film: await demoFilm() });
  for (const { key, value, unit, n, note, missing } of figures) console.log((missing ? [key, 'missing', missing] : [key, value, unit, n, note]).join('\t'));
} finally {
  await browser.close();
}
