import { placesOf } from '../../web/tests/places.mjs';
import { catalogue, leaksOfPages } from '../../web/tests/words.mjs';

/** Keys that one language lacks, and texts on any page that are neither from the catalogue nor from the server's data. */
export async function measureWords({ browser, address, film }) {
  const [en, zh] = [Object.keys(catalogue('en')), Object.keys(catalogue('zh-CN'))];
  const missing = [...en.filter((key) => !zh.includes(key)), ...zh.filter((key) => !en.includes(key))];
  const { foretold: _, ...places } = placesOf(film);
  const found = [...missing, ...(await leaksOfPages(browser, address, film, Object.keys(places)))];
  const note = found.length ? found.slice(0, 12).join('; ') : `${en.length} keys in both languages; no text of ${Object.keys(places).length} pages is outside the catalogue under a pseudo-locale`;
  return [{ key: 'i18n_missing', value: found.length, unit: '', n: en.length, note }];
}
