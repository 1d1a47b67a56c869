import assert from 'node:assert/strict';
import { join } from 'node:path';
import { check } from './harness.mjs';

const asked = (page, part) => page.waitForResponse((response) => response.url().includes('/recommendations') && response.url().includes(part) && response.ok());
const titles = (page) => page.locator('.picks h3').allTextContents();
const ready = (page) => page.locator('.picks li').first().waitFor();
const openTuning = (page) => page.getByText('Tune', { exact: true }).click();

/** Opens Tonight for a viewer of the demo library who has rated films. */
async function openFor(open, number, options) {
  const page = await open('tonight', options);
  await ready(page);
  await Promise.all([asked(page, ''), page.getByRole('combobox', { name: 'Who is watching' }).selectOption({ label: `Simulated viewer ${number}` })]);
  await page.getByText('This viewer is simulated').waitFor();
  return page;
}

async function checkDials(open, pictures) {
  await check('a dial turned with the keyboard is answered at once, said, kept, and put back', async () => {
    const page = await openFor(open, '001', { viewport: { width: 1280, height: 1100 } });
    await openTuning(page);
    const dial = page.getByRole('slider', { name: 'Popularity' });
    assert.equal(await dial.getAttribute('aria-valuetext'), 'as usual');
    await dial.focus();
    await Promise.all([asked(page, 'popularity=-1'), page.keyboard.press('Home')]);
    await page.getByText(/Asked again, films new in the list: \d+/).waitFor();
    assert.match(await dial.getAttribute('aria-valuetext'), /−100\s%/);
    const gems = await titles(page);
    await page.screenshot({ path: join(pictures, 'tuned.png') });
    await page.reload();
    await ready(page);
    await page.getByText('1 changed').waitFor();
    assert.deepEqual(await titles(page), gems);
    await openTuning(page);
    await Promise.all([page.waitForResponse((response) => response.ok() && /recommendations(?!.*popularity)/.test(response.url())), page.getByRole('button', { name: 'All as usual' }).click()]);
    await page.getByText('1 changed').waitFor({ state: 'detached' });
    assert.deepEqual(page.complaints, []);
  });
  await check('a surprise is for once: another draw each time, and the list is as usual when it is asked for again', async () => {
    const page = await openFor(open, '001');
    const usual = await titles(page);
    const surprise = async () => {
      await Promise.all([asked(page, 'surprise=1'), page.getByRole('button', { name: 'Surprise me' }).click()]);
      await page.waitForFunction(() => !document.querySelector('main [aria-busy=true]'));
      return titles(page);
    };
    const drawn = new Set([await surprise(), await surprise(), await surprise()].map(String));
    assert.ok(drawn.size > 1, 'three draws were the same');
    await Promise.all([asked(page, ''), page.getByRole('button', { name: 'Choose for me' }).click()]);
    await page.waitForFunction((first) => document.querySelector('.picks h3')?.textContent === first, usual[0]);
    assert.deepEqual(page.complaints, []);
  });
  await check('another viewer has their own dials', async () => {
    const page = await openFor(open, '001');
    await openTuning(page);
    await Promise.all([asked(page, 'freshness=1'), page.getByRole('slider', { name: 'New films' }).press('End')]);
    await Promise.all([asked(page, ''), page.getByRole('combobox', { name: 'Who is watching' }).selectOption({ label: 'Simulated viewer 002' })]);
    await page.getByText('1 changed').waitFor({ state: 'detached' });
  });
  await check('only the newest answer counts, and turning asks when the hand rests', async () => {
    const page = await openFor(open, '001');
    await openTuning(page);
    let requests = 0;
    let holdFirst = true;
    await page.route('**/recommendations?**', async (route) => {
      requests += 1;
      const isFirst = holdFirst;
      holdFirst = false;
      const response = await route.fetch();
      if (isFirst) await page.waitForFunction(() => document.documentElement.dataset.release === 'yes');
      await route.fulfill({ response }).catch(() => undefined);
    });
    const dial = page.getByRole('slider', { name: 'Popularity' });
    await Promise.all([page.waitForRequest((request) => request.url().includes('popularity=1')), dial.press('End')]);
    await Promise.all([asked(page, 'popularity=-1'), dial.press('Home')]);
    await page.locator('[aria-busy=false]').waitFor();
    const shown = await titles(page);
    const stale = page.waitForResponse((response) => response.url().includes('popularity=1'));
    await page.evaluate(() => (document.documentElement.dataset.release = 'yes'));
    await (await stale).finished();
    assert.deepEqual(await titles(page), shown);
    const before = requests;
    // Five steps of one hand, however slow the machine is.
    await Promise.all([asked(page, 'popularity=-0.75'), dial.evaluate((range) => {
      for (let step = 0; step < 5; ++step) {
        range.stepUp();
        range.dispatchEvent(new Event('input', { bubbles: true }));
      }
    })]);
    assert.equal(requests, before + 1);
  });
  await check('more and less of a genre are asked for, shown as what they are worth, and taken back', async () => {
    const page = await openFor(open, '001');
    await openTuning(page);
    await Promise.all([asked(page, 'more=western'), page.getByRole('combobox', { name: 'More of' }).selectOption({ label: 'western' })]);
    const western = page.locator('.picks li').filter({ hasText: 'western' }).first();
    await western.locator('summary').click();
    await western.getByRole('row', { name: /more or less of it/ }).waitFor();
    await Promise.all([asked(page, ''), page.getByRole('button', { name: 'Take away: western' }).click()]);
  });
}

