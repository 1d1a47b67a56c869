import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { openPage } from './browser.mjs';
import { check } from './harness.mjs';

const iwer = createRequire(import.meta.url).resolve('iwer/build/iwer.min.js');
export const layouts = ['flat', 'curved', 'full'];
export const inputs = ['gaze', 'controller', 'hand'];

/** Puts an emulated headset before a page's scripts; the browser's own finds none. */
async function wearHeadset(context, settings) {
  await context.addInitScript({ path: iwer });
  await context.addInitScript((kept) => {
    const device = new window.IWER.XRDevice(window.IWER.metaQuest3);
    device.installRuntime({ forceInstall: true });
    device.stereoEnabled = true;
    Object.assign(window, { device });
    localStorage.setItem('cineloom.vr', JSON.stringify(kept));
  }, settings);
}

/** Opens the interactive film with a headset and these settings; without settings there is no headset. */
export const headsetPages = (browser, base, film) => (settings, options = {}, script) =>
  openPage(browser, base, `watch/${film}`, {
    viewport: { width: 640, height: 360 },
    ...options,
    prepare: async (context) => {
      if (settings) await wearHeadset(context, settings);
      if (script) await context.addInitScript(script);
    },
  });

const sceneOf = (page) => page.evaluate(() => JSON.parse(document.querySelector('canvas')?.dataset.scene ?? 'null'));
const choicesOf = async (page) => (await sceneOf(page)).things.filter((thing) => thing.id.startsWith('choice:'));

/** From the watch page into the headset, up to the first question. */
async function enterToQuestion(page) {
  await page.getByRole('button', { name: /^(Watch in the headset|戴上头显看)$/ }).click();
  await page.waitForFunction(() => document.querySelector('canvas')?.dataset.scene && document.querySelector('video.front')?.currentTime > 0.2);
  await page.evaluate(() => void (document.querySelector('video.front').currentTime = 54));
  await page.waitForFunction(() => document.querySelector('canvas')?.dataset.scene?.includes('choice:'));
  // A slow machine draws a second in ten; the film waits for it.
  await page.evaluate(() => document.querySelector('video.front').pause());
}

const goOn = (page, seconds) =>
  page.evaluate((at) => {
    const video = document.querySelector('video.front');
    video.currentTime = at;
    return video.play().catch(() => undefined); // it may have come to its end by now
  }, seconds);

/** Turns the head, a controller or a hand to a thing of the scene, and lets it say so; nothing is said of the page. */
async function pickInHeadset(page, input, thing) {
  await page.evaluate(
    ([way, at]) => {
      const { device } = window;
      const frames = async (count) => {
        for (let frame = 0; frame < count; ++frame) await new Promise(requestAnimationFrame);
      };
      const eye = device.position;
      const target = [eye.x + at[0], eye.y + at[1], eye.z + at[2]];
      const aim = (thing, from) => {
        const [x, y, z] = target.map((value, axis) => value - from[axis]);
        const length = Math.hypot(x, y, z);
        // The shortest turn from -z to there.
        const turn = [y / length, -x / length, 0, 1 - z / length];
        const size = Math.hypot(...turn);
        thing.quaternion.set(turn[0] / size, turn[1] / size, 0, turn[3] / size);
      };
      const steps = {
        gaze: async () => {
          device.controllers.left.connected = device.controllers.right.connected = false;
          aim(device, [eye.x, eye.y, eye.z]);
        },
        controller: async () => {
          const { right } = device.controllers;
          right.position.set(eye.x + 0.2, eye.y - 0.3, eye.z - 0.2);
          aim(right, [eye.x + 0.2, eye.y - 0.3, eye.z - 0.2]);
          await frames(4);
          right.updateButtonValue('trigger', 1);
          await frames(4);
          right.updateButtonValue('trigger', 0);
        },
        hand: async () => {
          device.primaryInputMode = 'hand';
          const { right } = device.hands;
          right.position.set(eye.x + 0.15, eye.y - 0.25, eye.z - 0.3);
          aim(right, [eye.x + 0.15, eye.y - 0.25, eye.z - 0.3]);
          await frames(6);
          right.updatePinchValue(1);
          await frames(4);
          right.updatePinchValue(0);
        },
      };
      return steps[way]();
    },
    [input, thing.at],
  );
}

