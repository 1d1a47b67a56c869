import assert from 'node:assert/strict';
import { check } from './harness.mjs';

/** Goes on with Tab alone until something has the focus; whoever cannot get there by it cannot get there without a mouse. */
async function tabTo(page, locator, most = 400) {
  await locator.first().waitFor();
  for (let stop = 0; stop < most; ++stop) {
    if (await locator.first().evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${most} times Tab do not lead to ${locator}`);
}

const go = async (page, locator, key = 'Enter') => {
  await tabTo(page, locator);
  await page.keyboard.press(key);
};
const button = (page, name) => page.getByRole('button', { name });
const answered = (page) => page.waitForResponse((response) => response.url().includes('/recommendations') && response.ok());

async function checkEvening(open) {
  await check('by keyboard alone: a mood is said, a film rated and another hidden, a surprise asked for, what a film misses explained', async () => {
    const page = await open('tonight');
    await page.locator('.picks li').first().waitFor();
    await tabTo(page, page.getByRole('textbox', { name: /How do you feel/ }));
    await page.keyboard.type('something funny');
    await Promise.all([answered(page), go(page, button(page, 'Choose for me'))]);
    await page.getByText('Understood:').waitFor();
    const [, second] = await page.locator('.picks h3').allTextContents();
    await Promise.all([answered(page), go(page, button(page, `Not for me: ${second}`))]);
    await page.waitForFunction((title) => ![...document.querySelectorAll('.picks h3')].some((one) => one.textContent === title), second);
    await Promise.all([page.waitForResponse((response) => response.url().includes('surprise=1') && response.ok()), go(page, button(page, 'Surprise me'))]);
    await tabTo(page, page.getByRole('searchbox', { name: 'Film you miss' }));
    await page.keyboard.type('The Matrix');
    await go(page, page.locator('search + ul button'));
    await page.locator('.answer').waitFor();
    assert.deepEqual(page.complaints, []);
  });
}

async function checkFilm(open) {
  await check('by keyboard alone: a film is looked for, opened, played from a scene, searched, and taken along', async () => {
    const page = await open('films');
    await tabTo(page, page.getByRole('searchbox'));
    await page.keyboard.type('Moon in the Reeds');
    await page.waitForFunction(() => document.querySelectorAll('main ul li').length === 1);
    await go(page, page.locator('main ul li a'));
    await page.getByRole('heading', { name: 'The Moon in the Reeds', level: 1 }).waitFor();
    await go(page, button(page, 'Next scene'));
    await page.waitForFunction(() => document.querySelector('video')?.currentTime > 29);
    await tabTo(page, page.getByRole('searchbox', { name: 'Search inside the film' }));
    await page.keyboard.type('heron');
    await go(page, page.locator('[aria-labelledby=search-inside] li button'));
    await go(page, button(page, /tensest/));
    await go(page, page.locator('[aria-labelledby=arc] summary'));
    await page.locator('[aria-labelledby=arc] table').waitFor();
    await Promise.all([page.waitForEvent('download'), go(page, page.locator('[aria-labelledby=arc]').getByRole('button', { name: 'CSV' }).or(page.locator('[aria-labelledby=arc]').getByRole('link', { name: 'CSV' })))]);
    assert.deepEqual(page.complaints, []);
  });
}

async function checkStory(open) {
  await check('by keyboard alone: a story is written, a way chosen, gone back, a passage locked and freed', async () => {
    const page = await open('stories');
    await tabTo(page, page.getByRole('textbox', { name: 'What it is about' }));
    await page.keyboard.type('A lamplighter finds a letter.');
    await go(page, button(page, 'Write it'));
    await page.waitForURL(/#\/story\//);
    const choice = page.locator('.choices button');
    const first = await choice.first().innerText();
    await go(page, choice);
    await page.waitForFunction((text) => document.querySelector('.choices button')?.innerText !== text, first);
    await go(page, button(page, 'Back to the last choice'));
    await page.waitForFunction((text) => document.querySelector('.choices button')?.innerText === text, first);
    await go(page, button(page, 'Lock'));
    await go(page, button(page, 'Unlock'));
    await button(page, 'Lock').waitFor();
    assert.deepEqual(page.complaints, []);
  });
}

async function checkTheRest(open) {
  await check('by keyboard alone: work is paused, a room opened and ended, a forecast answered, forgetting asked about and left', async () => {
    const page = await open('forecasts');
    await go(page, page.getByRole('navigation').getByRole('link', { name: 'Accuracy' }));
    await page.locator('main table').first().waitFor({ state: 'attached' });
    await go(page, button(page, 'Jobs'));
    await page.getByRole('complementary', { name: 'Jobs' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('complementary', { name: 'Jobs' }).waitFor({ state: 'detached' });
    await go(page, page.getByRole('link', { name: 'Privacy' }));
    await go(page, button(page, /^Forget/));
    await page.keyboard.press('Escape');
    await go(page, page.getByRole('navigation').getByRole('link', { name: 'Tonight' }));
    await go(page, page.getByRole('link', { name: /Choose together/ }));
    await go(page, button(page, /Open a room/));
    await page.locator('[data-code]').waitFor();
    await go(page, button(page, 'End the room'));
    assert.deepEqual(page.complaints, []);
  });
}

/** Flows of every part, walked by Tab and Enter. */
export async function checkKeyboard(open) {
  await checkEvening(open);
  await checkFilm(open);
  await checkStory(open);
  await checkTheRest(open);
}
