import { openPage } from '../../web/tests/browser.mjs';
import { placesOf, prepared, settled, violations } from '../../web/tests/places.mjs';

const themes = ['light', 'dark', 'contrast'];
const languages = ['en-GB', 'zh-CN'];

/** What axe-core objects to on every page in every colour and both languages; a page is opened once for its three colours. */
export async function measureAccess({ browser, address, film }) {
  const found = [];
  let looks = 0;
  const { foretold: _, ...places } = placesOf(film); // that one needs somebody's ratings
  for (const [name, hash] of Object.entries(places)) {
    for (const locale of languages) {
      const page = await openPage(browser, address, hash, { locale });
      await prepared[name]?.(page);
      await settled(page);
      for (const theme of themes) {
        await page.locator('.settings select').last().selectOption(theme);
        found.push(...(await violations(page)).map((one) => `${name} ${locale} ${theme}: ${one}`));
        looks += 1;
      }
      await page.context().close();
    }
  }
  const note = found.length ? found.slice(0, 5).join('; ') : `axe-core, WCAG 2.2 AA and best practice: ${Object.keys(places).length} pages x ${themes.length} colours x ${languages.length} languages`;
  return [{ key: 'axe_violations', value: found.length, unit: '', n: looks, note }];
}
