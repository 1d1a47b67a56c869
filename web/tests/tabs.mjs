import assert from 'node:assert/strict';
import { check } from './harness.mjs';

/** One person with many tabs. */
export async function checkTabs(open) {
  await check('eight tabs hear of a job by one stream, and the next takes over when the one that listens is closed', async () => {
    const page = await open('privacy');
    const streams = [];
    page.context().on('request', (request) => request.url().endsWith('/api/v1/events') && streams.push(request.url()));
    const tabs = [];
    for (let tab = 0; tab < 7; ++tab) {
      const other = await page.context().newPage();
      await other.goto(page.url(), { waitUntil: 'domcontentloaded' });
      await other.locator('h1').waitFor();
      tabs.push(other);
    }
    assert.equal(streams.length, 0); // the first tab had opened it before anybody counted
    const rest = (isResting) =>
      tabs[0].evaluate((is) => fetch('api/v1/jobs/rest', { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ is_resting: is }) }).then(({ ok }) => ok), isResting);
    const said = (tab) => tab.getByText('All rest until you say so.');
    for (const tab of [page, ...tabs]) await tab.getByRole('button', { name: 'Jobs', exact: true }).click();
    assert.ok(await rest(true));
    for (const tab of [page, ...tabs]) await said(tab).waitFor();
    const context = page.context();
    const next = context.waitForEvent('request', (request) => request.url().endsWith('/api/v1/events'));
    await page.close();
    await next;
    assert.ok(await rest(false));
    for (const tab of tabs) await said(tab).waitFor({ state: 'detached' });
    assert.equal(streams.length, 1);
  });
}
