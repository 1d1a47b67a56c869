import assert from 'node:assert/strict';
import { join } from 'node:path';
import { check } from './harness.mjs';

/** What a viewer may know, take along, switch off and have forgotten. */
export async function checkPrivacy(open, pictures) {
  await check('picks for anybody read nothing of the viewer, and are chosen on the page of privacy', async () => {
    const page = await open('privacy');
    await page.getByText('0 bytes since the server began').waitFor();
    await page.getByRole('checkbox', { name: 'Use my history for Tonight' }).uncheck();
    const [request] = await Promise.all([page.waitForRequest((one) => one.url().includes('/recommendations')), page.getByRole('link', { name: 'Tonight' }).click()]);
    assert.match(new URL(request.url()).pathname, /^\/api\/v1\/recommendations$/);
    await page.getByRole('heading', { name: 'Picks for anybody' }).waitFor();
    await page.locator('.picks li').first().waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Picks for anybody' }).waitFor();
    assert.deepEqual(page.complaints, []);
  });
  await check('a viewer objects to anonymous exports, and it is kept', async () => {
    const page = await open('privacy');
    const box = () => page.getByRole('checkbox', { name: 'My tastes may be part of an anonymous export' });
    const noted = () => page.waitForResponse((response) => response.url().endsWith('/consents') && response.request().method() === 'POST' && response.ok());
    await Promise.all([noted(), box().uncheck()]);
    await page.reload();
    await box().waitFor();
    assert.equal(await box().isChecked(), false);
    await Promise.all([noted(), box().check()]);
    await page.getByText('What was said so far').click();
    assert.deepEqual(await page.locator('details ol li').allTextContents().then((lines) => lines.map((line) => line.split(': ')[1])), ['objected', 'agreed']);
    assert.deepEqual(page.complaints, []);
  });
  await check('a viewer takes their data along, is forgotten, and keeps the receipt', async () => {
    const page = await open('tonight');
    await page.getByRole('combobox', { name: 'Who is watching' }).selectOption('new');
    await page.getByRole('textbox', { name: 'Name' }).fill('Vesper');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('heading', { name: 'Picks for Vesper' }).waitFor();
    const rated = page.waitForResponse((response) => response.url().includes('/events') && response.request().method() === 'POST' && response.ok());
    await Promise.all([rated, page.locator('.picks li').first().locator('label').nth(8).click()]);
    await page.goto(page.url().replace('tonight', 'privacy'));
    const file = await page.getByRole('link', { name: 'Everything, as JSON' }).getAttribute('href');
    const kept = await page.evaluate(async (address) => (await fetch(address)).json(), file);
    assert.equal(kept.events.length, 1);
    await page.getByRole('button', { name: 'Forget Vesper …' }).click();
    await page.getByRole('button', { name: 'Forget Vesper for good' }).click();
    await page.getByRole('heading', { name: 'Vesper is forgotten' }).waitFor();
    await page.getByText(/Removed: 1 events/).waitFor();
    await page.screenshot({ path: join(pictures, 'forgotten.png'), fullPage: true });
    const receipt = decodeURIComponent(await page.getByRole('link', { name: 'Keep the receipt' }).getAttribute('href'));
    assert.match(receipt, /"viewer": "Vesper"/);
    await page.locator('select option').filter({ hasText: 'Vesper' }).waitFor({ state: 'detached' });
    assert.deepEqual(page.complaints, []);
  });
}
