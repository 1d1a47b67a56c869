import { gzipSync } from 'node:zlib';
import { openPage } from '../../web/tests/browser.mjs';

const throttle = 4;
const loads = 7;
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** The script that a browser fetches for the first page, packed. */
export async function measureRoute({ browser, address }) {
  const scripts = [];
  const page = await openPage(browser, address, 'tonight', {
    prepare: (context) => context.on('response', (response) => response.request().resourceType() === 'script' && scripts.push(response.body())),
  });
  await page.locator('.picks li').first().waitFor();
  const sizes = (await Promise.all(scripts)).map((body) => gzipSync(body).length);
  await page.context().close();
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return [{ key: 'first_route_kb', value: (bytes / 1000).toFixed(1), unit: 'kB', n: sizes.length, note: 'script the browser fetched for Tonight in English, gzip' }];
}

/** When the largest thing of the first page has been painted, without a cache, on a processor made four times slower. */
async function paintOnce(browser, address) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-GB' });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: throttle });
  await page.addInitScript(() => new PerformanceObserver((list) => (window.painted = list.getEntries().at(-1))).observe({ type: 'largest-contentful-paint', buffered: true }));
  await page.goto(`${address}/#/tonight`);
  await page.locator('.picks li').first().waitFor();
  await page.waitForTimeout(1000);
  const painted = await page.evaluate(() => ({ ms: window.painted.startTime, what: window.painted.element?.tagName ?? '' }));
  await context.close();
  return painted;
}

export async function measurePaint({ browser, address }) {
  const painted = [];
  await paintOnce(browser, address); // the server's first answer reads the model
  for (let load = 0; load < loads; ++load) painted.push(await paintOnce(browser, address));
  const note = `median of Tonight (${painted[0].what}), processor ${throttle} times slower, no cache; ${painted.map(({ ms }) => Math.round(ms)).join(' ')}`;
  return [{ key: 'lcp_ms', value: Math.round(median(painted.map(({ ms }) => ms))), unit: 'ms', n: loads, note }];
}
