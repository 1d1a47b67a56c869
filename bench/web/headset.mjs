import { chooseInHeadset, headsetPages, inputs, layouts } from '../../web/tests/vr.mjs';

/** Choices made in an emulated headset, each in a session of its own. */
export async function measureHeadset({ browser, address, film }) {
  const open = headsetPages(browser, address, film);
  const failed = [];
  for (const layout of layouts) {
    for (const input of inputs) await chooseInHeadset(open, layout, input).catch((error) => failed.push(`${layout} by ${input}: ${error.message.split('\n')[0]}`));
  }
  const all = layouts.length * inputs.length;
  const note = failed.length ? failed.join('; ') : `${inputs.join(', ')} on ${layouts.join(', ')} screens; emulated headset, software renderer`;
  return [{ key: 'xr_choices_ok', value: all - failed.length, unit: '', n: all, note }];
}
