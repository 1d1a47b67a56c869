import assert from 'node:assert/strict';
import { join } from 'node:path';
import { check } from './harness.mjs';
import { violations } from './places.mjs';

const types = { edl: 'text/plain', otio: 'application/json', m3u: 'audio/x-mpegurl', vtt: 'text/vtt' };
const clock = (milliseconds) => `${Math.floor(milliseconds / 60000)}:${String(Math.floor(milliseconds / 1000) % 60).padStart(2, '0')}`;
const cutsOf = (page) => page.getByRole('region', { name: 'Cut from the footage' });

/** Makes a cut in the page; gives what the server answered. */
async function cut(page, kind, choose = async () => {}) {
  await cutsOf(page).getByRole('combobox', { name: 'Kind of cut' }).selectOption(kind);
  await choose();
  const answer = page.waitForResponse((response) => response.url().includes('/cut?') && !response.url().includes('format'));
  await cutsOf(page).getByRole('button', { name: 'Cut', exact: true }).click();
  const made = await (await answer).json();
  await cutsOf(page).getByRole('heading', { name: made.title.english }).waitFor();
  return made;
}

/** What the page lists is what was answered, piece by piece, and each file is there with its type. */
async function checkCut(page, made) {
  const panel = cutsOf(page);
  await panel.getByText(`${clock(made.length_ms)} of ${clock(made.film_length_ms)}`).waitFor();
  await panel.getByText('What it is made of').click();
  const lines = await panel.locator('ol > li').allInnerTexts();
  assert.equal(lines.length, made.stretches.length);
  for (const [place, { footage, card, why }] of made.stretches.entries()) {
    const shown = card.english || `${clock(footage.begin_ms)}–${clock(footage.end_ms)}`;
    assert.ok(lines[place].includes(shown) && lines[place].includes(why.english), `${lines[place]} is not ${shown}: ${why.english}`);
  }
  for (const [format, type] of Object.entries(types)) {
    const link = panel.getByRole('link', { name: format, exact: true });
    assert.equal(await link.getAttribute('download'), `cut.${format}`);
    const answer = await page.evaluate(async (url) => {
      const response = await fetch(url);
      return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
    }, await link.getAttribute('href'));
    assert.equal(answer.status, 200, format);
    assert.equal(answer.type.split(';')[0], type);
    assert.match(answer.text, { edl: /^TITLE: /, otio: /"OTIO_SCHEMA"/, m3u: /^#EXTM3U/, vtt: /^WEBVTT/ }[format]);
  }
}

async function checkBending(open, film, pictures) {
  await check('a film without somebody: what stays, changes and goes is said with reasons, and its cut plays over a card', async () => {
    const page = await open(`whatif/${film}`);
    await page.getByRole('combobox', { name: 'Who', exact: true }).first().selectOption('Quill');
    await page.getByRole('combobox', { name: 'What', exact: true }).selectOption('is not in the story');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    assert.equal(await page.getByRole('textbox', { name: 'One change a line' }).inputValue(), 'without Quill');
    const answer = page.waitForResponse((response) => response.url().endsWith('/whatif') && response.request().method() === 'POST');
    await page.getByRole('button', { name: 'Bend the film' }).click();
    const bent = await (await answer).json();
    const plot = page.getByRole('region', { name: 'What becomes of the film' });
    for (const [fate, mark, count] of [['kept', '=', bent.kept], ['changed', '~', bent.changed], ['removed', '−', bent.removed], ['new', '+', bent.added]]) {
      await plot.getByRole('checkbox', { name: `${mark} ${fate} ${count}` }).waitFor();
      if (fate !== 'kept') assert.equal(await plot.locator(`li.${fate}`).count(), count);
    }
    assert.ok(bent.removed > 5 && bent.kept > bent.removed);
    for (const words of await plot.locator('li.removed .why').allInnerTexts()) assert.ok(words.trim());
    await plot.getByRole('checkbox', { name: /^= kept/ }).check();
    assert.equal(await plot.locator('li.kept').count(), bent.kept);
    await page.evaluate(() => scrollTo(0, 0));
    assert.deepEqual(await violations(page), []);
    await page.screenshot({ path: join(pictures, 'bent-en-GB-light-1280.png') });
    // The piece before the card, then the card, then footage again.
    const panel = page.getByRole('region', { name: bent.story.title.english });
    await panel.getByText('What it is made of').click();
    const place = bent.cut.stretches.findIndex(({ card }) => card.english);
    assert.ok(place > 0);
    const before = bent.cut.stretches[place - 1].footage;
    await panel.locator('ol button').nth(place - 1).click();
    const seconds = () => page.evaluate(() => document.querySelector('video.front').currentTime);
    await page.waitForFunction(([from, to]) => ((now) => now > from + 0.2 && now <= to)(document.querySelector('video.front')?.currentTime), [before.begin_ms / 1000, before.end_ms / 1000]);
    assert.equal(await panel.locator('li[aria-current]').count(), 1);
    await page.evaluate((end) => (document.querySelector('video.front').currentTime = end), before.end_ms / 1000 - 0.5);
    await panel.getByRole('status').getByText(bent.cut.stretches[place].card.english).waitFor();
    await page.waitForFunction((at) => document.querySelector('[aria-current]')?.matches(`li:nth-child(${at})`), place + 1);
    await panel.getByRole('status').waitFor({ state: 'detached' });
    const after = bent.cut.stretches[place + 1].footage.begin_ms / 1000;
    await page.waitForFunction((from) => document.querySelector('video.front')?.currentTime > from, after);
    assert.ok((await seconds()) >= after);
    await panel.getByRole('button', { name: 'Stop' }).click();
    await panel.getByRole('button', { name: 'Play the cut' }).waitFor();
    await panel.getByRole('link', { name: 'Read and play the story' }).click();
    await page.getByRole('heading', { level: 1, name: bent.story.title.english }).waitFor();
    assert.deepEqual(page.complaints, []);
  });
  await check('a film as one of its people sees it leaves out what they do not know', async () => {
    const page = await open(`whatif/${film}`);
    await page.getByRole('combobox', { name: 'Who', exact: true }).first().selectOption('Mira');
    await page.getByRole('combobox', { name: 'What', exact: true }).selectOption('tells it');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('button', { name: 'Bend the film' }).click();
    await page.getByText('only what Mira sees and hears', { exact: true }).waitFor();
    const gone = page.getByRole('region', { name: 'What becomes of the film' }).locator('li.removed');
    await gone.first().waitFor();
    for (const words of await gone.allInnerTexts()) assert.ok(!words.split('\n')[1].startsWith('MIRA'), words);
    assert.deepEqual(page.complaints, []);
  });
}

async function checkCuts(open, film, pictures) {
  await check('the shortest cut, a recap, a summary, a cut without fear and one of a character are made, listed and taken along', async () => {
    const page = await open(`whatif/${film}`);
    const panel = cutsOf(page);
    const at = () => panel.getByRole('textbox', { name: 'Time' }).fill('2:00');
    const shortest = await cut(page, 'shortest');
    await checkCut(page, shortest);
    assert.ok(shortest.length_ms < shortest.film_length_ms / 2);
    const recap = await cut(page, 'recap', at);
    await checkCut(page, recap);
    assert.ok(recap.stretches.length > 1 && recap.stretches.every(({ footage }) => footage.end_ms <= 120000), 'nothing of what comes');
    const summary = await cut(page, 'summary', at);
    await checkCut(page, summary);
    assert.ok(summary.stretches.every(({ footage }) => footage.end_ms <= 120000));
    const calm = await cut(page, 'skip');
    await checkCut(page, calm);
    assert.ok(calm.length_ms < calm.film_length_ms);
    await panel.getByText(calm.notes[0].english).waitFor();
    const quill = await cut(page, 'character', () => panel.getByRole('combobox', { name: 'Who' }).selectOption('Quill'));
    await checkCut(page, quill);
    assert.ok(quill.stretches.every(({ why }) => why.english.startsWith('Quill')));
    await page.evaluate(() => scrollTo(0, 0));
    assert.deepEqual(await violations(page), []);
    assert.deepEqual(page.complaints, []);
  });
  await check('a cut is made and listed on a phone, in Chinese', async () => {
    const page = await open(`whatif/${film}`, { locale: 'zh-CN', colorScheme: 'dark', viewport: { width: 390, height: 900 } });
    const panel = page.locator('section[aria-labelledby=cuts]');
    await panel.getByRole('combobox').selectOption('skip');
    await panel.locator('button.primary').first().click();
    await panel.getByRole('heading', { name: '芦苇中的月亮：跳过恐惧' }).waitFor();
    await panel.getByText('由哪些片段组成').click();
    await panel.locator('ol > li').first().waitFor();
    await page.evaluate(() => scrollTo(0, 0));
    assert.deepEqual(await violations(page), []);
    await page.screenshot({ path: join(pictures, 'cut-zh-CN-dark-390.png'), fullPage: true });
    await page.setViewportSize({ width: 320, height: 800 });
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)) <= 0);
    assert.deepEqual(page.complaints, []);
  });
}

/** A film bent, and cuts of it, in the page. */
export async function checkWhatIf(open, film, pictures) {
  await checkBending(open, film, pictures);
  await checkCuts(open, film, pictures);
}
