import assert from 'node:assert/strict';
import { check } from './harness.mjs';

const request = { language: 'en', seed: 5, decisions: 12 };
const tell = (page) =>
  page.evaluate(
    async (wanted) => {
      const response = await fetch('api/v1/stories?stream=true&tell_with=embedded', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(wanted) });
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      const pieces = [];
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) pieces.push(piece.value);
      return pieces;
    },
    request,
  );

/** A story that a model tells is read while it is told. */
export async function checkTelling(open) {
  const count = (page) => page.evaluate(async () => (await (await fetch('api/v1/stories')).json()).stories.length);
  await check('a story that is told by a model is shown while it is told, and then opened', async () => {
    const page = await open('stories');
    // A small model is quick: what was on the page in between is noted by the page.
    await page.evaluate(() => {
      window.seen = [];
      new MutationObserver(() => {
        const told = document.querySelector('[aria-labelledby=telling] .page')?.innerText;
        if (told) window.seen.push(told);
      }).observe(document.querySelector('main'), { childList: true, subtree: true, characterData: true });
    });
    await page.getByRole('spinbutton', { name: 'Choices on a path' }).fill('12');
    await page.getByRole('combobox', { name: 'Put into words by' }).selectOption('embedded');
    await page.getByRole('button', { name: 'Write it', exact: true }).click();
    await page.waitForURL(/#\/story\/\d+/);
    const seen = await page.evaluate(() => window.seen);
    assert.ok(seen.length >= 1 && seen[0].length > 20, `${seen.length} pictures of it`);
    assert.deepEqual(page.complaints, []);
  });
  await check('a telling that is stopped half-way ends on the server too, and nothing of it is kept', async () => {
    const page = await open('stories');
    const before = await count(page);
    // A story of more than a thousand passages, stopped by the page itself at the first of them: whoever looks in from outside may be too late.
    await page.route('**/api/v1/stories?*', (route) => route.continue({ postData: JSON.stringify({ ...route.request().postDataJSON(), decisions: 15, nodes: 2000, seed: 174 }) }));
    await page.evaluate(() =>
      new MutationObserver((_, observer) => {
        const told = document.querySelectorAll('[aria-labelledby=telling] h3').length;
        if (told === 0) return;
        observer.disconnect();
        window.toldBefore = told;
        document.querySelector('[aria-labelledby=telling] button').click();
      }).observe(document.querySelector('main'), { childList: true, subtree: true }),
    );
    await page.getByRole('combobox', { name: 'Put into words by' }).selectOption('embedded');
    await page.getByRole('button', { name: 'Write it', exact: true }).click();
    await page.waitForFunction(() => window.toldBefore > 0);
    assert.ok((await page.evaluate(() => window.toldBefore)) < 1000, 'half-way');
    const telling = page.locator('[aria-labelledby=telling]');
    await telling.waitFor({ state: 'detached' });
    // It is taken back once the server has missed its reader; one that was told to its end would stay.
    await page.evaluate(async (expected) => {
      while ((await (await fetch('api/v1/stories')).json()).stories.length !== expected) await new Promise(requestAnimationFrame);
    }, before);
    assert.ok(page.url().endsWith('#/stories'), 'no story is opened');
    await page.getByRole('button', { name: 'Write it', exact: true }).waitFor();
    assert.deepEqual(page.complaints, []);
  });
  await check('passages come before the story is whole, which is kept then', async () => {
    const page = await open('stories');
    const before = await count(page);
    const pieces = await tell(page);
    assert.match(pieces[0], /^event: passage\n/);
    assert.ok(!pieces[0].includes('event: story'), 'what was told is read before the whole is there');
    assert.match(pieces.join(''), /event: story\ndata: \{.*\}\n\n$/);
    assert.equal(await count(page), before + 1);
  });
}
