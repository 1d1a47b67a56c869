import assert from 'node:assert/strict';
import { join } from 'node:path';
import { checkFiles } from './charts.mjs';
import { check } from './harness.mjs';

const kept = (page) => page.waitForResponse((response) => response.url().includes('/events') && response.request().method() === 'POST' && response.ok());

async function newViewer(page, name) {
  await page.getByRole('combobox', { name: 'Who is watching' }).selectOption('new');
  await page.getByRole('textbox', { name: 'Name' }).fill(name);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
}

/** What was foretold against what was given. */
export async function checkForecasts(open, film, pictures) {
  await check('a film without a forecast is foretold when asked, and the guess stays locked', async () => {
    const page = await open(`film/${film}`);
    await newViewer(page, 'Iris');
    await page.getByRole('button', { name: 'What would I give it?' }).click();
    const guess = await page.getByText(/80 % sure/).innerText();
    await page.reload();
    assert.equal(await page.getByText(/80 % sure/).innerText(), guess);
    await page.getByRole('button', { name: 'What would I give it?' }).waitFor({ state: 'detached' });
  });
  await check('forecasts say how they are filled, take stars, and show them against what was foretold', async () => {
    const page = await open('forecasts', { viewport: { width: 1280, height: 1500 } });
    await newViewer(page, 'Wren');
    await page.getByText('Nothing was shown to Wren yet').waitFor();
    await page.goto(page.url().replace('forecasts', 'tonight'));
    await page.getByRole('heading', { name: 'Picks for Wren' }).waitFor();
    await page.locator('.picks li').first().waitFor();
    // Lists that were shown are written behind the answer. (`waitForFunction` takes a promise for a yes.)
    await page.evaluate(async () => {
      const { viewers } = await (await fetch('api/v1/viewers')).json();
      const wren = viewers.find((viewer) => viewer.name === 'Wren');
      while ((await (await fetch(`api/v1/viewers/${wren.id}/forecasts`)).json()).forecasts.length === 0) await new Promise(requestAnimationFrame);
    });
    await page.goto(page.url().replace('tonight', 'forecasts'));
    await page.getByText('No forecast has met its rating yet.').waitFor();
    const rows = page.locator('[aria-labelledby=waiting] li');
    await rows.first().waitFor();
    // A guess near 4: five stars lie in its range, half a star does not.
    for (const half of [9, 0, 7]) {
      const name = await rows.first().locator('a').innerText();
      await Promise.all([kept(page), rows.first().locator('fieldset label').nth(half).click()]);
      await rows.filter({ has: page.getByRole('link', { name, exact: true }) }).waitFor({ state: 'detached' });
    }
    await page.getByText('With 3 of them rated, this says little yet').waitFor();
    await page.waitForFunction(() => document.querySelectorAll('.plot g').length === 3 && document.querySelectorAll('.plot g.out').length >= 1);
    await page.getByText('The same as a table').click();
    const outside = await page.getByRole('row').filter({ hasText: 'outside' }).count();
    const counts = await page.locator('table').nth(1).locator('tbody td:nth-of-type(1)').allTextContents();
    assert.equal(counts.reduce((all, count) => all + Number(count), 0), 3);
    assert.equal(outside, await page.locator('.plot g.out').count());
    assert.match(await page.locator('dd').first().innerText(), new RegExp(`${3 - outside} of 3`));
    await page.screenshot({ path: join(pictures, 'forecasts-filled.png') });
    await checkFiles(page, '.plot', { name: 'cineloom-forecasts', columns: ['film', 'foretold', 'low', 'high', 'given'], rows: 3, marks: 3 }, pictures);
    assert.deepEqual(page.complaints, []);
  });
  await check('names of languages, countries and times of day are Chinese on the Chinese page', async () => {
    const page = await open(`film/${film}`, { locale: 'zh-CN' });
    await page.getByText('英语').first().waitFor();
    await page.getByText('黄昏').first().waitFor();
    await page.goto(page.url().replace(/film\/\d+/, 'tonight'));
    await page.locator('textarea').fill('有点累，想看轻松的喜剧，不超过100分钟');
    await page.getByRole('button', { name: '替我选' }).click();
    await page.getByText('要喜剧').waitFor();
    assert.ok(!/valence|genre /.test(await page.locator('main').innerText()));
  });
}
