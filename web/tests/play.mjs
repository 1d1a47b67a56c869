import assert from 'node:assert/strict';
import { join } from 'node:path';
import { check } from './harness.mjs';

/** Asks the server from a page that is there already. */
const ask = (page, method, path, body) =>
  page.evaluate(async ([how, at, what]) => {
    const response = await fetch(`api/v1/${at}`, { method: how, headers: { 'Content-Type': 'application/json' }, ...(what ? { body: JSON.stringify(what) } : {}) });
    return response.status === 204 ? undefined : response.json();
  }, [method, path, body]);

/** A story written with a film's people and pictures. */
export const writtenFor = (page, film, language = 'en') => ask(page, 'POST', 'stories', { language, seed: 3, decisions: 3, source: film });

const hurry = (page) => page.evaluate(() => void (document.querySelector('video.front').playbackRate = 8));
const shown = (page) => page.locator('.overlay .choices button:not(.time)');

/** Goes on to the passage's question with the button, however late in it the film is. */
async function toQuestion(page) {
  await page.waitForFunction(() => document.querySelectorAll('.overlay button').length > 1 || document.querySelector('.controls button:nth-of-type(5):not(:disabled)'));
  const skip = page.getByRole('button', { name: 'On to the next choice' });
  if (await skip.isEnabled()) await skip.click();
  await shown(page).nth(1).waitFor();
}

/** Takes a choice; gives what the page told the story engine, and the plan that came back. */
async function choose(page, place) {
  const planned = page.waitForResponse((response) => response.url().endsWith('/replanning') && response.ok());
  await shown(page).nth(place).click();
  await hurry(page);
  const response = await planned;
  return { told: response.request().postDataJSON(), plan: await response.json() };
}

const nodesOf = (story, ids) => ids.map((id) => story.graph.nodes.find((node) => node.id === id).text);

