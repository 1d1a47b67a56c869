import { t, word } from '../../locales/locale.svelte';
import { catalogueWord, languageOf } from '../../locales/names';

const calmBelow = 0.35;
const stirredAbove = 0.55;

function feeling(valence: number, arousal: number): string {
  const words = [valence < 0 ? t('heard.low') : t('heard.good')];
  if (arousal < calmBelow) words.push(t('heard.calm'));
  if (arousal > stirredAbove) words.push(t('heard.stirred'));
  return words.join(' · ');
}

function wish(valence: number, arousal: number): string {
  const words = [valence < 0 ? t('heard.wish_dark') : t('heard.wish_bright')];
  if (arousal < calmBelow) words.push(t('heard.calm'));
  if (arousal > stirredAbove) words.push(t('heard.stirred'));
  return words.join(' · ');
}

function themeOrGenre(name: string): string {
  const theme = word('theme', name);
  return theme === name ? catalogueWord(name) : theme;
}

/** What a word of the viewer was taken for, from the server's short form ("genre comedy", "valence -0.6, arousal 0.3"). */
export function effectOf(effect: string): string {
  const felt = /^valence ([-+.\d]+), arousal ([.\d]+)$/.exec(effect);
  if (felt) return feeling(Number(felt[1]), Number(felt[2]));
  const wished = /^wish: valence ([-+.\d]+), arousal ([.\d]+)$/.exec(effect);
  if (wished) return t('heard.wish', { feeling: wish(Number(wished[1]), Number(wished[2])) });
  const minutes = /^at most (\d+) minutes$/.exec(effect);
  if (minutes) return t('heard.minutes', { minutes: minutes[1]! });
  const [, kind, name = ''] = /^(genre|no|company|language|emotion) (.+)$/.exec(effect) ?? [];
  switch (kind) {
    case 'genre':
      return t('heard.genre', { name: catalogueWord(name) });
    case 'emotion':
      return word('emotion', name);
    case 'no':
      return t('heard.no', { name: themeOrGenre(name) });
    case 'company':
      return t('heard.company', { name: word('company', name) });
    case 'language':
      return t('heard.language', { name: languageOf(name) });
    default:
      return effect;
  }
}
