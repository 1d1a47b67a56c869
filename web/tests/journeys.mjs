import assert from 'node:assert/strict';
import { join } from 'node:path';
import { checkCharts } from './charts.mjs';
import { check } from './harness.mjs';
import { checkFaces } from './faces.mjs';
import { checkForecasts } from './forecasts.mjs';
import { checkLibrary } from './library.mjs';
import { checkPlays } from './play.mjs';
import { checkPrivacy } from './privacy.mjs';
import { checkRooms } from './rooms.mjs';
import { checkTelling } from './telling.mjs';
import { checkTuning } from './tuning.mjs';

const titles = (page) => page.locator('.picks h3').allTextContents();
const gone = (page, title) =>
  page.waitForFunction((name) => ![...document.querySelectorAll('.picks h3')].some((heading) => heading.textContent === name), title);
const answered = (page) => page.waitForResponse((response) => response.url().includes('/recommendations') && response.ok());

async function checkTonight(open, pictures) {
  await check('a mood sentence is understood and answered with reasons', async () => {
    const page = await open('tonight', { colorScheme: 'dark', viewport: { width: 1280, height: 1360 } });
    await page.locator('.picks li').first().waitFor();
    await Promise.all([answered(page), page.getByRole('combobox', { name: 'Who is watching' }).selectOption({ label: 'Simulated viewer 001' })]);
    await page.getByText('This viewer is simulated').waitFor();
    await page.getByRole('textbox').fill('tired and sad, something funny, at most 100 minutes');
    await Promise.all([answered(page), page.getByRole('button', { name: 'Choose for me' }).click()]);
    await page.getByText('Understood').waitFor();
    await page.locator('.conditions button.primary:enabled').waitFor();
    await page.screenshot({ path: join(pictures, 'page.png') });
    assert.ok((await page.locator('.chip').allTextContents()).some((text) => text.includes('sad')));
    await page.locator('article ul li').first().waitFor();
    const lengths = await page.locator('.picks').innerText();
    for (const [, minutes] of lengths.matchAll(/· (\d+) min/g)) assert.ok(Number(minutes) <= 100, `${minutes} minutes`);
    assert.deepEqual(page.complaints, []);
  });
  await check('an evening is drawn with the keys and with the mouse, and of each pick it is said whether its course is known', async () => {
    const page = await open('tonight');
    await page.locator('.picks li').first().waitFor();
    await page.locator('summary', { hasText: 'Draw the evening' }).press('Enter');
    const point = page.getByRole('slider', { name: 'Feeling at 100\u00a0% of the evening' });
    await point.waitFor();
    const drawn = (values) => page.waitForResponse((response) => response.ok() && decodeURIComponent(response.url()).includes(`draw=${values}`));
    await Promise.all([drawn('0,0,0,0,0,0,0.05'), point.press('ArrowUp')]);
    await page.locator('.picks').getByText('it was not analysed').first().waitFor();
    await Promise.all([drawn('-0.4,0.05,0.5'), page.getByRole('button', { name: 'a rise, then a fall' }).click()]);
    await page.getByText('highest at 50\u00a0% (+0.75)', { exact: false }).waitFor();
    const box = await page.locator('.pad').boundingBox();
    await Promise.all([drawn('-1,'), page.mouse.click(box.x + 5, box.y + box.height - 2)]);
    const asked = page.waitForResponse((response) => response.url().includes('/recommendations') && !response.url().includes('draw='));
    await page.getByRole('button', { name: 'Forget the drawing' }).click();
    await asked;
    assert.deepEqual(page.complaints, []);
  });
  await check('a rated film leaves the picks, and comes back when that is undone', async () => {
    const page = await open('tonight');
    await page.locator('.picks li').first().waitFor();
    const [first] = await titles(page);
    await Promise.all([answered(page), page.locator('.picks li').first().locator('label').nth(8).click()]);
    await page.getByText('4.5 stars. The picks know it already.').waitFor();
    await gone(page, first);
    await Promise.all([answered(page), page.getByRole('button', { name: 'Undo' }).click()]);
    await page.waitForFunction((title) => document.querySelector('.picks h3')?.textContent === title, first);
  });
  await check('a hidden film stays away after reloading', async () => {
    const page = await open('tonight');
    await page.locator('.picks li').first().waitFor();
    const [first] = await titles(page);
    await Promise.all([answered(page), page.getByRole('button', { name: `Not for me: ${first}` }).click()]);
    await gone(page, first);
    await page.reload();
    await page.locator('.picks li').first().waitFor();
    assert.ok(!(await titles(page)).includes(first));
  });
  await check('somebody new gets picks of their own', async () => {
    const page = await open('tonight');
    await page.locator('.picks li').first().waitFor();
    await page.getByRole('combobox', { name: 'Who is watching' }).selectOption('new');
    await page.getByRole('textbox', { name: 'Name' }).fill('Noor');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('heading', { name: 'Picks for Noor' }).waitFor();
  });
  await check('language and colours are changed at once and kept', async () => {
    const page = await open('tonight');
    await page.getByRole('combobox', { name: 'Language' }).selectOption('zh-CN');
    await page.getByRole('heading', { name: '今晚看什么？' }).waitFor();
    await page.getByRole('combobox', { name: '配色' }).selectOption('light');
    await page.reload();
    await page.getByRole('heading', { name: '今晚看什么？' }).waitFor();
    assert.equal(await page.locator('html').getAttribute('data-theme'), 'light');
  });
}

