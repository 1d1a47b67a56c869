import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Every page of the client, by name; some are seen twice, with all open that opens. */
export const placesOf = (film) => ({
  tonight: 'tonight',
  films: 'films',
  film: `film/${film}`,
  watch: `watch/${film}`,
  stories: 'stories',
  story: 'story/1',
  whatif: `whatif/${film}`,
  bent: `whatif/${film}`,
  forecasts: 'forecasts',
  accuracy: 'accuracy',
  privacy: 'privacy',
  tuned: 'tonight',
  foretold: 'forecasts',
});

/** Waits until nothing is loading any more, also what is fetched when one scrolls there; a player that fills its buffer is never idle. */
export async function settled(page) {
  if ((await page.locator('.stage').count()) === 0) await page.waitForLoadState('networkidle');
  await page.waitForFunction(() => !document.querySelector('main [aria-busy=true]') && !document.querySelector('main')?.textContent?.match(/Loading …|正在载入 …/));
  await page.evaluate(async () => {
    for (const picture of document.images) picture.loading = 'eager'; // also those that wait until one scrolls there
    await Promise.all([...document.images].map((picture) => picture.decode().catch(() => {}))); // one that is not there is told by the console
  });
}

export async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).slice(0, 3).join(' | ')}`);
}

/** Everything of Tonight that opens, without a word of either language. */
async function openEverything(page) {
  await page.locator('.picks li').first().waitFor();
  const answered = (part) => page.waitForResponse((response) => response.url().includes('/recommendations') && response.url().includes(part) && response.ok());
  await page.locator('details.panel > summary').click();
  await Promise.all([answered('popularity=-1'), page.locator('input[type=range]').nth(1).press('Home')]);
  await Promise.all([answered('more=comedy'), page.locator('.wishes select').first().selectOption('comedy')]);
  await Promise.all([answered('with='), page.locator('.conditions select').nth(3).selectOption({ index: 1 })]);
  await page.locator('[aria-labelledby=content] dd').first().waitFor();
  await page.locator('.picks summary').first().click();
  await page.locator('input[type=search]').fill('Matrix');
  await page.locator('search + ul button').first().click();
  await page.locator('.answer').waitFor();
  await page.locator('details.faces > summary').click();
  await page.locator('.wheel label').nth(2).waitFor();
  await page.locator('details.draw > summary').click();
  await Promise.all([answered('draw='), page.locator('.pad input').first().press('ArrowUp')]);
}

/** The forecasts of the viewer whom the journeys left with ratings. */
async function openRated(page) {
  await page.locator('select option').filter({ hasText: 'Wren' }).waitFor({ state: 'attached' });
  await page.locator('.settings select').first().selectOption({ label: 'Wren' });
  await page.locator('.plot').waitFor();
  await page.locator('main summary').first().click();
}

/** The film without one of its people, and its shortest cut. */
async function bendFilm(page) {
  const form = page.locator('form[aria-labelledby=changes]');
  await form.locator('select').first().selectOption({ index: 2 });
  await form.locator('button[type=button]').first().click();
  await form.locator('button.primary').click();
  await page.locator('ol > li.removed').first().waitFor();
  await page.locator('#cuts ~ form button.primary').click();
  await page.locator('#cuts ~ h3').waitFor();
}

export const prepared = { tuned: openEverything, foretold: openRated, bent: bendFilm };
