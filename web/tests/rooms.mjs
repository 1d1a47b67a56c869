import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { check } from './harness.mjs';
import { violations } from './places.mjs';

const reader = readFileSync(createRequire(import.meta.url).resolve('jsqr/dist/jsQR.js'), 'utf8');
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true };
const statusOf = (page, path) => page.evaluate(async (at) => (await fetch(`api/v1/rooms/${at}`)).status, path);

/** A host with a room that was just opened, and its code. */
export async function openRoom(open) {
  const host = await open('room');
  await host.getByRole('button', { name: 'Open a room' }).click();
  return { host, code: await codeOf(host) };
}

const codeOf = (page) => page.locator('[data-code]').getAttribute('data-code');

/** Somebody who comes in by the code on a device of their own. */
export async function comeIn(open, code, name) {
  const guest = await open(`join/${code}`, phone);
  await guest.getByLabel('What shall the others call you?').fill(name);
  await guest.getByRole('button', { name: 'Come in' }).click();
  await guest.getByRole('heading', { name: /Who is here/ }).waitFor();
  return guest;
}

const here = (page, name) => page.locator('[aria-labelledby=members] li').filter({ hasText: name });

/** What a phone's camera reads of the picture of the code. */
async function readByCamera(page) {
  const picture = (await page.locator('[aria-labelledby=invitation] svg').screenshot()).toString('base64');
  const dark = await page.context().newPage();
  await dark.goto('about:blank');
  await dark.addScriptTag({ content: reader });
  const text = await dark.evaluate(async (base64) => {
    const image = new Image();
    image.src = `data:image/png;base64,${base64}`;
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    return window.jsQR(data, image.width, image.height)?.data;
  }, picture);
  await dark.close();
  return text;
}

async function checkPicking(open, pictures) {
  await check('a host and two guests choose together, from the code to the result', async () => {
    const { host, code } = await openRoom(open);
    for (const colorScheme of ['light', 'dark']) {
      await host.emulateMedia({ colorScheme });
      assert.equal(await readByCamera(host), `${host.url().replace(/#.*/, '')}#/join/${code}`);
    }
    await host.getByText('Phones cannot reach this address').waitFor();
    const [ana, bo] = [await comeIn(open, code, 'Ana'), await comeIn(open, code, 'Bo')];
    await here(host, 'Bo').getByText('is still thinking').waitFor();

    await ana.getByLabel('How do you feel').fill('tired, something warm and funny');
    await ana.getByRole('button', { name: 'horror' }).click();
    const films = ana.getByRole('group', { name: 'Films I like' });
    await films.locator('.films button').nth(2).click();
    await films.getByRole('searchbox').fill('Tampopo');
    await films.locator('.films button').filter({ hasText: 'Tampopo' }).click();
    await ana.getByRole('button', { name: 'That is what I want' }).click();
    await ana.getByRole('listitem').filter({ hasText: /^Films I like: .*Tampopo/ }).waitFor();
    await here(host, 'Ana').getByText('has said what they want').waitFor();

    await bo.locator('.films button').first().click();
    await bo.getByLabel('At most').selectOption('120');
    await bo.getByRole('button', { name: 'That is what I want' }).press('Enter');
    await host.getByText('2 of 3 have said what they want.').waitFor();
    await host.getByRole('button', { name: 'Find films for us' }).click();

    for (const page of [host, ana, bo]) await page.locator('[aria-labelledby=together] article').nth(2).waitFor();
    for (const text of await host.locator('article .body > p:first-of-type').allTextContents()) assert.ok(Number(/· (\d+) min/.exec(text)[1]) <= 120, text);
    assert.equal(await host.locator('article').first().locator('dd').count(), 3, 'what each is expected to give');
    await host.locator('[aria-labelledby=served] dd').nth(2).waitFor();
    assert.deepEqual(await violations(ana), []);

    const second = await ana.locator('article h3').nth(1).textContent();
    await ana.getByRole('button', { name: `Vote for this: ${second}` }).click();
    await host.locator('article').nth(1).getByText('Votes: 1').waitFor();
    await bo.getByRole('button', { name: `Vote for this: ${second}` }).press('Enter');
    await bo.getByRole('button', { name: `Your vote: ${second}` }).waitFor();
    await host.getByText('2 of 3 have voted.').waitFor();
    await host.screenshot({ path: join(pictures, 'room-votes.png'), fullPage: true });
    await host.getByRole('button', { name: 'Close the vote' }).click();
    for (const page of [host, ana, bo]) await page.getByText(`Tonight: ${second}`).waitFor();
    await host.getByText('It has the most votes: 2.').waitFor();
    await ana.screenshot({ path: join(pictures, 'join-result.png'), fullPage: true });

    await host.getByRole('button', { name: 'Find three others' }).click();
    await ana.getByRole('button', { name: /^Vote for this/ }).first().waitFor();
    assert.ok(!(await ana.locator('article h3').allTextContents()).includes(second), 'others are found');
    for (const page of [host, ana, bo]) assert.deepEqual(page.complaints, []);
  });
}

