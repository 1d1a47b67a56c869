import assert from 'node:assert/strict';
import { join } from 'node:path';
import { check } from './harness.mjs';
import { violations } from './places.mjs';

export const tooWide = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
const storyOf = (page) => page.evaluate(async (id) => (await fetch(`api/v1/stories/${id}`)).json(), page.url().split('/').at(-1));

/** Every way through a story, as lists of its nodes. */
function waysOf({ start, nodes }) {
  const from = (id) => {
    const node = nodes.find((one) => one.id === id);
    return node.choices.length ? node.choices.flatMap(({ to }) => from(to).map((rest) => [node, ...rest])) : [[node]];
  };
  return from(start);
}

async function checkLimits(open, pictures) {
  await check('a story has the structure asked for, and what must happen happens on every way', async () => {
    const page = await open('stories');
    await page.getByText('What must and must not happen').click();
    await page.getByRole('combobox', { name: 'Structure' }).selectOption({ label: "The hero's journey" });
    await page.getByText('The ordinary world → The call').waitFor();
    await page.getByRole('combobox', { name: 'Must happen, whichever way is taken' }).selectOption({ label: 'Walk into the trap' });
    const never = page.getByRole('combobox', { name: 'Must not happen on any way' });
    assert.equal(await never.getByRole('option', { name: 'Walk into the trap' }).count(), 0, 'what must happen is not offered to be forbidden');
    await never.selectOption({ label: 'Turn your back' });
    await page.getByRole('combobox', { name: 'fear' }).selectOption({ label: 'some' });
    await page.getByRole('spinbutton', { name: 'Seed' }).fill('5');
    await page.getByRole('button', { name: 'Write it', exact: true }).click();
    await page.waitForURL(/#\/story\/\d+/);
    const { request, graph } = await storyOf(page);
    assert.deepEqual([request.structure, request.must, request.never, request.max_rating.fear, request.max_rating.violence], ['heros_journey', ['capture'], ['betrayal'], 2, 4]);
    const journey = ['ordinary_world', 'call', 'refusal', 'mentor', 'threshold', 'tests', 'approach', 'ordeal', 'reward', 'road_back', 'resurrection', 'return'];
    assert.ok(graph.nodes.every(({ beat }) => journey.includes(beat)), graph.nodes.map(({ beat }) => beat).join());
    for (const way of waysOf(graph)) {
      const told = way.flatMap(({ events }) => events.map(({ schema }) => schema));
      assert.ok(told.includes('capture') && !told.includes('betrayal'), told.join());
    }
    assert.deepEqual(page.complaints, []);
  });
  await check('what cannot all be had is said with what could give way, and a click writes the story without it', async () => {
    const page = await open('stories', { locale: 'zh-CN', colorScheme: 'dark', viewport: { width: 390, height: 900 } });
    await page.getByText('哪些事必须发生，哪些不能').click();
    await page.getByRole('combobox', { name: '无论走哪条路都要发生' }).selectOption('capture');
    await page.getByRole('checkbox', { name: '主角' }).check();
    await page.getByRole('button', { name: '写出来' }).click();
    const refused = page.getByRole('alert').filter({ hasText: '没有故事能同时满足这些要求' });
    await refused.waitFor();
    assert.equal(await refused.getByRole('button').count(), 2);
    assert.deepEqual(await violations(page), []);
    await page.screenshot({ path: join(pictures, 'refused-zh-CN-dark-390.png'), fullPage: true });
    await page.setViewportSize({ width: 320, height: 800 });
    assert.ok((await tooWide(page)) <= 0);
    await refused.getByRole('button', { name: '放弃：主角不受伤害' }).click();
    await page.waitForURL(/#\/story\/\d+/);
    const { request } = await storyOf(page);
    assert.deepEqual([request.must, request.protects], [['capture'], []]);
    assert.deepEqual(page.complaints.filter((one) => !one.includes('503')), []); // the browser notes what was refused
  });
  await check('the folded part of what must happen is readable by everybody', async () => {
    const page = await open('stories', { viewport: { width: 1280, height: 900 } });
    await page.getByText('What must and must not happen').click();
    await page.getByRole('combobox', { name: 'Structure' }).waitFor();
    await page.getByRole('combobox', { name: 'Must happen, whichever way is taken' }).selectOption('storm');
    assert.deepEqual(await violations(page), []);
    await page.screenshot({ path: join(pictures, 'limits-en-GB-light-1280.png'), fullPage: true });
  });
}

const write = async (page, button = 'Write it') => {
  await page.getByRole('button', { name: button, exact: true }).click();
  await page.waitForURL(/#\/story\/\d+/);
};

async function checkFindings(open, pictures) {
  await check('a story is checked after every change, and a finding leads to its passage', async () => {
    const page = await open('stories');
    await page.getByRole('spinbutton', { name: 'Seed' }).fill('5');
    await write(page);
    const result = page.getByRole('region', { name: 'Check', exact: true });
    const { graph } = await storyOf(page);
    const nothing = result.getByText(`Checked just now, ${waysOf(graph).length} ways from beginning to end, nothing found.`);
    await nothing.waitFor();
    // Two passages on, a name's gap is left in words of one's own.
    for (const part of [2, 3]) {
      await page.locator('.choices button').nth(1).click();
      await page.locator(`article section:nth-of-type(${part})`).waitFor();
    }
    const last = page.locator('article section').nth(2);
    const title = (await last.getAttribute('aria-label')).replace('Passage: ', '');
    await last.getByRole('button', { name: 'Write it yourself' }).click();
    await last.getByRole('textbox').fill('And {hero} opened the door.');
    await last.getByRole('button', { name: 'Keep these words' }).click();
    await result.getByText('Faults: 1, advice: 0').waitFor();
    const finding = result.getByRole('listitem');
    assert.match(await finding.innerText(), /a gap in the text where a name belongs\n“\{hero\}” stands in the text/);
    assert.equal((await finding.innerText()).split('The way there: ')[1].split(' → ').length, 2);
    await page.evaluate(() => scrollTo(0, 0)); // else the head, which stays in sight, covers something
    assert.deepEqual(await violations(page), []);
    await page.screenshot({ path: join(pictures, 'found-en-GB-light-1280.png'), fullPage: true });
    // From another branch the finding leads back there.
    await page.getByRole('button', { name: 'From the beginning' }).click();
    await page.locator('.choices button').first().click();
    await finding.getByRole('button', { name: `Go to “${title}”` }).click();
    await page.waitForFunction((label) => document.activeElement?.getAttribute('aria-label') === label, `Passage: ${title}`);
    assert.equal(await page.locator('article section').count(), 3);
    await page.getByRole('button', { name: 'Undo' }).click();
    await nothing.waitFor();
    await page.getByRole('button', { name: 'Redo' }).click();
    await result.getByText('Faults: 1').waitFor();
    assert.deepEqual(page.complaints, []);
  });
  await check('a story that was planned anew is checked as it is now, and advice is no fault', async () => {
    const page = await open('stories', { locale: 'zh-CN', colorScheme: 'dark', viewport: { width: 390, height: 900 } });
    await page.getByRole('spinbutton', { name: '种子' }).fill('5');
    await write(page, '写出来');
    await page.locator('.choices button').nth(1).click();
    const before = page.url();
    await page.getByRole('button', { name: '少来点这样的' }).first().click();
    await page.getByRole('button', { name: '重新安排后面的情节' }).click();
    await page.waitForURL((url) => url.href !== before);
    const result = page.getByRole('region', { name: '检查', exact: true });
    await result.getByText(/刚刚查过，从头到尾共 \d+ 条路/).waitFor();
    const { findings } = await page.evaluate(async (id) => (await fetch(`api/v1/stories/${id}/findings`)).json(), page.url().split('/').at(-1));
    assert.equal(await result.getByRole('listitem').count(), findings.length);
    for (const { kind } of findings) assert.ok(['thin_choice', 'wrong_default'].includes(kind), kind);
    assert.equal(await result.getByText(/^问题：/).count(), 0);
    assert.deepEqual(await violations(page), []);
    await page.screenshot({ path: join(pictures, 'checked-zh-CN-dark-390.png'), fullPage: true });
    assert.deepEqual(page.complaints, []);
  });
}

/** Fewest choices from the beginning to a passage. */
function depthOf({ start, nodes }, id) {
  let layer = [start];
  for (let depth = 0; layer.length; ++depth) {
    if (layer.includes(id)) return depth;
    layer = layer.flatMap((one) => nodes.find((node) => node.id === one).choices.map(({ to }) => to));
  }
  return Infinity;
}

/** A finger that goes from one place to another. */
async function drag(page, [x, y], [toX, toY]) {
  const session = await page.context().newCDPSession(page);
  const touch = (type, touchPoints) => session.send('Input.dispatchTouchEvent', { type, touchPoints });
  await touch('touchStart', [{ x, y }]);
  await touch('touchMove', [{ x: (x + toX) / 2, y: (y + toY) / 2 }]);
  await touch('touchMove', [{ x: toX, y: toY }]);
  await touch('touchEnd', []);
  await session.detach();
}

async function checkMap(open, pictures) {
  const here = (page) => page.locator('[data-spot][aria-current=step]').getAttribute('data-spot');
  const focused = (page) => page.evaluate(() => document.activeElement.dataset.spot);
  await check('the map of the branches is walked with the keys, and Enter reads on where one stands', async () => {
    const page = await open('stories');
    await page.getByRole('spinbutton', { name: 'Seed' }).fill('5');
    await write(page);
    const map = page.getByRole('group', { name: 'Map of the branches' });
    const spots = map.getByRole('button');
    await spots.first().waitFor();
    const { graph } = await storyOf(page);
    const start = graph.nodes.find(({ id }) => id === graph.start);
    assert.equal(await spots.count(), graph.nodes.length);
    assert.equal(await map.locator('[tabindex="0"]').count(), 1, 'Tab passes the map in one step');
    for (const box of await spots.evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()))) assert.ok(box.width >= 24 && box.height >= 24);
    await map.locator('[tabindex="0"]').focus();
    await page.keyboard.press('ArrowDown');
    const below = start.choices.find(({ id }) => id === start.default_choice).to;
    assert.equal(await focused(page), below);
    await page.keyboard.press('ArrowDown');
    const deep = await focused(page);
    assert.equal(await here(page), graph.start, 'looking around is not going');
    assert.match(await map.locator(`[data-spot="${deep}"]`).getAttribute('aria-label'), /.+: (things are good|things are bad|in between), -?\d\.\d\d; ways on: 2$/);
    await page.keyboard.press('Enter');
    await page.locator('article section:nth-of-type(3):focus').waitFor();
    assert.equal(await here(page), deep);
    assert.equal(await page.locator('.map path.taken').count(), 2);
    await map.locator('[tabindex="0"]').focus();
    await page.keyboard.press('ArrowUp');
    assert.equal(await focused(page), below);
    await page.keyboard.press('ArrowRight');
    if ((await focused(page)) === below) await page.keyboard.press('ArrowLeft');
    const beside = await focused(page);
    assert.notEqual(beside, below);
    await page.keyboard.press('Enter');
    await page.locator('article section:nth-of-type(2):focus').waitFor();
    assert.equal(await here(page), beside);
    // An ending is reached by the shortest way of choices.
    const ending = graph.nodes.filter(({ choices }) => choices.length === 0).at(-1);
    await map.locator(`[data-spot="${ending.id}"]`).click();
    await page.locator('.ending').waitFor();
    assert.equal(await page.locator('article section').count(), depthOf(graph, ending.id) + 1);
    await page.evaluate(() => scrollTo(0, 0));
    assert.deepEqual(await violations(page), []);
    await page.screenshot({ path: join(pictures, 'map-en-GB-light-1280.png'), fullPage: true });
    assert.deepEqual(page.complaints, []);
  });
  await check('on a phone a tap on the map opens a passage, and a swipe over the words goes on or back', async () => {
    const page = await open('stories', { locale: 'zh-CN', colorScheme: 'dark', viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await page.getByRole('spinbutton', { name: '种子' }).fill('5');
    await page.getByRole('spinbutton', { name: '每条路上的选择数' }).fill('5');
    await write(page, '写出来');
    const map = page.getByRole('group', { name: '分支图' });
    const { graph } = await storyOf(page);
    const ending = graph.nodes.filter(({ choices }) => choices.length === 0).at(-1);
    await map.locator(`[data-spot="${ending.id}"]`).tap();
    await page.locator('.ending').waitFor();
    assert.equal(await page.locator('.map path.taken').count(), depthOf(graph, ending.id));
    await page.evaluate(() => scrollTo(0, 0));
    assert.deepEqual(await violations(page), []);
    await page.screenshot({ path: join(pictures, 'map-zh-CN-dark-390.png'), fullPage: true });
    await page.setViewportSize({ width: 320, height: 800 });
    assert.ok((await tooWide(page)) <= 0);
    await page.getByRole('button', { name: '从头再来' }).tap();
    await page.evaluate(() => scrollTo(0, 300));
    const start = graph.nodes.find(({ id }) => id === graph.start);
    await drag(page, [260, 300], [60, 310]);
    await page.locator('article section:nth-of-type(2)').waitFor();
    assert.equal(await here(page), start.choices.find(({ id }) => id === start.default_choice).to);
    await drag(page, [160, 500], [150, 300]); // this scrolls
    assert.equal(await page.locator('article section').count(), 2);
    await drag(page, [60, 300], [260, 310]);
    await page.waitForFunction(() => document.querySelectorAll('article section').length === 1);
    assert.deepEqual(page.complaints, []);
  });
}

/** The desk on which stories are made: what is asked of them, what is found in them, and the ways through them. */
export async function checkStudio(open, pictures) {
  await checkLimits(open, pictures);
  await checkFindings(open, pictures);
  await checkMap(open, pictures);
}