async function checkConditions(open) {
  await check('a list that is too short says which condition to drop, and one click drops it', async () => {
    const page = await openFor(open, '001');
    await Promise.all([asked(page, 'minutes=30'), page.getByRole('combobox', { name: 'Time' }).selectOption('30')]);
    await openTuning(page);
    await Promise.all([asked(page, 'language=Hindi'), page.getByRole('combobox', { name: 'Spoken language' }).selectOption({ label: 'Hindi' })]);
    await page.getByText('no film meets all conditions').waitFor();
    const relax = page.getByRole('region', { name: 'What would bring more' });
    const [, films] = /at most 30 minutes”: (\d+) films/.exec(await relax.innerText());
    await Promise.all([asked(page, 'language=Hindi'), relax.getByRole('button', { name: 'drop it: at most 30 minutes' }).click()]);
    await page.getByText(`Chosen from ${films} films that meet the conditions.`).waitFor();
  });
}

async function checkCompany(open, pictures) {
  await check('a group sees what each is expected to give and how content each is; an evening fits its minutes', async () => {
    const page = await openFor(open, '001', { viewport: { width: 1280, height: 1500 } });
    const company = page.getByRole('combobox', { name: 'Together with' });
    for (const label of ['Simulated viewer 002', 'Simulated viewer 005']) await Promise.all([asked(page, 'with='), company.selectOption({ label })]);
    const content = page.getByRole('region', { name: 'How content this list makes each' });
    await content.getByText('Simulated viewer 005').first().waitFor();
    assert.equal(await content.locator('dd').count(), 3);
    await page.getByText('Expected of each').first().waitFor();
    await Promise.all([asked(page, 'programme=3'), page.getByRole('combobox', { name: 'Evening of' }).selectOption('3')]);
    const fits = await page.getByText(/An evening of 3 films/).innerText();
    const [, minutes, all] = /films: (\d+) of your (\d+) minutes/.exec(fits);
    assert.ok(Number(minutes) <= Number(all), fits);
    assert.equal(await page.locator('.picks li article').count(), 3);
    await page.screenshot({ path: join(pictures, 'evening.png') });
    await Promise.all([asked(page, ''), page.getByRole('button', { name: 'Take away: Simulated viewer 005' }).click()]);
    await content.getByText('Simulated viewer 005').waitFor({ state: 'detached' });
    assert.deepEqual(page.complaints, []);
  });
}

async function checkScores(open, pictures) {
  await check('the parts of a score are shown and sum to it', async () => {
    const page = await openFor(open, '001');
    await page.locator('.picks summary').first().click();
    const rows = page.locator('.picks table').first().locator('tr');
    await rows.first().waitFor();
    const numbers = (await rows.locator('.number').allTextContents()).map((text) => Number(text.replace('−', '-')));
    const total = numbers.pop();
    const sum = numbers.reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(sum - total) <= 0.15, `${numbers} is not ${total}`);
    await page.getByText(/Number \d+ by score among \d+ films/).first().waitFor();
  });
  await check('"why not" gives the true answer: a rank and what is missing, a broken condition, or a place in the list', async () => {
    const page = await openFor(open, '001', { viewport: { width: 1280, height: 1100 } });
    const ask = async (words) => {
      await page.getByRole('searchbox', { name: 'Film you miss' }).fill(words);
      await page.locator('search + ul button').filter({ hasText: words }).first().click();
    };
    await ask('The Matrix');
    await page.getByText(/The Matrix is number \d+ of \d+\. Its score is/).waitFor();
    await page.getByRole('region', { name: 'Why not …?' }).getByRole('row', { name: /fits your taste/ }).waitFor();
    await page.getByRole('region', { name: 'Why not …?' }).scrollIntoViewIfNeeded();
    await page.screenshot({ path: join(pictures, 'why-not.png') });
    await Promise.all([asked(page, 'minutes=90'), page.getByRole('combobox', { name: 'Time' }).selectOption('90')]);
    await page.getByText('The Matrix is left out because of this:').waitFor();
    await page.getByText('at most 90 minutes').first().waitFor();
    const [first] = await titles(page);
    await ask(first);
    await page.getByText(`${first} is there: number 1 of the picks.`).waitFor();
    assert.deepEqual(page.complaints, []);
  });
}

async function checkVariety(open) {
  await check('a film that gave way to variety is said to, and comes when the dials named go down', async () => {
    const page = await openFor(open, '001');
    const shown = await titles(page);
    const best = await page.evaluate(async () => {
      const { viewers } = await (await fetch('api/v1/viewers')).json();
      const viewer = viewers.find((one) => one.name === 'Simulated viewer 001').id;
      const answer = await (await fetch(`api/v1/viewers/${viewer}/recommendations?count=9&variety=0&calibration=0`)).json();
      return answer.picks.map((pick) => pick.film.title.english);
    });
    const absent = best.find((title) => !shown.includes(title));
    await page.getByRole('searchbox', { name: 'Film you miss' }).fill(absent);
    await page.locator('search + ul button').filter({ hasText: absent }).first().click();
    await page.getByText(/With “Variety” and “Like your past” all the way down it is there/).waitFor();
    await openTuning(page);
    await Promise.all([asked(page, 'variety=0'), page.getByRole('slider', { name: 'Variety' }).press('Home')]);
    await Promise.all([asked(page, 'calibration=0'), page.getByRole('slider', { name: 'Like your past' }).press('Home')]);
    await page.getByText(new RegExp(`^${absent} is there: number`)).waitFor();
  });
}

/** The dials, the company and the reasons of Tonight. */
export async function checkTuning(open, pictures) {
  await checkDials(open, pictures);
  await checkConditions(open);
  await checkCompany(open, pictures);
  await checkScores(open, pictures);
  await checkVariety(open);
}