async function checkFilms(open, film) {
  await check('a film is found by a Chinese title and opened with the keyboard', async () => {
    const page = await open('films');
    await page.getByRole('searchbox').fill('芦苇中的月亮');
    await page.waitForFunction(() => document.querySelectorAll('main ul li').length === 1 && document.querySelector('main ul li a'));
    // Past the genres and the course that can be drawn.
    for (let stop = 0; stop < 3; ++stop) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'The Moon in the Reeds', level: 1 }).waitFor();
  });
  await check('the film plays, jumps to a scene and has subtitles', async () => {
    const page = await open(`film/${film}`);
    await page.locator('video').waitFor();
    await page.locator('video').evaluate((video) => video.play());
    await page.waitForFunction(() => document.querySelector('video')?.currentTime > 0.3);
    await page.locator('section[aria-labelledby=turns] ol').nth(1).getByRole('button').nth(3).click();
    await page.waitForFunction(() => document.querySelector('video')?.currentTime > 60);
    await page.waitForFunction(() => document.querySelector('video')?.textTracks[0]?.cues?.length > 20);
    await page.locator('section[aria-labelledby=shots] img').nth(39).waitFor({ state: 'attached' });
    await page.locator('[aria-labelledby=cast] li').nth(3).waitFor();
    assert.deepEqual(page.complaints, []);
  });
  await check('words in either language find the place in the film, and a click goes there', async () => {
    const page = await open(`film/${film}`);
    const field = page.getByRole('searchbox', { name: 'Search inside the film' });
    const results = page.locator('[aria-labelledby=search-inside] li');
    for (const [asked, expected] of [['light in the reeds', /light in the reeds/i], ['苍鹭', /苍鹭/]]) {
      await field.fill(asked);
      await results.filter({ hasText: expected }).first().waitFor();
    }
    await field.fill('zeppelin');
    await page.getByText('Nothing in the film has these words').waitFor();
    await field.fill('light in the reeds');
    await results.filter({ hasText: /light in the reeds/i }).first().getByRole('button').click();
    await page.waitForFunction(() => document.querySelector('video')?.currentTime > 10);
    assert.deepEqual(page.complaints, []);
  });
  await check('a film that is not there is said to be missing, with a next step', async () => {
    const page = await open('tonight');
    await page.goto(page.url().replace('tonight', 'film/999999'));
    await page.getByRole('alert').waitFor();
    assert.match(await page.getByRole('alert').innerText(), /999999/);
  });
}

