import assert from 'node:assert/strict';
import { join } from 'node:path';
import { launch, openPage } from './browser.mjs';
import { check } from './harness.mjs';
import { checkJourneys } from './journeys.mjs';
import { placesOf, prepared, settled, violations } from './places.mjs';
import { checkHeadset, headsetPages } from './vr.mjs';

/** Every page in both languages, both colours, wide and narrow. */
async function checkLooks(browser, base, film, pictures) {
  const places = placesOf(film);
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