/** A choice of one input in one layout, seen to be taken: the page knows it, and the film goes there. */
export async function chooseInHeadset(open, layout, input, picture) {
  const page = await open({ layout, dwellMs: 800 });
  try {
    await enterToQuestion(page);
    const choices = await choicesOf(page);
    assert.equal(choices.length, 2);
    await pickInHeadset(page, input, choices[1]);
    await page.waitForFunction(() => document.querySelectorAll('.overlay [aria-pressed=true]').length === 1);
    assert.match(await page.locator('.overlay [aria-pressed=true]').innerText(), new RegExp(choices[1].label));
    if (picture) await page.screenshot({ path: picture });
    await goOn(page, 59.4);
    await page.waitForFunction(() => document.querySelector('video.front')?.dataset.file?.includes('ring-the-bell'));
    await page.waitForFunction(() => document.querySelectorAll('[aria-labelledby=path] li').length === 2);
    assert.deepEqual(page.complaints, []);
  } finally {
    await page.context().close();
  }
}

/** Nothing that can be picked may cover another thing, nor be too far from ahead. */
function assertApart(things) {
  const boxes = things.map(({ at: [x, y, z], width, height }) => ({ yaw: Math.atan2(x, -z), y, half: [width / 2 / Math.hypot(x, z), height / 2] }));
  for (const [index, one] of boxes.entries()) {
    assert.ok(Math.abs(one.yaw) < 0.7 && Math.atan2(one.y, 2.1) > -0.6, 'within what the eyes reach without the neck');
    for (const other of boxes.slice(index + 1)) {
      const isBeside = Math.abs(one.yaw - other.yaw) >= one.half[0] + other.half[0] - 1e-6;
      const isAbove = Math.abs(one.y - other.y) >= one.half[1] + other.half[1] - 1e-6;
      assert.ok(isBeside || isAbove, 'two things cover each other');
    }
  }
}

