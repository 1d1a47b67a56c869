import assert from 'node:assert/strict';
import { join } from 'node:path';
import { check } from './harness.mjs';

/** A story that a model tells is read while it is told; stopped half-way it is not kept. */
export async function checkTelling(open, pictures) {
  const wish = async (page) => {
    await page.getByRole('spinbutton', { name: 'Choices on a path' }).fill('6');
    await page.getByRole('combobox', { name: 'Put into words by' }).selectOption('embedded');
    await page.getByRole('button', { name: 'Write it', exact: true }).click();
  };
  const count = (page) => page.evaluate(async () => (await (await fetch('api/v1/stories')).json()).stories.length);
  await check('a story that is told by a model is read while it is told, and then opened', async () => {
    const page = await open('stories');
    await wish(page);
    const telling = page.getByRole('region', { name: 'Being told' });
    await telling.getByText(/^\d+ of \d+ passages$/).waitFor();
    assert.ok((await telling.locator('.page p').first().innerText()).length > 20);
    await telling.screenshot({ path: join(pictures, 'telling.png') });
    await page.waitForURL(/#\/story\/\d+/);
    assert.deepEqual(page.complaints, []);
  });
  await check('a telling that is stopped leaves no story', async () => {
    const page = await open('stories');
    const before = await count(page);
    await wish(page);
    await page.getByRole('region', { name: 'Being told' }).getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('region', { name: 'Being told' }).waitFor({ state: 'detached' });
    while ((await count(page)) > before) await page.evaluate(() => new Promise(requestAnimationFrame)); // the server hears of it a moment later
    assert.ok(await page.getByRole('button', { name: 'Write it', exact: true }).isEnabled());
    assert.deepEqual(page.complaints, []);
  });
}