async function checkInteractive(open, film, pictures) {
  const nearEnd = (page, before) =>
    page.evaluate((seconds) => {
      const video = document.querySelector('video.front');
      video.currentTime = seconds + Number(video.dataset.move ?? 0);
    }, before);
  /** Up to the question; there the film waits for a slow machine until `goOn`. */
  const toQuestion = async (page) => {
    await page.getByRole('button', { name: 'Begin', exact: true }).click();
    await page.waitForFunction(() => document.querySelector('video.front')?.currentTime > 0.2);
    await nearEnd(page, 54);
    await page.waitForFunction(() => {
      const isThere = document.querySelectorAll('.overlay button').length > 1;
      if (isThere) document.querySelector('video.front').pause();
      return isThere;
    });
  };
  const goOn = (page) => page.evaluate(() => void document.querySelector('video.front').play());
  await check('the interactive film asks, takes the choice, and shows the other take without a gap', async () => {
    const page = await open(`watch/${film}`);
    await toQuestion(page);
    await page.getByText('How will Mira bring the boats home?').waitFor();
    await page.screenshot({ path: join(pictures, 'choice.png') });
    await page.keyboard.press('2');
    await page.locator('.overlay [aria-pressed=true]').filter({ hasText: /Ring the harbour bell/ }).waitFor();
    await goOn(page);
    await page.waitForFunction(() => document.querySelector('video.front')?.dataset.file?.includes('ring-the-bell'));
    assert.match(await page.locator('video.front').getAttribute('src'), /^blob:/);
    // Its own subtitles are due at the times at which it is seen.
    await nearEnd(page, 1);
    await page.waitForFunction(() => [...(document.querySelector('video.front track')?.track.activeCues ?? [])].some((cue) => cue.text.includes('we will walk to the boats')));
    await nearEnd(page, 32.8);
    await page.getByText('An ending: The Long Walk Home').waitFor();
    await page.getByText('1 of 4 endings seen').first().waitFor();
    assert.deepEqual(page.complaints, []);
  });
  await check('a take that is cut between whole pictures shows the very pictures of its time', async () => {
    const page = await open(`watch/${film}`, {
      prepare: (context) =>
        context.route('**/branches', async (route) => {
          const graph = await (await route.fetch()).json();
          const footage = (id) => graph.nodes.find((node) => node.id === id).footage[0];
          footage('harbour').end_ms = 57000;
          footage('ring-the-bell').begin_ms = 2000;
          await route.fulfill({ json: graph });
        }),
    });
    await toQuestion(page);
    await page.keyboard.press('2');
    await nearEnd(page, 56.5);
    await goOn(page);
    await page.waitForFunction(() => {
      const video = document.querySelector('video.front');
      const isThere = video.dataset.file?.includes('ring-the-bell') && video.currentTime > 57.2;
      if (isThere) video.pause();
      return isThere;
    });
    const apart = await page.evaluate(async () => {
      const [seen, plain] = [document.querySelector('video.front'), document.createElement('video')];
      const picture = (video) => {
        const context = Object.assign(document.createElement('canvas'), { width: 64, height: 36 }).getContext('2d');
        context.drawImage(video, 0, 0, 64, 36);
        return context.getImageData(0, 0, 64, 36).data;
      };
      const goTo = (video, seconds) => new Promise((resolve) => {
        video.addEventListener('seeked', resolve, { once: true });
        video.currentTime = seconds;
      });
      plain.src = seen.dataset.file;
      await new Promise((resolve) => plain.addEventListener('loadeddata', resolve));
      const differences = [];
      for (const at of [2.02, 3.1, 4.5]) {
        await goTo(seen, at + Number(seen.dataset.move));
        await goTo(plain, at);
        let difference;
        for (let turns = 0; turns < 300; ++turns) { // a picture may be drawn some turns after its time was reached
          const [a, b] = [picture(seen), picture(plain)];
          difference = a.reduce((sum, value, index) => sum + Math.abs(value - b[index]), 0) / a.length;
          if (difference < 1) break;
          await new Promise(requestAnimationFrame);
        }
        differences.push(difference);
      }
      return differences;
    });
    assert.ok(apart.every((difference) => difference < 1), `${apart}`);
    assert.equal(Math.round(Number(await page.locator('video.front').getAttribute('data-move'))), 55);
    assert.deepEqual(page.complaints, []);
  });
  await check('where films cannot be put together two elements show the takes by turns', async () => {
    const page = await open(`watch/${film}`, { prepare: (context) => context.addInitScript(() => delete window.MediaSource) });
    await toQuestion(page);
    await page.keyboard.press('2');
    await goOn(page);
    await page.waitForFunction(() => document.querySelector('video.front')?.src.includes('ring-the-bell') && document.querySelector('video.front').currentTime > 0.2);
    assert.deepEqual(page.complaints, []);
  });
  await check('a choice that goes on in the same footage is no switch at all', async () => {
    const page = await open(`watch/${film}`);
    await page.getByRole('button', { name: 'Begin', exact: true }).click();
    await page.waitForFunction(() => document.querySelector('video.front')?.currentTime > 0.2);
    await page.evaluate(() => (document.querySelector('video.front').dataset.seen = 'first'));
    await nearEnd(page, 58);
    await page.locator('.overlay button').nth(1).waitFor();
    await page.keyboard.press('1');
    await page.waitForFunction(() => document.querySelectorAll('[aria-labelledby=path] li').length === 2);
    await page.waitForFunction(() => document.querySelector('video.front')?.currentTime > 60.2);
    assert.equal(await page.locator('video.front').getAttribute('data-seen'), 'first');
  });
  await check('a choice is made with a gamepad alone, and the arrow keys move along the choices', async () => {
    const page = await open(`watch/${film}`, {
      prepare: (context) =>
        context.addInitScript(() => {
          const pressed = { value: -1 };
          const pad = () => ({ axes: [0, 0], buttons: Array.from({ length: 17 }, (_, index) => ({ pressed: index === pressed.value })) });
          navigator.getGamepads = () => [pad()];
          window.hold = async (button) => {
            for (const value of [button, -1]) {
              pressed.value = value;
              for (let frame = 0; frame < 4; ++frame) await new Promise(requestAnimationFrame);
            }
          };
        }),
    });
    await toQuestion(page);
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press('ArrowRight');
    const isOn = (words) => page.waitForFunction((text) => document.activeElement?.textContent.includes(text), words);
    await isOn('Look for the moon');
    await page.evaluate(() => window.hold(15));
    await isOn('Ring the harbour bell');
    await page.evaluate(() => window.hold(0));
    await page.locator('.overlay [aria-pressed=true]').filter({ hasText: /Ring the harbour bell/ }).waitFor();
    assert.deepEqual(page.complaints, []);
  });
  await check('on a phone every choice is seen whole, below the picture, and taken by touching it', async () => {
    const page = await open(`watch/${film}`, { viewport: { width: 320, height: 700 }, hasTouch: true, isMobile: true });
    await toQuestion(page);
    const { picture, stage, parts } = await page.evaluate(() => {
      const box = (element) => element.getBoundingClientRect();
      return { picture: box(document.querySelector('.picture')), stage: box(document.querySelector('.stage')), parts: [...document.querySelectorAll('.overlay p, .overlay button')].map(box) };
    });
    for (const part of parts) assert.ok(part.top >= picture.bottom && part.bottom <= stage.bottom && part.left >= 0 && part.right <= 320, JSON.stringify(part));
    await page.screenshot({ path: join(pictures, 'choice-phone.png') });
    await page.locator('.overlay button').nth(1).tap();
    await page.locator('.overlay [aria-pressed=true]').filter({ hasText: 'Ring the harbour bell' }).waitFor();
    assert.deepEqual(page.complaints, []);
  });
  await check('what has passed is read as words, in either language, and no more than has passed', async () => {
    for (const [locale, words] of [['en-GB', 'Tobin, you are asleep on the ladder.'], ['zh-CN', '没有月亮，没有潮水']]) {
      const page = await open(`watch/${film}`, { locale });
      await page.locator('.cover button').click();
      await page.waitForFunction(() => document.querySelector('video.front')?.currentTime > 0.2);
      await page.locator('[aria-labelledby=passed] a').nth(2).click();
      await page.waitForURL(/\/dialogue$/);
      assert.equal(await page.locator('[aria-labelledby=passed] h3').count(), 0);
      await nearEnd(page, 59.5);
      await page.locator('.overlay button').first().click();
      await page.locator('[aria-labelledby=passed]').getByText(words, { exact: false }).first().waitFor();
      assert.equal(await page.locator('[aria-labelledby=passed] h3').count(), 1);
      assert.deepEqual(page.complaints, []);
      await page.context().close();
    }
  });
  await check('one can go back to the choice and take the other way', async () => {
    const page = await open(`watch/${film}`);
    await page.getByRole('button', { name: 'Begin', exact: true }).click();
    await page.waitForFunction(() => document.querySelector('video.front')?.currentTime > 0.2);
    await nearEnd(page, 59.5);
    await page.getByRole('button', { name: /Look for the moon/ }).click();
    await page.waitForFunction(() => document.querySelectorAll('[aria-labelledby=path] li').length === 2);
    await page.getByRole('button', { name: 'Back to the last choice' }).click();
    await page.waitForFunction(() => document.querySelectorAll('[aria-labelledby=path] li').length === 1);
  });
}

