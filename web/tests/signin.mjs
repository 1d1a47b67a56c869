import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch, openPage } from './browser.mjs';
import { addressOf, check } from './harness.mjs';
import { violations } from './places.mjs';
import { comeIn, openRoom } from './rooms.mjs';

const password = 'nine violet lanterns at dusk';

/** A server that has an account: whoever opens a page signs in first. */
export async function checkSignIn(program, pictures) {
  await check('who is not signed in sees the sign-in page, is told what was wrong, comes in, lets a guest in who has no account, and leaves', async () => {
    const data = mkdtempSync(join(tmpdir(), 'cineloom-signin-'));
    writeFileSync(join(data, 'password'), password);
    const made = spawnSync(program, ['--data', data, 'account', 'add', 'ana', '--admin', '--password-file', join(data, 'password')], { encoding: 'utf8' });
    assert.equal(made.status, 0, made.stderr);
    const server = spawn(program, ['serve', '--port', '0', '--data', data], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise((resolve) => server.once('exit', resolve));
    const browser = await launch();
    try {
      const address = await addressOf(server);
      for (const locale of ['zh-CN', 'en-GB']) {
        for (const width of [390, 1280]) {
          const page = await openPage(browser, address, 'tonight', { locale, viewport: { width, height: 800 } });
          await page.locator('input[type=password]').waitFor();
          for (const colorScheme of ['light', 'dark']) {
            await page.emulateMedia({ colorScheme });
            assert.deepEqual(await violations(page), []);
            await page.screenshot({ path: join(pictures, `signin-${locale}-${colorScheme}-${width}.png`) });
          }
          assert.equal(await page.locator('header nav a').count(), 0, 'pages that need a sign-in are not offered before it');
          assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth));
          await page.context().close();
        }
      }
      const page = await openPage(browser, address, 'films');
      await page.locator('main').getByLabel('Name').fill('ana');
      await page.getByLabel('Password').fill('not the right one');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
      await page.getByLabel('Password').fill(password);
      await page.keyboard.press('Enter');
      await page.getByRole('searchbox').waitFor();
      await page.goto(`${address}/#/room`);
      const { host, code } = await openRoom(async () => page);
      const guest = await comeIn((hash, options) => openPage(browser, address, hash, options), code, 'Bo');
      await guest.getByRole('button', { name: 'That is what I want' }).click();
      await guest.getByRole('button', { name: 'Change it' }).waitFor();
      await host.locator('[aria-labelledby=members] li').getByText('Bo').waitFor();
      assert.equal(await guest.locator('header nav a').count(), 0, 'a guest is offered nothing of the house');
      assert.deepEqual(guest.complaints, [], 'a guest asks for nothing that needs an account');
      await page.locator('footer').getByRole('button').click();
      await page.locator('input[type=password]').waitFor();
      assert.deepEqual(page.complaints.filter((complaint) => !complaint.includes('Failed to load resource')), []);
    } finally {
      await browser.close();
      server.kill('SIGINT');
      await ended;
      rmSync(data, { recursive: true });
    }
  });
}
