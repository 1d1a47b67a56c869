import assert from 'node:assert/strict';
import { check } from './harness.mjs';

const count = 5000;

/** A library of so many films: those of the server, again and again under other numbers. */
async function enlarge(context) {
  await context.route('**/api/v1/films?*', async (route) => {
    const url = new URL(route.request().url());
    const [begin, limit] = [Number(url.searchParams.get('cursor') ?? 0), Number(url.searchParams.get('limit'))];
    url.search = '?limit=48';
    const { films } = await (await route.fetch({ url: url.href })).json();
    const end = Math.min(begin + limit, count);
    const page = Array.from({ length: end - begin }, (_, index) => ({ ...films[index % films.length], id: String(100000 + begin + index) }));
    await route.fulfill({ json: { films: page, next_cursor: end < count ? String(end) : null } });
  });
}

const focusedPlace = (page) => page.evaluate(() => Number(document.activeElement.closest('li')?.ariaPosInSet ?? 0));
const isOn = (page, place) => page.waitForFunction((expected) => Number(document.activeElement.closest('li')?.ariaPosInSet) === expected, place);

/** A library so large that only films near the window are in the page. */
export async function checkLibrary(open) {
  await check('of five thousand films those near the window are in the page, and keys lead to all of them', async () => {
    const page = await open('films', { prepare: enlarge });
    await page.locator('main li a').first().focus();
    await isOn(page, 1);
    await page.keyboard.press('End');
    await isOn(page, count);
    const last = await page.evaluate(() => {
      const { top, bottom } = document.activeElement.getBoundingClientRect();
      return { setSize: document.activeElement.closest('li').ariaSetSize, isSeen: top < innerHeight && bottom > 0, films: document.querySelectorAll('main li').length };
    });
    assert.equal(last.setSize, String(count));
    assert.ok(last.isSeen && last.films < 120, JSON.stringify(last));
    await page.keyboard.press('PageUp');
    await page.waitForFunction((end) => Number(document.activeElement.closest('li')?.ariaPosInSet) < end, count);
    const before = await focusedPlace(page);
    await page.keyboard.press('ArrowLeft');
    await isOn(page, before - 1);
    await page.keyboard.press('ArrowUp');
    await page.waitForFunction((place) => Number(document.activeElement.closest('li')?.ariaPosInSet) < place, before - 1);
    await page.keyboard.press('Home');
    await isOn(page, 1);
    assert.deepEqual(page.complaints, []);
  });
  await check('a film with the focus stays in the page while one scrolls away, and what is read out keeps its order', async () => {
    const page = await open('films', { prepare: enlarge });
    await page.locator('main li a').nth(1).focus();
    await page.waitForFunction(() => {
      scrollTo(0, document.documentElement.scrollHeight);
      return Number(document.querySelector('main li:last-of-type')?.ariaPosInSet) > 300;
    });
    assert.equal(await focusedPlace(page), 2);
    const places = await page.locator('main li').evaluateAll((films) => films.map((film) => Number(film.ariaPosInSet)));
    assert.deepEqual(places, places.toSorted((a, b) => a - b));
    await page.keyboard.press('ArrowRight');
    await isOn(page, 3);
    assert.deepEqual(page.complaints, []);
  });
}