/** Written stories in the Cinema. */
export async function checkPlays(open, film, pictures) {
  await check("a written story plays with its film's pictures and its own words, and what is done there leads how it goes on", async () => {
    const page = await open('stories');
    const story = await writtenFor(page, film);
    const before = (await ask(page, 'GET', 'stories')).stories.length;
    await page.goto(page.url().replace('stories', `story/${story.id}`));
    await page.getByRole('link', { name: 'Watch it as a film' }).press('Enter');
    await page.getByRole('button', { name: 'Begin', exact: true }).click();
    await page.waitForFunction(() => document.querySelector('video.front')?.currentTime > 0.2);
    const cue = () => page.waitForFunction(() => document.querySelector('video.front track')?.track.activeCues?.[0]?.text).then((text) => text.jsonValue());
    assert.ok(story.graph.nodes[0].text.replace(/\s+/g, ' ').includes((await cue()).replace(/\s+/g, ' ')), 'the captions tell the story, not the film');
    assert.ok(await page.locator('video.front').evaluate((video) => video.muted), 'and nobody says something else meanwhile');
    await page.screenshot({ path: join(pictures, 'play.png'), fullPage: true });

    await page.getByRole('button', { name: 'More of this' }).click();
    await page.getByRole('button', { name: 'Ten seconds back' }).click();
    await toQuestion(page);
    const first = await choose(page, 1);
    const [from, to] = first.told.seen;
    assert.equal(first.told.seen.length, 2);
    assert.deepEqual(first.told.signals, [{ node: from, signal: 'like' }, { node: from, signal: 'seek_back' }, { node: from, signal: 'skip' }, { node: to, signal: 'choose' }]);
    assert.deepEqual(nodesOf(first.plan, first.told.seen), nodesOf(story, first.told.seen), 'what was seen stays');
    await page.getByText('The rest was planned anew after what you did (1×)').waitFor();

    await toQuestion(page);
    const node = first.plan.graph.nodes.find((one) => one.id === to);
    const labels = (await shown(page).allTextContents()).map((text) => text.replace(/^\s*\d\s*/, '').trim());
    assert.deepEqual(labels, node.choices.map((choice) => choice.label.english.trim()), 'the new plan is what is asked');
    const second = await choose(page, 0);
    assert.deepEqual(second.told.signals.map(({ signal }) => signal), ['skip', 'choose'], 'what was planned for already is not heard twice');
    await page.getByText('after what you did (2×)').waitFor();
    // Of the plans on the way the last is kept, once the one before it was taken away, beside the story as it was.
    const kept = await page.evaluate(async (count) => {
      for (;;) {
        const { stories } = await (await fetch('api/v1/stories')).json();
        if (stories.length === count) return stories.map(({ id }) => id);
        await new Promise(requestAnimationFrame);
      }
    }, before + 1);
    assert.ok(kept.includes(story.id) && kept.includes(second.plan.id));
    assert.deepEqual(page.complaints, []);
  });
  await check('going back to a choice offers the same ways again; without one reel the story is read beside the pictures', async () => {
    const page = await open('stories', { prepare: (context) => context.addInitScript(() => delete window.MediaSource) });
    const story = await writtenFor(page, film);
    const asked = [];
    page.on('request', (request) => request.url().endsWith('/replanning') && asked.push(request.url()));
    await page.goto(page.url().replace('stories', `play/${story.id}`));
    await page.getByRole('button', { name: 'Begin', exact: true }).click();
    await page.waitForFunction(() => document.querySelector('video.front')?.currentTime > 0.2);
    const words = page.locator('[aria-labelledby=told] .prose');
    assert.equal(await words.innerText(), story.graph.nodes[0].text);
    await toQuestion(page);
    const ways = await shown(page).allTextContents();
    await choose(page, 0);
    await page.waitForFunction((before) => document.querySelector('[aria-labelledby=told] .prose').innerText !== before, story.graph.nodes[0].text);
    const plan = asked.length;
    await page.getByRole('button', { name: 'Back to the last choice' }).click();
    await page.waitForFunction((before) => document.querySelector('[aria-labelledby=told] .prose').innerText === before, story.graph.nodes[0].text);
    await toQuestion(page);
    assert.deepEqual(await shown(page).allTextContents(), ways);
    assert.equal(asked.length, plan, 'nothing is planned anew behind one who goes back');
    assert.deepEqual(page.complaints, []);
  });
  await check('what a written story tells is read in the virtual cinema too, in Chinese where it was written so', async () => {
    const page = await open('stories', { locale: 'zh-CN' });
    const story = await writtenFor(page, film, 'zh');
    await page.goto(page.url().replace('stories', `play/${story.id}`));
    await page.getByRole('button', { name: '环顾影院' }).click();
    await page.getByRole('button', { name: '开始', exact: true }).click();
    const caption = await page.waitForFunction(() => document.querySelector('canvas')?.dataset.caption).then((text) => text.jsonValue());
    assert.ok(story.graph.nodes[0].text.includes(caption.split('\n')[0]), caption);
    assert.deepEqual(page.complaints, []);
  });
  await check('a story that is not to be led stays as it was written', async () => {
    const page = await open('stories');
    const story = await writtenFor(page, film);
    const asked = [];
    page.on('request', (request) => request.url().endsWith('/replanning') && asked.push(request.url()));
    await page.goto(page.url().replace('stories', `play/${story.id}`));
    await page.getByRole('checkbox', { name: 'Let what I do lead the story' }).uncheck();
    await page.getByText('The story stays as it was written').waitFor();
    await page.getByRole('button', { name: 'Begin', exact: true }).click();
    await page.waitForFunction(() => document.querySelector('video.front')?.currentTime > 0.2);
    await toQuestion(page);
    await shown(page).first().click();
    await hurry(page);
    await page.waitForFunction(() => document.querySelectorAll('[aria-labelledby=path] li').length === 2);
    assert.deepEqual(asked, []);
    assert.deepEqual(page.complaints, []);
  });
}
