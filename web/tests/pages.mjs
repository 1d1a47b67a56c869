import assert from 'node:assert/strict';
import { join } from 'node:path';
import { launch, openPage } from './browser.mjs';
import { checkFilmPage } from './film.mjs';
import { check } from './harness.mjs';
import { checkJourneys } from './journeys.mjs';
import { checkKeyboard } from './keyboard.mjs';
import { placesOf, prepared, settled, violations } from './places.mjs';
import { checkStudio } from './studio.mjs';
import { checkTabs } from './tabs.mjs';
import { checkHeadset, headsetPages } from './vr.mjs';
import { leaksOfPages } from './words.mjs';

/** Every page in both languages, both colours, wide and narrow. */
async function checkLooks(browser, base, film, pictures) {
  for (const [name, hash] of Object.entries(placesOf(film))) {
    for (const [locale, width] of [['en-GB', 1280], ['zh-CN', 1280], ['en-GB', 390], ['zh-CN', 390]]) {
      await check(`${name} in ${locale}, ${width} wide, light, dark and in high contrast: readable by everybody, nothing sticks out`, async () => {
        const page = await openPage(browser, base, hash, { locale, viewport: { width, height: 900 } });
        await prepared[name]?.(page);
        await settled(page);
        for (const colorScheme of ['light', 'dark']) {
          await page.emulateMedia({ colorScheme });
          assert.deepEqual(await violations(page), []);
          await page.evaluate(() => scrollTo(0, 0)); // else the head, which stays in sight, stands in the middle of a whole page
          await page.screenshot({ path: join(pictures, `${name}-${locale}-${colorScheme}-${width}.png`), fullPage: name !== 'films' }); // of films only those near the window are there
        }
        await page.locator('.settings select').last().selectOption('contrast');
        assert.deepEqual(await violations(page), [], 'in high contrast');
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(overflow <= 0, `${overflow} pixels too wide`);
        assert.equal(await page.locator('html').getAttribute('lang'), locale === 'zh-CN' ? 'zh-CN' : 'en');
        assert.deepEqual(page.complaints, []);
        await page.context().close();
      });
    }
  }
}

/** A page magnified four times on a common screen is this wide. */
async function checkReflow(browser, base, film) {
  for (const hash of ['tonight', 'films', `film/${film}`, `whatif/${film}`, 'stories', 'forecasts', 'accuracy', 'privacy', 'room', 'join']) {
    await check(`${hash}, 320 wide: nothing sticks out`, async () => {
      const page = await openPage(browser, base, hash, { viewport: { width: 320, height: 800 } });
      await settled(page);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(overflow <= 0, `${overflow} pixels too wide`);
      await page.context().close();
    });
  }
}

/** Under a catalogue whose every text stands in brackets, what has none leaked past it. */
async function checkWords(browser, base, film) {
  await check('no page says a word that is not from the catalogue, the server or the browser', async () => {
    const { foretold: _, ...places } = placesOf(film); // that one needs somebody's ratings
    assert.deepEqual(await leaksOfPages(browser, base, film, Object.keys(places)), []);
  });
}

export async function checkPages(base, film, pictures) {
  const browser = await launch();
  try {
    const open = (hash, options) => openPage(browser, base, hash, options);
    await checkJourneys(open, film, pictures);
    await checkFilmPage(open, film);
    await checkTabs(open);
    await checkKeyboard(open);
    await checkStudio(open, film, pictures);
    await checkHeadset(headsetPages(browser, base, film), pictures);
    await checkLooks(browser, base, film, pictures);
    await checkReflow(browser, base, film);
    await checkWords(browser, base, film);
  } finally {
    await browser.close();
  }
}