async function checkComingAndGoing(open) {
  await check('who reloads comes back as the same guest with what they said, and the host as the host', async () => {
    const { host, code } = await openRoom(open);
    const ana = await comeIn(open, code, 'Ana');
    await ana.locator('.films button').first().click();
    const title = await ana.locator('.chosen').textContent();
    await ana.getByRole('button', { name: 'That is what I want' }).click();
    await ana.getByRole('button', { name: 'Change it' }).waitFor();
    for (const page of [ana, host]) await page.reload();
    await ana.getByText(title.replace('×', '').trim()).waitFor();
    await ana.getByRole('button', { name: 'Change it' }).click();
    await ana.locator('.films button[aria-pressed=true]').first().waitFor();
    await here(host, 'Ana').getByText('has said what they want').waitFor();
    assert.equal(await here(host, 'Ana').count(), 1);
  });
  await check('a guest who is sent out is told so, a locked room lets nobody in, and one may leave', async () => {
    const { host, code } = await openRoom(open);
    const [ana, bo] = [await comeIn(open, code, 'Ana'), await comeIn(open, code, 'Bo')];
    await host.getByRole('button', { name: 'Send out: Ana' }).press('Enter');
    await host.getByRole('button', { name: 'Really send Ana out' }).press('Enter');
    await ana.getByRole('heading', { name: 'You are not in this room any more' }).waitFor();
    await here(host, 'Ana').waitFor({ state: 'detached' });

    await host.getByRole('button', { name: 'Lock the room' }).click();
    const late = await open(`join/${code}`, phone);
    await late.getByRole('heading', { name: 'The room is locked' }).waitFor();
    await host.getByRole('button', { name: 'Unlock the room' }).click();
    await late.getByRole('button', { name: 'Try again' }).click();
    await late.getByLabel('What shall the others call you?').waitFor();

    await bo.getByRole('button', { name: 'Leave the room' }).click();
    await bo.getByRole('button', { name: 'Really leave' }).click();
    await bo.getByRole('heading', { name: 'You have left the room' }).waitFor();
    await here(host, 'Bo').waitFor({ state: 'detached' });
  });
  await check('a room that its host ends is forgotten, and everybody is told', async () => {
    const { host, code } = await openRoom(open);
    const ana = await comeIn(open, code, 'Ana');
    assert.equal(await statusOf(ana, code), 200);
    await host.getByRole('button', { name: 'End the room' }).click();
    await host.getByRole('button', { name: 'Really end it for everybody' }).click();
    for (const page of [host, ana]) await page.getByRole('heading', { name: 'The room has ended' }).waitFor();
    assert.equal(await statusOf(ana, code), 404);
    await ana.getByRole('link', { name: 'Type another code' }).click();
    await ana.getByLabel('Code of the room').fill(` ${code.toUpperCase()}`);
    await ana.keyboard.press('Enter');
    await ana.getByRole('heading', { name: 'There is no room with this code' }).waitFor();
  });
  await check('a guest whose stream breaks still follows the room', async () => {
    const { host, code } = await openRoom(open);
    const ana = await open(`join/${code}`, { ...phone, prepare: (context) => context.route('**/events', (route) => route.abort()) });
    await ana.getByLabel('What shall the others call you?').fill('Ana');
    await ana.getByRole('button', { name: 'Come in' }).click();
    await ana.getByText('The connection is interrupted').waitFor();
    await host.getByRole('button', { name: 'Find films for us' }).click();
    await ana.getByRole('button', { name: /^Vote for this/ }).first().waitFor();
    await ana.getByText('No taste is known yet of: Ana').waitFor();
  });
}

/** The choice that the film asks now, as the page of the host shows it. */
const choices = (page) => page.locator('.overlay .choices button');

