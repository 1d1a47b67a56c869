import { chromium } from 'playwright-core';
import { atEnd } from './harness.mjs';

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required', '--mute-audio',
  '--enable-unsafe-swiftshader', '--disable-dev-shm-usage'];

export const launch = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags });

const patienceMs = Number(process.env.PATIENCE_MS ?? 180000); // a machine that builds and trains beside is many times slower

/** What must never happen on any page: an error, or a request that leaves this machine. */
function listen(page, complaints) {
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => message.type() === 'error' && !message.text().includes('Service Worker registration blocked') && complaints.push(`console: ${message.text()}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (!['127.0.0.1', ''].includes(url.hostname)) complaints.push(`request to ${url.host}`);
  });
}

/** A page of the client in a browser of its own; `prepare` does what has to be there before its scripts. */
export async function openPage(browser, base, hash, { prepare, ...options } = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce', locale: 'en-GB', serviceWorkers: 'block', ...options });
  atEnd(() => context.close());
  await prepare?.(context);
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  page.complaints = [];
  listen(page, page.complaints);
  await page.goto(`${base}/#/${hash}`, { waitUntil: 'domcontentloaded' });
  await page.locator('h1').first().waitFor();
  return page;
}
