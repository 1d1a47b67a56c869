import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { JSDOM } from 'jsdom';
import * as vega from 'vega';
import { compile } from 'vega-lite';
import { check } from './harness.mjs';

async function fileOf(page, button) {
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
}

/** Rows of a CSV in which no cell is quoted but titles. */
const rowsOf = (csv) => csv.trimEnd().split('\r\n').map((line) => [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].slice(0, line.endsWith(',') ? undefined : -1).map((cell) => cell[1]));

/** What Vega draws of the file: it must take every field, and draw as many marks as it should. */
async function drawnByVega(text) {
  const warnings = [];
  const logger = { level: () => logger, error: (...told) => warnings.push(told.join(' ')), warn: (...told) => warnings.push(told.join(' ')), info: () => logger, debug: () => logger };
  const { spec } = compile(JSON.parse(text), { logger });
  const view = new vega.View(vega.parse(spec), { renderer: 'none', logger });
  const svg = await view.toSVG();
  view.finalize();
  assert.deepEqual(warnings, []);
  return svg;
}

/** The files of the chart beside `picture`: each is held against the others. */
export async function checkFiles(page, picture, { name, columns, rows, marks }, pictures) {
  const group = page.locator('.panel').filter({ has: page.locator(picture) }).getByRole('group').filter({ has: page.getByRole('button', { name: 'Vega-Lite' }) });
  const csv = await fileOf(page, group.getByRole('button', { name: 'CSV' }));
  const table = rowsOf(csv.text);
  assert.equal(csv.name, `${name}.csv`);
  assert.deepEqual(table[0], columns);
  assert.equal(table.length - 1, rows);
  const vegaLite = await fileOf(page, group.getByRole('button', { name: 'Vega-Lite' }));
  assert.equal(JSON.parse(vegaLite.text).data.values.length, rows);
  const drawn = await drawnByVega(vegaLite.text);
  assert.equal(drawn.match(/<path aria-label="[^"]*" role="graphics-symbol" aria-roledescription="(line mark|point|rect mark)"/g)?.length, marks);
  writeFileSync(join(pictures, `${name}-vega.svg`), drawn);
  const svg = await fileOf(page, group.getByRole('button', { name: 'SVG' }));
  const root = new JSDOM(svg.text, { contentType: 'image/svg+xml' }).window.document.documentElement;
  assert.ok(root.querySelector('title').textContent);
  assert.equal(root.querySelectorAll('[class]').length, 0, 'nothing in the file waits for the page');
  writeFileSync(join(pictures, `${name}.svg`), svg.text);
}

/** Every chart gives its picture, its numbers, and a specification that others draw. */
export async function checkCharts(open, film, pictures) {
  await check("a film's arc goes out as SVG, CSV and Vega-Lite, and Vega draws it", async () => {
    const page = await open(`film/${film}`);
    await page.locator('path.line').waitFor();
    const { arc } = await page.evaluate(async (id) => (await fetch(`api/v1/films/${id}/knowledge`)).json(), film);
    const marks = arc.some((point) => point.audience !== null) ? 3 : 2;
    await checkFiles(page, 'path.line', { name: 'cineloom-arc', columns: ['seconds', 'feeling', 'tension', 'audience'], rows: arc.length, marks }, pictures);
  });
  await check('who is with whom goes out the same way', async () => {
    const page = await open(`film/${film}`);
    await page.locator('.network circle').first().waitFor();
    const { plot } = await page.evaluate(async (id) => (await fetch(`api/v1/films/${id}/knowledge`)).json(), film);
    assert.equal(await page.locator('.network circle').count(), Math.min(12, plot.characters.length));
    assert.equal(await page.locator('.network path').count(), plot.relations.filter((one) => one.scenes_together > 0).length);
    const columns = ['a', 'b', 'scenes', 'lines', 'warmth'];
    await checkFiles(page, '.network', { name: 'cineloom-characters', columns, rows: plot.relations.length, marks: plot.relations.length }, pictures);
  });
  await check("how audiences feel about a film goes out as a page of its own, in the page's language", async () => {
    for (const [locale, words] of [['en-GB', 'lang="en"'], ['zh-CN', 'lang="zh-CN"']]) {
      const page = await open(`film/${film}`, { locale });
      const { name, text } = await fileOf(page, page.locator('[aria-labelledby=audience] a[download]'));
      assert.equal(name, `cineloom-audience-${film}.html`);
      const report = new JSDOM(text).window.document;
      assert.ok(text.includes(words) && report.querySelectorAll('svg').length >= 2 && report.querySelectorAll('blockquote').length > 0, locale);
    }
  });
  await check("a story's arc goes out the same way", async () => {
    const page = await open('story/1');
    await page.locator('path.achieved').waitFor();
    const story = await page.evaluate(async () => (await fetch('api/v1/stories/1')).json());
    await checkFiles(page, 'path.achieved', { name: 'cineloom-1-arc', columns: ['step', 'wanted', 'reached'], rows: story.achieved_arc.length, marks: 2 }, pictures);
  });
  await check('given and predicted stars go out the same way', async () => {
    const page = await open('accuracy');
    await page.locator('circle').first().waitFor();
    const rows = await page.locator('circle').count();
    await checkFiles(page, 'circle', { name: 'cineloom-accuracy', columns: ['given', 'predicted'], rows, marks: rows }, pictures);
  });
}
