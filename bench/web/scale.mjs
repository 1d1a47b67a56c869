import { openPage } from '../../web/tests/browser.mjs';

const films = 5000;
const hours = 2;
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** The demo film's course and scenes, again and again until two hours are full. */
function lengthened(knowledge) {
  const length = knowledge.video.duration_ms;
  const times = Math.ceil((hours * 3600 * 1000) / length);
  const again = (list, ...names) =>
    Array.from({ length: times }, (_, time) => list.map((one) => ({ ...one, ...Object.fromEntries(names.map((name) => [name, one[name] + time * length])) }))).flat();
  return {
    ...knowledge,
    video: { ...knowledge.video, duration_ms: times * length },
    arc: again(knowledge.arc, 'at_ms'),
    timeline: { ...knowledge.timeline, scenes: again(knowledge.timeline.scenes, 'begin_ms', 'end_ms') },
  };
}

/** Notes when the film's knowledge is there, when its arcs have been painted, and when all of its page is there. */
function noteArcs() {
  const { json } = Response.prototype;
  Response.prototype.json = async function () {
    const value = await json.call(this);
    if (this.url.endsWith('/knowledge')) window.known = performance.now();
    return value;
  };
  const note = (name) => requestAnimationFrame(() => setTimeout(() => (window[name] ??= performance.now())));
  const observer = new MutationObserver(() => {
    if (document.querySelector('[aria-labelledby=arc] path.line')) note('painted');
    if (!document.querySelector('[aria-labelledby=events] li')) return;
    observer.disconnect();
    note('whole');
  });
  observer.observe(document, { childList: true, subtree: true });
}

/** From the knowledge of a film of two hours to its arcs on the screen, and to all else of the film's page. */
export async function measureArcs({ browser, address, film }) {
  const taken = [];
  const whole = [];
  let points = 0;
  for (let round = 0; round < 5; ++round) {
    const page = await openPage(browser, address, `film/${film}`, {
      prepare: async (context) => {
        await context.addInitScript(noteArcs);
        await context.route('**/knowledge', async (route) => {
          const knowledge = lengthened(await (await route.fetch()).json());
          points = knowledge.arc.length;
          await route.fulfill({ json: knowledge });
        });
      },
    });
    await page.waitForFunction(() => window.whole);
    const { painted, all } = await page.evaluate(() => ({ painted: window.painted - window.known, all: window.whole - window.known }));
    taken.push(painted);
    whole.push(all);
    await page.context().close();
  }
  const note = `median from the film's knowledge to its player and its arcs of ${points} points painted, ${hours} hours; ${taken.map(Math.round).join(' ')}; to the whole page ${whole.map(Math.round).join(' ')}`;
  return [{ key: 'arcs_2h_ms', value: Math.round(median(taken)), unit: 'ms', n: taken.length, note }];
}

/** A library of so many films: those of the server with other numbers. */
async function enlarge(context) {
  await context.route('**/api/v1/films?*', async (route) => {
    const url = new URL(route.request().url());
    const [cursor, limit] = [Number(url.searchParams.get('cursor') ?? 0), Number(url.searchParams.get('limit') ?? 48)];
    url.searchParams.set('cursor', String(cursor % 240));
    const { films: some } = await (await route.fetch({ url: url.href })).json();
    const page = some.map((one, index) => ({ ...one, id: String(100000 + cursor + index) }));
    await route.fulfill({ json: { films: page, next_cursor: cursor + limit < films ? String(cursor + limit) : null, total: films } });
  });
}

/** Scrolls through a large library and counts pictures of the screen. */
export async function measureScroll({ browser, address }) {
  const page = await openPage(browser, address, 'films', { prepare: enlarge });
  // Only films near the window are in the page; the last of all tells how many there are.
  await page.waitForFunction((count) => {
    scrollTo(0, document.documentElement.scrollHeight);
    const last = document.querySelector('main li:last-of-type');
    return Number(last?.ariaSetSize) >= count && last.ariaPosInSet === last.ariaSetSize;
  }, films, { timeout: 170000 });
  const count = Number(await page.locator('main li').last().getAttribute('aria-setsize'));
  const times = await page.evaluate(async () => {
    scrollTo(0, document.documentElement.scrollHeight / 3);
    const seen = [];
    for (let frame = 0; frame < 300; ++frame) {
      seen.push(await new Promise(requestAnimationFrame));
      scrollBy(0, 40);
    }
    return seen;
  });
  const inPage = await page.locator('main li').count();
  await page.context().close();
  const fps = ((times.length - 1) * 1000) / (times.at(-1) - times[0]);
  const longest = Math.max(...times.slice(1).map((at, index) => at - times[index]));
  return [{ key: 'library_scroll_fps', value: fps.toFixed(1), unit: '1/s', n: count, note: `300 pictures while ${count} films scroll by at 2400 pixels a second, ${inPage} of them in the page at the end; the longest took ${Math.round(longest)} ms` }];
}