async function checkStory(open, film, pictures) {
  await check('two guests vote in the Cinema until the film ends, and the film goes where they say', async () => {
    const host = await open(`watch/${film}`);
    await host.getByRole('button', { name: 'Let the room vote' }).click();
    const code = await codeOf(host);
    const [ana, bo] = [await comeIn(open, code, 'Ana'), await comeIn(open, code, 'Bo')];
    await ana.getByText('The story is running').waitFor();
    await host.getByRole('button', { name: 'Begin', exact: true }).click();
    let isFirst = true;
    for (;;) {
      await host.evaluate(() => [...document.querySelectorAll('video')].forEach((video) => (video.playbackRate = 8)));
      const next = await Promise.race([
        ana.locator('.options button:not([aria-pressed=true])').first().waitFor().then(() => 'vote'),
        host.locator('.ending').waitFor().then(() => 'end'),
      ]);
      if (next === 'end') break;
      const wanted = ana.locator('.options button').last();
      const text = (await wanted.locator('span').first().textContent()).trim();
      await wanted.click();
      await choices(host).filter({ hasText: text }).getByText('Votes: 1').waitFor();
      if (isFirst) {
        assert.deepEqual(await violations(ana), []);
        await host.screenshot({ path: join(pictures, 'room-cinema.png'), fullPage: true });
        await ana.screenshot({ path: join(pictures, 'join-cinema.png'), fullPage: true });
      }
      isFirst = false;
      await bo.locator('.options button').last().click();
      await ana.getByText(`The room's choice: ${text}`).waitFor();
    }
    assert.ok(!isFirst, 'the room was asked');
    for (const page of [host, ana, bo]) assert.deepEqual(page.complaints, []);
  });
  await check('a vote whose time is up counts what was voted, and phones show how long it takes', async () => {
    const host = await open(`watch/${film}`, { prepare: (context) => context.addInitScript(() => localStorage.setItem('cineloom.timer', '10')) });
    await host.getByRole('button', { name: 'Let the room vote' }).click();
    const code = await codeOf(host);
    const [ana] = [await comeIn(open, code, 'Ana'), await comeIn(open, code, 'Bo')];
    await host.getByRole('button', { name: 'Begin', exact: true }).click();
    await host.evaluate(() => [...document.querySelectorAll('video')].forEach((video) => (video.playbackRate = 8)));
    await ana.getByRole('timer').getByText(/^\d+ s left$/).waitFor();
    const wanted = ana.locator('.options button').last();
    const text = (await wanted.locator('span').first().textContent()).trim();
    await wanted.click();
    assert.equal(await host.getByRole('button', { name: /More time/ }).count(), 0, 'the time of a vote is the same for all');
    await ana.getByText(`The room's choice: ${text}`).waitFor();
    await ana.getByText('It has the most votes: 1.').waitFor();
    await host.locator('.overlay').waitFor({ state: 'detached' });
    assert.deepEqual(host.complaints, []);
  });
  await check('in a written story the room votes, and the host may overrule it with the keyboard', async () => {
    const host = await open('story/1');
    await host.getByRole('button', { name: 'Let the room vote' }).click();
    const code = await codeOf(host);
    const [ana, bo] = [await comeIn(open, code, 'Ana'), await comeIn(open, code, 'Bo')];
    const shown = host.locator('article .choices button');
    await ana.locator('.options button').first().click();
    await shown.first().getByText('Votes: 1').waitFor();
    const before = await host.locator('article > section').count();
    await bo.locator('.options button').first().click();
    await host.locator('article > section').nth(before).waitFor();
    if ((await shown.count()) > 1) {
      await ana.locator('.options button[aria-pressed=false]').first().waitFor();
      const other = (await shown.last().locator('span').first().innerText()).trim();
      await shown.last().press('Enter');
      await host.locator('article > section').nth(before + 1).waitFor();
      // Either still as the result, or, where the story asks again, beside the next vote.
      for (const guest of [ana, bo]) await guest.getByText(`The host took: ${other}`).or(guest.getByText(`Before this the host took “${other}”`)).waitFor();
    }
    assert.deepEqual(host.complaints, []);
  });
}

/** Several devices in one room against a real server. */
export async function checkRooms(open, film, pictures) {
  await checkPicking(open, pictures);
  await checkComingAndGoing(open);
  await checkStory(open, film, pictures);
}
