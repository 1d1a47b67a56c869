import { openPage } from '../../web/tests/browser.mjs';

const rounds = 7;
const aroundMs = 1200; // before and after the switch

/**
 * Notes when each picture comes to be seen: a new frame of the element in front, or the frame on
 * which the other element stands when it is put in front.
 */
function notePictures() {
  window.shown = [];
  const isSeen = (video) => video.classList.contains('front');
  for (const video of document.querySelectorAll('video')) {
    const note = (_, { mediaTime, expectedDisplayTime }) => {
      if (mediaTime < 1) video.presented = video.src;
      if (isSeen(video)) window.shown.push({ at: expectedDisplayTime, file: video.src.split('/').at(-1) });
      video.requestVideoFrameCallback(note);
    };
    video.requestVideoFrameCallback(note);
    new MutationObserver(() => {
      // A frame that was presented behind is seen from the next step on.
      if (isSeen(video) && video.presented === video.src) requestAnimationFrame((now) => window.shown.push({ at: now, file: video.src.split('/').at(-1) }));
    }).observe(video, { attributeFilter: ['class'] });
  }
}

/** Plays over one switch to another file; the longest time between two pictures near it, in ms. */
async function gapOf(page) {
  await page.evaluate(() => [...document.querySelectorAll('main button')].find((button) => /^(Begin|From the beginning)$/.test(button.textContent.trim()))?.click());
  await page.waitForFunction(() => document.querySelector('video.front').src.endsWith('/video') && document.querySelector('video.front').currentTime > 0.2);
  await page.evaluate(() => void (document.querySelector('video.front').currentTime = 55.5));
  await page.locator('.overlay button').nth(1).waitFor();
  await page.evaluate(() => void window.shown.splice(0));
  await page.keyboard.press('2');
  await page.waitForFunction(() => document.querySelector('video.front').src.includes('ring-the-bell') && document.querySelector('video.front').currentTime > 1.5, undefined, { timeout: 20000 });
  return longest(await page.evaluate(() => window.shown.splice(0)));
}

function longest(pictures) {
  const switched = pictures.findIndex((one) => one.file.startsWith('ring-the-bell'));
  const times = pictures.filter((one) => Math.abs(one.at - pictures[switched].at) < aroundMs).map((one) => one.at).toSorted((a, b) => a - b);
  return Math.max(...times.slice(1).map((at, index) => at - times[index]));
}

export async function measureBranch({ browser, address, film }) {
  const page = await openPage(browser, address, `watch/${film}`);
  await page.evaluate(notePictures);
  const gaps = [];
  for (let round = 0; round < rounds; ++round) gaps.push(await gapOf(page));
  await page.context().close();
  const note = `worst of ${rounds} switches to another file, 24 frames a second on a 60 Hz grid (ideal 50); ${gaps.map(Math.round).join(' ')}`;
  return [{ key: 'branch_gap_ms', value: Math.round(Math.max(...gaps)), unit: 'ms', n: rounds, note }];
}
