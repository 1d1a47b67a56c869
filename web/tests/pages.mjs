import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { launch, openPage } from './browser.mjs';
import { check } from './harness.mjs';
import { checkJourneys } from './journeys.mjs';
import { checkHeadset, headsetPages } from './vr.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Waits until nothing is loading any more; a player that fills its buffer is never idle. */
async function settled(page) {
  if ((await page.locator('.stage').count()) === 0) await page.waitForLoadState('networkidle');
  await page.waitForFunction(() => !document.querySelector('main')?.textContent?.match(/Loading …|正在载入 …/));
}

async function violations(page) {
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

/** Every page in both languages, both colours, wide and narrow. */
async function checkLooks(browser, base, film, pictures) {
  const places = { tonight: 'tonight', films: 'films', film: `film/${film}`, watch: `watch/${film}`, stories: 'stories', story: 'story/1', whatif: `whatif/${film}`, bent: `whatif/${film}`, forecasts: 'forecasts',
    accuracy: 'accuracy', tuned: 'tonight', foretold: 'forecasts' };
  const prepared = { tuned: openEverything, foretold: openRated, bent: bendFilm };
  for (const [name, hash] of Object.entries(places)) {
    for (const [locale, colorScheme, width] of [['en-GB', 'dark', 1280], ['zh-CN', 'light', 1280], ['en-GB', 'light', 390], ['zh-CN', 'dark', 390]]) {
      await check(`${name} in ${locale}, ${colorScheme}, ${width} wide: readable by everybody, nothing sticks out`, async () => {
        const page = await openPage(browser, base, hash, { locale, colorScheme, viewport: { width, height: 900 } });
        await prepared[name]?.(page);
        await settled(page);
        assert.deepEqual(await violations(page), []);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(overflow <= 0, `${overflow} pixels too wide`);
        assert.equal(await page.locator('html').getAttribute('lang'), locale === 'zh-CN' ? 'zh-CN' : 'en');
        await page.screenshot({ path: join(pictures, `${name}-${locale}-${colorScheme}-${width}.png`), fullPage: name in prepared });
        assert.deepEqual(page.complaints, []);
        await page.context().close();
      });
    }
  }
}

/** A page magnified four times on a common screen is this wide. */
async function checkReflow(browser, base, film) {
  for (const hash of ['tonight', 'films', `film/${film}`, `whatif/${film}`, 'stories', 'forecasts', 'accuracy']) {
    await check(`${hash}, 320 wide: nothing sticks out`, async () => {
      const page = await openPage(browser, base, hash, { viewport: { width: 320, height: 800 } });
      await settled(page);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(overflow <= 0, `${overflow} pixels too wide`);
      await page.context().close();
    });
  }
}

export async function checkPages(base, film, pictures) {
  const browser = await launch();
  try {
    await checkJourneys((hash, options) => openPage(browser, base, hash, options), film, pictures);
    await checkHeadset(headsetPages(browser, base, film), pictures);
    await checkLooks(browser, base, film, pictures);
    await checkReflow(browser, base, film);
  } finally {
    await browser.close();
  }
}
