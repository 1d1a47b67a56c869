import assert from 'node:assert/strict';
import { check } from './harness.mjs';

const timeOf = (page) => page.locator('video').evaluate((video) => video.currentTime);
const timePast = (page, seconds) => page.waitForFunction((least) => document.querySelector('video')?.currentTime > least, seconds);

/** The page of an analysed film as something to play. */
export async function checkFilmPage(open, film) {
  await check('scenes are chapters of the film, and one goes from each to the next and back', async () => {
    const page = await open(`film/${film}`);
    const step = (name) => page.getByRole('button', { name, exact: true });
    await page.getByText('Scene 1 of 8:').waitFor();
    assert.ok(await step('Scene before').isDisabled());
    await page.waitForFunction(() => [...document.querySelector('video').textTracks].find(({ kind }) => kind === 'chapters')?.cues?.length === 8);
    await step('Next scene').click();
    await page.getByText('Scene 2 of 8:').waitFor();
    await timePast(page, 29);
    await step('Next scene').click();
    await page.getByText('Scene 3 of 8:').waitFor();
    await page.locator('video').evaluate((video) => (video.currentTime += 10));
    await step('Scene before').click();
    await page.waitForFunction(() => Math.abs(document.querySelector('video').currentTime - 59) < 1);
    await page.getByText('Scene 3 of 8:').waitFor(); // to where it begins first
    await step('Scene before').click();
    await page.getByText('Scene 2 of 8:').waitFor();
    assert.deepEqual(page.complaints, []);
  });
  await check('a peak of the course is gone to by its button and by a click near it', async () => {
    const page = await open(`film/${film}`);
    const peak = page.getByRole('group', { name: 'To the peaks' }).getByRole('button', { name: /happiest/ });
    await peak.press('Enter');
    await timePast(page, 1);
    const there = await timeOf(page);
    await page.locator('video').evaluate((video) => (video.currentTime = 0));
    await page.waitForFunction(() => document.querySelector('video').currentTime === 0);
    const plot = await page.locator('[aria-labelledby=arc] svg').boundingBox();
    const duration = await page.locator('video').evaluate((video) => video.duration);
    await page.locator('[aria-labelledby=arc] svg').click({ position: { x: (there / duration) * plot.width + 5, y: 20 } });
    await timePast(page, 1);
    assert.equal(await timeOf(page), there);
    assert.deepEqual(page.complaints, []);
  });
  await check('what reviews say is there by aspect, in words for those who do not see it, with sentences of theirs', async () => {
    const page = await open(`film/${film}`);
    const aspects = page.locator('[aria-labelledby=audience] details');
    await aspects.first().waitFor();
    const knowledge = await page.evaluate(async (id) => (await fetch(`api/v1/films/${id}/knowledge`)).json(), film);
    assert.ok(knowledge.audience.aspects.length >= 8);
    assert.equal(await aspects.count(), knowledge.audience.aspects.length);
    for (const [place, { positive, negative, quotes }] of knowledge.audience.aspects.entries()) {
      const said = await aspects.nth(place).locator('summary').getAttribute('aria-label');
      assert.ok(said.includes(positive) && said.includes(negative), said);
      assert.deepEqual(await aspects.nth(place).locator('blockquote').allTextContents(), quotes.map(({ text }) => text));
    }
    await aspects.first().locator('summary').press('Enter');
    await aspects.first().locator('blockquote').first().waitFor();
    assert.deepEqual(page.complaints, []);
  });
}