export async function checkHeadset(open, pictures) {
  for (const layout of layouts) {
    for (const input of inputs) {
      await check(`in the headset, ${layout} screen: a choice is made by ${input}`, () =>
        chooseInHeadset(open, layout, input, join(pictures, `vr-${layout}-${input}.png`)));
    }
  }
  await check('the headset shows captions and choices in Chinese, apart from each other, and leaves where it was', async () => {
    const page = await open({ layout: 'flat', stereo: 'side_by_side', seat: 'front' }, { locale: 'zh-CN', viewport: { width: 1280, height: 720 } });
    await enterToQuestion(page);
    assert.match((await sceneOf(page)).question, /船/);
    await page.waitForFunction(() => /\p{Script=Han}/u.test(document.querySelector('canvas')?.dataset.caption ?? ''));
    assertApart((await sceneOf(page)).things);
    await page.screenshot({ path: join(pictures, 'vr-chinese-side-by-side.png') });
    const menu = (await sceneOf(page)).things.find((thing) => thing.id === 'menu');
    await pickInHeadset(page, 'controller', menu);
    await page.waitForFunction(() => document.querySelector('canvas')?.dataset.scene?.includes('"leave"'));
    const menuScene = await sceneOf(page);
    assertApart(menuScene.things);
    await page.screenshot({ path: join(pictures, 'vr-menu.png') });
    await pickInHeadset(page, 'controller', menuScene.things.find((thing) => thing.id === 'leave'));
    await page.waitForFunction(() => !document.querySelector('canvas'));
    assert.ok((await page.locator('video.front').evaluate((video) => video.currentTime)) >= 54);
    assert.ok(await page.getByText('米拉要怎样让船回家？').isVisible());
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
  await check('captions are turned off and on in the headset', async () => {
    const page = await open({ layout: 'flat', captionScale: 0.8 });
    await enterToQuestion(page);
    await page.waitForFunction(() => document.querySelector('canvas')?.dataset.caption);
    const thing = async (id) => {
      await page.waitForFunction((name) => document.querySelector('canvas')?.dataset.scene?.includes(`"${name}"`), id);
      return (await sceneOf(page)).things.find((one) => one.id === id);
    };
    await pickInHeadset(page, 'controller', await thing('menu'));
    await pickInHeadset(page, 'controller', await thing('captions'));
    await page.waitForFunction(() => document.querySelector('canvas').dataset.caption === '');
    await pickInHeadset(page, 'controller', await thing('captions'));
    await page.waitForFunction(() => document.querySelector('canvas').dataset.caption);
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
  await check('in the headset the screen changes its form, its eyes, its distance and its size, and comes to where one looks', async () => {
    const page = await open({ layout: 'flat', seat: 'middle' });
    await enterToQuestion(page);
    const pick = async (id) => {
      const thing = (await sceneOf(page)).things.find((one) => one.id === id);
      await pickInHeadset(page, 'controller', thing);
    };
    const becomes = (part, value) =>
      page.waitForFunction(([name, wanted]) => JSON.parse(document.querySelector('canvas').dataset.scene).screen[name] === wanted, [part, value]);
    await pick('menu');
    await page.waitForFunction(() => document.querySelector('canvas').dataset.scene.includes('"recentre"'));
    for (const [id, part, values] of [['seat', 'distance', [8, 3.4, 5]], ['size', 'width', [6, 7.5, 3.5]], ['stereo', 'eyes', [2]], ['layout', 'layout', ['curved', 'half', 'full']]]) {
      for (const value of values) {
        await pick(id);
        await becomes(part, value);
      }
    }
    await becomes('distance', 18); // a dome is around one, however one sits
    assert.deepEqual(await page.evaluate(() => JSON.parse(localStorage.getItem('cineloom.vr'))).then(({ layout, seat, scale, stereo }) => [layout, seat, scale, stereo]), ['full', 'middle', 0.7, 'side_by_side']);
    assert.ok(Math.abs((await sceneOf(page)).ahead) < 0.01);
    // A quarter to the left, with the hand down; what can be picked comes along.
    await page.evaluate(() => {
      window.device.controllers.right.quaternion.set(-Math.SQRT1_2, 0, 0, Math.SQRT1_2);
      window.device.quaternion.set(0, Math.SQRT1_2, 0, Math.SQRT1_2);
    });
    await page.waitForFunction(() => JSON.parse(document.querySelector('canvas').dataset.scene).things.every(({ at }) => at[0] < 0));
    await pick('recentre');
    await page.waitForFunction(() => Math.abs(JSON.parse(document.querySelector('canvas').dataset.scene).ahead - Math.PI / 2) < 0.01);
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
  await check('a clock that was asked for goes on to the usual choice, and gives more time in the headset', async () => {
    const page = await open({ layout: 'curved' });
    await page.getByRole('combobox', { name: 'Time to choose' }).selectOption('60');
    await enterToQuestion(page);
    await goOn(page, 59.4);
    await page.waitForFunction(() => document.querySelector('canvas')?.dataset.scene?.includes('more_time'));
    await pickInHeadset(page, 'controller', (await sceneOf(page)).things.find((thing) => thing.id === 'more_time'));
    await page.waitForFunction(() => Number(/\d+/.exec(document.querySelector('.time')?.textContent ?? '')) > 60);
    await page.screenshot({ path: join(pictures, 'vr-clock.png') });
    await page.context().close();
  });
  await check('a browser that hears on the device takes a spoken choice; one that would send it away is not used', async () => {
    const page = await open({ layout: 'curved', hasVoice: true }, {}, () => {
      window.SpeechRecognition = class extends EventTarget {
        static available = async ({ processLocally }) => (processLocally ? 'available' : 'unavailable');
        start() {
          if (!this.processLocally) throw new Error('the sound would leave the device');
          window.say = (transcript) => this.dispatchEvent(Object.assign(new Event('result'), { results: [[{ transcript }]] }));
        }
        abort() {}
      };
    });
    await enterToQuestion(page);
    await page.evaluate(() => window.say('I would ring the bell, please'));
    await page.waitForFunction(() => document.querySelectorAll('.overlay [aria-pressed=true]').length === 1);
    assert.match(await page.locator('.overlay [aria-pressed=true]').innerText(), /Ring the harbour bell/);
    await page.context().close();
  });
  await check('without a headset the cinema is seen on the page, with the same film and the same choices', async () => {
    const page = await open(undefined, { viewport: { width: 1280, height: 900 } });
    await page.getByRole('button', { name: 'Look around the cinema' }).click();
    await page.getByRole('button', { name: 'Begin', exact: true }).click();
    await page.waitForFunction(() => document.querySelector('video.front')?.currentTime > 0.2);
    await page.evaluate(() => void (document.querySelector('video.front').currentTime = 54));
    await page.locator('.overlay button').nth(1).waitFor();
    await page.evaluate(() => document.querySelector('video.front').pause());
    await page.locator('canvas').press('ArrowLeft');
    await page.screenshot({ path: join(pictures, 'vr-on-the-page.png') });
    await page.keyboard.press('2');
    await page.locator('[aria-pressed=true]').filter({ hasText: 'Ring the harbour bell' }).waitFor();
    await page.getByRole('button', { name: 'Back to the flat picture' }).click();
    await page.locator('canvas').waitFor({ state: 'detached' });
    assert.deepEqual(page.complaints, []);
    await page.context().close();
  });
}
