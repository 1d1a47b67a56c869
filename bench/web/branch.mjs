import { openPage } from '../../web/tests/browser.mjs';

const rounds = 7;
const aroundMs = 1200; // before and after the switch
const frameMs = 1000 / 24;

/** Notes when each picture comes to be seen, and which it is: a new frame of the element in front. */
function notePictures() {
  window.shown = [];
  for (const video of document.querySelectorAll('video')) {
    const note = (_, { mediaTime, expectedDisplayTime }) => {
      if (video.classList.contains('front')) window.shown.push({ at: expectedDisplayTime, of: mediaTime });
      video.requestVideoFrameCallback(note);
    };
    video.requestVideoFrameCallback(note);
  }
}

/** Plays over one switch to another file: the longest time between two pictures near it, in ms, and how many pictures were not seen. */
async function switchOnce(page) {
  await page.evaluate(() => [...document.querySelectorAll('main button')].find((button) => /^(Begin|From the beginning)$/.test(button.textContent.trim()))?.click());
  await page.waitForFunction(() => document.querySelector('video.front').dataset.file?.endsWith('/video') && document.querySelector('video.front').currentTime > 0.2);
  await page.evaluate(() => void (document.querySelector('video.front').currentTime = 55.5));
  await page.locator('.overlay button').nth(1).waitFor();
  await page.evaluate(() => void window.shown.splice(0));
  await page.keyboard.press('2');
  await page.waitForFunction(() => {
    const { dataset, currentTime } = document.querySelector('video.front');
    return dataset.file?.includes('ring-the-bell') && currentTime > Number(dataset.move) + 1.5;
  }, undefined, { timeout: 20000 });
  const move = await page.evaluate(() => Number(document.querySelector('video.front').dataset.move));
  return near(await page.evaluate(() => window.shown.splice(0)), move);
}

function near(pictures, switchAt) {
  const all = pictures.filter(({ of }) => Math.abs(of - switchAt) * 1000 < aroundMs).sort((a, b) => a.at - b.at);
  const gaps = all.slice(1).map(({ at }, index) => at - all[index].at);
  const steps = all.slice(1).map(({ of }, index) => Math.round(((of - all[index].of) * 1000) / frameMs));
  return { gap: Math.max(...gaps), lost: steps.reduce((sum, step) => sum + Math.abs(step - 1), 0) };
}

export async function measureBranch({ browser, address, film }) {
  const page = await openPage(browser, address, `watch/${film}`);
  await page.getByRole('button', { name: 'Begin', exact: true }).waitFor();
  await page.evaluate(notePictures);
  const switches = [];
  for (let round = 0; round < rounds; ++round) switches.push(await switchOnce(page));
  await page.context().close();
  const gaps = switches.map(({ gap }) => Math.round(gap));
  const lost = switches.reduce((sum, one) => sum + one.lost, 0);
  const note = `worst of ${rounds} switches to another file, 24 frames a second on a 60 Hz grid (ideal 50); ${gaps.join(' ')}`;
  return [
    { key: 'branch_gap_ms', value: Math.max(...gaps), unit: 'ms', n: rounds, note },
    { key: 'branch_pictures_lost', value: lost, unit: '', n: rounds, note: `pictures within ${aroundMs} ms of a switch that were not seen, or seen twice` },
  ];
}
