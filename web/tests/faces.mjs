import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check } from './harness.mjs';

const words = (language) => JSON.parse(readFileSync(new URL(`../src/locales/${language}.json`, import.meta.url)));
// Whether pleasant, and whether awake, as the plane of feelings has it.
const places = { excited: [1, 1], happy: [1, 1], calm: [1, -1], tired: [-1, -1], bored: [-1, -1], lonely: [-1, -1], sad: [-1, -1], anxious: [-1, 1], angry: [-1, 1] };

/** A mood said with a face: what the face says is understood, and the picks are asked for with it. */
export async function checkFaces(open, pictures) {
  await check('what a face says is read as the feeling that the face has, in both languages', async () => {
    const page = await open('tonight');
    for (const language of ['en', 'zh-CN']) {
      for (const [name, [valence, arousal]] of Object.entries(places)) {
        const text = words(language)[`face.say_${name}`];
        const mood = await page.evaluate(async (said) => (await fetch('api/v1/mood', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ text: said }) })).json(), text);
        assert.ok(mood.uncertainty <= 0.5, `${text}: ${mood.uncertainty}`);
        assert.ok(mood.feeling.valence * valence > 0.2, `${text}: ${mood.feeling.valence}`);
        assert.ok((mood.feeling.arousal - 0.48) * arousal > 0, `${text}: ${mood.feeling.arousal}`);
      }
    }
  });
  await check('a face is chosen with the keys and with the mouse, and the picks are for that mood', async () => {
    const page = await open('tonight');
    const asked = (said) => page.waitForResponse((response) => response.ok() && new URL(response.url()).searchParams.get('mood') === said);
    await page.getByText('By a face').click();
    const wheel = page.getByRole('group', { name: /How do you feel/ });
    await Promise.all([asked('I am calm'), wheel.getByText('calm', { exact: true }).click()]);
    await Promise.all([asked('I am tired'), page.keyboard.press('ArrowDown')]);
    assert.ok(await wheel.getByRole('radio', { name: 'tired' }).isChecked());
    await page.getByText('understood').first().waitFor();
    assert.equal(await page.getByRole('textbox', { name: /How do you feel/ }).inputValue(), 'I am tired');
    await wheel.screenshot({ path: join(pictures, 'faces.png') });
    assert.deepEqual(page.complaints, []);
  });
}