async function checkStories(open) {
  await check('a story is written in Chinese, read to an ending, told anew and taken along', async () => {
    const page = await open('stories', { locale: 'zh-CN' });
    await page.getByText('先起后落').click();
    await page.getByRole('textbox', { name: '讲什么' }).fill('点灯人阿妲捡到一封不是写给她的信。');
    await page.getByRole('button', { name: '写出来' }).click();
    await page.waitForURL(/#\/story\/\d+/);
    await page.locator('article .prose').first().waitFor();
    for (let part = 2; await page.locator('.choices button').count(); ++part) {
      await page.locator('.choices button').first().click();
      await page.locator(`article section:nth-of-type(${part})`).waitFor();
    }
    await page.getByText(/一个结局/).waitFor();
    const told = await page.locator('article section').first().innerText();
    assert.match(told, /[\u4e00-\u9fff]/);
    await page.getByText('为什么会这样').first().click();
    await page.getByText(/起因：|有自己的打算|出于感情/).first().waitFor();
    const retold = page.waitForResponse((response) => response.url().includes('/edits') && response.request().method() === 'POST');
    await page.getByRole('button', { name: '换种说法' }).first().click();
    assert.ok((await retold).ok());
    const link = await page.getByRole('link', { name: 'ink' }).getAttribute('href');
    const text = await page.evaluate(async (url) => (await fetch(url)).text(), link);
    assert.match(text, /->/);
    assert.deepEqual(page.complaints, []);
  });
  await check('a passage has versions, can be rewritten and locked, and every change is taken back and done again', async () => {
    const page = await open('stories');
    await page.getByRole('button', { name: 'Write', exact: false }).click();
    await page.waitForURL(/#\/story\/\d+/);
    const first = page.locator('article section').first();
    const says = (words) => page.waitForFunction((text) => document.querySelector('article section .prose')?.innerText === text, words);
    const before = await first.locator('.prose').first().innerText();
    assert.ok(await page.getByRole('button', { name: 'Undo' }).isDisabled());
    await first.getByRole('button', { name: 'Write it yourself' }).click();
    await first.getByRole('textbox').fill('She had never trusted the tide.');
    await first.getByRole('button', { name: 'Keep these words' }).click();
    await says('She had never trusted the tide.');
    await first.getByText('2 of 2').waitFor();
    await first.getByRole('button', { name: 'Compare' }).click();
    const compared = first.getByRole('group', { name: 'Version 2 beside' });
    const without = (tag) => compared.locator('p').evaluate((text, gone) => [...text.childNodes].filter((one) => one.nodeName !== gone).map((one) => one.textContent).join('').trim(), tag);
    assert.equal(await without('DEL'), 'She had never trusted the tide.');
    assert.ok((await without('INS')).replace(/\s+/g, ' ').startsWith(before.replace(/\s+/g, ' ').trim()), 'all that was taken away and all that stayed is the version before');
    await first.getByRole('button', { name: 'Compare' }).click();
    await first.getByRole('button', { name: 'Version before' }).click();
    await says(before);
    await page.keyboard.press('Control+z');
    await says('She had never trusted the tide.');
    await first.getByRole('button', { name: 'Lock', exact: true }).click();
    await first.getByRole('button', { name: 'Unlock' }).waitFor();
    assert.ok(await first.getByRole('button', { name: 'Tell this in other words' }).isDisabled());
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await says(before);
    await page.getByRole('button', { name: 'Redo' }).click();
    await says('She had never trusted the tide.');
    await page.reload();
    await says('She had never trusted the tide.');
    assert.deepEqual(page.complaints, []);
  });
  await check('a story is about whom and where somebody says, told by the hero', async () => {
    const page = await open('stories');
    await page.getByText('People, point of view and style').click();
    await page.getByRole('textbox', { name: 'Who it is about' }).fill('Ottoline');
    await page.getByRole('textbox', { name: /^Where/ }).fill('the tide mill, the bell yard');
    await page.getByRole('combobox', { name: 'Told by', exact: true }).selectOption('hero');
    await page.getByRole('combobox', { name: 'Style' }).selectOption('terse');
    await page.getByRole('button', { name: 'Write', exact: false }).click();
    await page.waitForURL(/#\/story\/\d+/);
    await page.locator('[aria-labelledby=cast] li').filter({ hasText: 'Ottoline' }).waitFor();
    await page.locator('[aria-labelledby=cast]').getByText('the tide mill').waitFor();
    await page.locator('article .prose').filter({ hasText: /\b(I|my|me)\b/ }).first().waitFor();
    assert.deepEqual(page.complaints, []);
  });
  await check('a story is read as scenes, dialogue or synopsis; the address keeps which', async () => {
    const page = await open('stories');
    await page.getByRole('button', { name: 'Write', exact: false }).click();
    await page.waitForURL(/#\/story\/\d+$/);
    const prose = page.locator('article .prose');
    const told = await prose.first().innerText();
    const other = (words) => page.waitForFunction((before) => !['', before].includes(document.querySelector('article .prose')?.innerText ?? ''), words);
    await page.getByRole('link', { name: 'synopsis' }).click();
    await page.waitForURL(/\/synopsis$/);
    await other(told);
    const summary = await prose.first().innerText();
    assert.equal(await page.getByRole('button', { name: 'Write it yourself' }).count(), 0);
    await page.getByRole('link', { name: 'dialogue' }).click();
    await page.locator('article .prose strong').first().waitFor();
    await page.reload();
    await page.locator('article .prose strong').first().waitFor();
    assert.match((await page.getByRole('link', { name: 'fountain' }).getAttribute('href')) ?? '', /view=dialogue/);
    await page.getByRole('link', { name: 'scenes' }).click();
    await page.waitForFunction((words) => document.querySelector('article .prose')?.innerText === words, told);
    assert.notEqual(summary, told);
    assert.deepEqual(page.complaints, []);
  });
  await check('what is liked plans the rest anew, and what was read stays', async () => {
    const page = await open('stories');
    await page.getByRole('button', { name: 'Write', exact: false }).click();
    await page.waitForURL(/#\/story\/\d+/);
    await page.locator('.choices button').first().click();
    const first = await page.locator('article .prose').first().innerText();
    const before = page.url();
    await page.getByRole('button', { name: 'Less of this' }).first().click();
    await page.getByRole('button', { name: 'Plan the rest anew' }).click();
    await page.waitForURL((url) => url.href !== before);
    await page.locator('article section').nth(1).waitFor();
    await page.waitForFunction((words) => document.querySelector('article .prose')?.innerText === words, first);
    assert.deepEqual(page.complaints, []);
  });
}

async function checkTheRest(open) {
  await check('accuracy shows every held-out rating, and the same as a table', async () => {
    const page = await open('accuracy');
    await page.locator('circle').first().waitFor();
    const dots = await page.locator('circle').count();
    assert.equal((await page.locator('dd').nth(2).innerText()).replace(',', ''), String(dots));
    await page.getByText('The same as a table').click();
    assert.ok((await page.locator('details tbody tr').count()) >= 5);
  });
  await check('a job is seen while it runs and when it is done', async () => {
    const page = await open('accuracy');
    await page.getByRole('button', { name: 'Learn anew' }).click();
    await page.getByRole('button', { name: /^Jobs/ }).click();
    const drawer = page.getByRole('complementary', { name: 'Jobs' });
    await drawer.getByText('done').first().waitFor({ timeout: 300000 });
    const rests = (isResting) => page.evaluate(async (wanted) => (await fetch('api/v1/jobs/rest', { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ is_resting: wanted }) })).status, isResting);
    assert.equal(await rests(true), 200);
    await drawer.getByText('All rest until you say so.').waitFor();
    const ended = await drawer.getByText('done').count();
    await page.evaluate(async () => fetch('api/v1/training', { method: 'POST' }));
    await drawer.getByText('waiting').first().waitFor();
    await drawer.getByRole('button', { name: 'Go on' }).click();
    await page.waitForFunction((count) => document.querySelectorAll('aside li progress').length === 0 && [...document.querySelectorAll('aside li')].filter((one) => one.innerText.includes('done')).length > count, ended, { timeout: 300000 });
    await page.keyboard.press('Escape');
    await page.getByRole('complementary', { name: 'Jobs' }).waitFor({ state: 'detached' });
  });
  await check('versions of the model are compared, and an older one answers again until that is undone', async () => {
    const page = await open('accuracy');
    const versions = page.getByRole('region', { name: 'Versions of the model' }).locator('tbody tr');
    await versions.nth(1).waitFor(); // the job before learned a second one
    const inUse = async () => (await page.locator('tbody tr[aria-current] th').innerText()).trim();
    const newest = await inUse();
    const switched = () => page.waitForResponse((response) => response.url().endsWith('/model/active') && response.ok());
    await Promise.all([switched(), versions.nth(1).getByRole('button').click()]);
    await page.waitForFunction((number) => document.querySelector('tbody tr[aria-current] th')?.textContent !== number, newest);
    await Promise.all([switched(), page.getByRole('button', { name: 'Undo' }).click()]);
    await page.waitForFunction((number) => document.querySelector('tbody tr[aria-current] th')?.textContent === number, newest);
  });
  await check('a server that does not answer is said so, and trying again works', async () => {
    const page = await open('films');
    await page.route('**/api/v1/viewers', (route) => route.abort());
    await page.reload();
    await page.getByRole('alert').getByText('The server does not answer').waitFor();
    await page.unroute('**/api/v1/viewers');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('searchbox').waitFor();
  });
  await check('without the server the page opens, says so, and no answer about a viewer was kept', async () => {
    const page = await open('tonight', { serviceWorkers: 'allow' });
    await page.locator('.picks li').first().waitFor();
    await page.evaluate(() => navigator.serviceWorker.ready);
    await page.reload();
    await page.locator('.picks li').first().waitFor();
    const kept = await page.evaluate(async () => {
      const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
      return (await Promise.all(caches_.map((cache) => cache.keys()))).flat().map((request) => new URL(request.url).pathname);
    });
    assert.ok(kept.length >= 4 && kept.every((path) => /^\/(assets\/.*|icon\.svg|manifest\.webmanifest)?$/.test(path)), kept.join(' '));
    await page.context().setOffline(true);
    await page.reload();
    await page.getByRole('alert').getByText('The server does not answer').waitFor();
    await page.context().setOffline(false);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.picks li').first().waitFor();
  });
  await check('with a remote control the arrow keys lead from the menu to a film, and back', async () => {
    const page = await open('films', { viewport: { width: 1920, height: 1080 } });
    await page.getByRole('button', { name: 'Remote control: arrow keys move' }).click();
    await page.locator('main ul li').nth(3).waitFor();
    await page.waitForFunction(() => document.documentElement.hasAttribute('data-remote'));
    const focused = () => page.evaluate(() => document.activeElement.getAttribute('href') ?? document.activeElement.tagName);
    for (let press = 0; press < 12 && !(await focused()).startsWith('#/film/'); ++press) await page.keyboard.press('ArrowDown');
    const first = await focused();
    assert.match(first, /^#\/film\/\d+$/);
    assert.equal(await page.getByRole('combobox', { name: 'Genre' }).inputValue(), '', 'a list that was passed was changed');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowLeft');
    assert.equal(await focused(), first);
    await page.keyboard.press('Enter');
    await page.locator('.poster').waitFor();
    assert.deepEqual(page.complaints, []);
  });
  await check('the first Tab leads past the menu to the content', async () => {
    const page = await open('tonight');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.activeElement?.tagName === 'MAIN');
  });
}

/** What people do with the pages, in a real browser against the real server. */
export async function checkJourneys(open, film, pictures) {
  await checkTonight(open, pictures);
  await checkTuning(open, pictures);
  await checkFaces(open, pictures);
  await checkTelling(open);
  await checkForecasts(open, film, pictures);
  await checkCharts(open, film, pictures);
  await checkPrivacy(open, pictures);
  await checkFilms(open, film);
  await checkLibrary(open);
  await checkInteractive(open, film, pictures);
  await checkPlays(open, film, pictures);
  await checkRooms(open, film, pictures);
  await checkStories(open);
  await checkTheRest(open);
}
