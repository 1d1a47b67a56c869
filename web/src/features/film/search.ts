import { fromPage, type FilmKnowledge } from '../../api/client';
import { cuesOf } from '../../ui/vtt';

/** Something in a film that words can find: what is said, where it plays, what happens. */
export interface Passage {
  at_ms: number;
  kind: 'line' | 'scene' | 'event';
  who: string; // the speaker of a line, as far as known
  text: string;
  tokens: Set<string>;
}

/** Words of a text, lower case and without accents; of Chinese each pair of signs, and single ones where a pair cannot be. */
export function tokensOf(text: string): string[] {
  const plain = text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '');
  const words = plain.match(/[\p{Script=Latin}\d]+/gu) ?? [];
  const runs = plain.match(/\p{Script=Han}+/gu) ?? [];
  const pairs = runs.flatMap((run) => (run.length === 1 ? [run] : [...run].slice(1).map((sign, index) => [...run][index] + sign)));
  return [...words, ...pairs];
}

const passage = (at_ms: number, kind: Passage['kind'], who: string, text: string): Passage => ({ at_ms, kind, who, text, tokens: new Set(tokensOf(`${who} ${text}`)) });

/** What the cues of a WebVTT file say. */
export const passagesOf = (vtt: string): Passage[] => cuesOf(vtt).map(({ begin_ms, text }) => passage(begin_ms, 'line', '', text.replaceAll('\n', ' ')));

/** All that can be found in a film: what was found in it, and its subtitles in both languages. */
export async function passagesIn(film: string, { timeline, plot }: FilmKnowledge): Promise<Passage[]> {
  const subtitles = async (language: string): Promise<Passage[]> => {
    const response = await fetch(fromPage(`/media/films/${film}/subtitles/${language}.vtt`));
    return response.ok ? passagesOf(await response.text()) : [];
  };
  const cues = (await Promise.all(['en', 'zh'].map(subtitles))).flat();
  const lines = timeline.lines.map((line) => passage(line.begin_ms, 'line', line.speaker, line.text));
  const said = new Set(lines.map((line) => line.text));
  return [
    ...lines,
    ...cues.filter((cue) => !said.has(cue.text)),
    ...timeline.scenes.map((scene) => passage(scene.begin_ms, 'scene', '', scene.place)),
    ...plot.events.map((event) => passage(event.at_ms, 'event', '', event.title)),
  ];
}

/** Whether a passage has a word: as it stands, or from its fourth letter on in another form. */
const has = (tokens: Set<string>, word: string): boolean => tokens.has(word) || (word.length >= 4 && [...tokens].some((token) => token.startsWith(word) || (token.length >= 4 && word.startsWith(token))));

/** The passages that have at least half of what was asked, best first, then as they come in the film. */
export function search(passages: Passage[], asked: string, most: number): Passage[] {
  const words = [...new Set(tokensOf(asked))];
  if (words.length === 0) return [];
  const scored = passages.map((one) => ({ one, share: words.filter((word) => has(one.tokens, word)).length / words.length }));
  return scored
    .filter(({ share }) => share >= 0.5)
    .sort((a, b) => b.share - a.share || a.one.at_ms - b.one.at_ms)
    .slice(0, most)
    .map(({ one }) => one);
}
