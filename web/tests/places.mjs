import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Every page of the client, by name; some are seen twice, with all open that opens. */
export const placesOf = (film) => ({
  tonight: 'tonight',
  films: 'films',
  film: `film/${film}`,
  watch: `watch/${film}`,
  played: `stories/${film}`,
  stories: 'stories',
  story: 'story/1',
  whatif: `whatif/${film}`,
  bent: `whatif/${film}`,
  forecasts: 'forecasts',
  accuracy: 'accuracy',
  privacy: 'privacy',
  room: 'room',
  joined: 'join',
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

/** Asks the rooms of the server from a page that is there already. */
const askRooms = (page, method, path, body, key = '') =>
  page.evaluate(async ([how, where, what, as]) => {
    const response = await fetch(`api/v1/rooms${where}`, { method: how, body: JSON.stringify(what), headers: { 'Content-Type': 'application/json', 'X-Cineloom-Member': as } });
    return response.json();
  }, [method, path, body, key]);

/** A guest who says what they want; gives their key. */
async function guestOf(page, code, name) {
  const { key } = await askRooms(page, 'POST', `/${code}/guests`, { name });
  const { films } = await page.evaluate(async (at) => (await fetch(`api/v1/rooms/${at}/films`)).json(), code);
  const liked = films.slice(name.length, name.length + 3).map((film) => film.id);
  await askRooms(page, 'PUT', `/${code}/wishes`, { mood: 'warm', liked, vetoed: [], without: ['horror'], minutes: 150 }, key);
  return key;
}

/** A room of three with its picks, in which one has voted. */
async function fillRoom(page) {
  await page.locator('main button').first().click();
  const code = await page.locator('[data-code]').getAttribute('data-code');
  await guestOf(page, code, 'Marguerite');
  const bo = await guestOf(page, code, '小波');
  await page.locator('[aria-labelledby=find] button').click();
  await page.locator('article').nth(2).waitFor();
  const { picks } = await page.evaluate(async ([at, key]) => (await fetch(`api/v1/rooms/${at}`, { headers: { 'X-Cineloom-Member': key } })).json(), [code, bo]);
  await askRooms(page, 'PUT', `/${code}/vote`, { option: picks[0].film.id }, bo);
  await page.locator('[aria-labelledby=members] .mark').filter({ hasText: '✓' }).waitFor();
}

/** A guest who has come in and chosen, before they say so. */
async function fillWishes(page) {
  const { room } = await askRooms(page, 'POST', '', { kind: 'picks', viewer: '1', name: 'Marguerite' });
  await page.locator('main input').fill(room.code);
  await page.locator('main button').click();
  await page.locator('input[autocomplete=nickname]').fill('小波');
  await page.locator('main button').click();
  await page.locator('main textarea').fill('想看点温暖的, warm');
  for (const place of [1, 4]) await page.locator('.films button').nth(place).click();
  await page.locator('.genres button').nth(11).click();
}

/** A story with a film's pictures, in the Cinema; the film is the one that the page of stories was opened for. */
async function playStory(page) {
  const source = page.url().split('/').at(-1);
  const id = await page.evaluate(async (film) => {
    const body = JSON.stringify({ language: 'en', seed: 3, decisions: 3, source: film });
    return (await (await fetch('api/v1/stories', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body })).json()).id;
  }, source);
  await page.goto(page.url().replace(/#.*/, `#/play/${id}`));
  await page.locator('[aria-labelledby=told] .prose').waitFor();
}

export const prepared = { played: playStory, tuned: openEverything, foretold: openRated, bent: bendFilm, room: fillRoom, joined: fillWishes };
