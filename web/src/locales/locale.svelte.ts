import type { Film, LocalText } from '../api/client';
import type en from './en.json';
import firstWords from './en.json?part=first';

export type Key = keyof typeof en;
type Words = Partial<Record<Key, string>>;
export type Language = 'en' | 'zh-CN';
const storageKey = 'cineloom.language';
// What the first page says in English is there from the beginning; the rest, and another language, is fetched when it is wanted.
const catalogues: Partial<Record<Language, Words>> = { en: firstWords };
const rests: Record<Language, () => Promise<{ default: Words }>> = {
  en: () => import('./en.json?part=rest'),
  'zh-CN': () => import('./zh-CN.json?part=rest'),
};

function preferred(): Language {
  const kept = localStorage.getItem(storageKey);
  if (kept === 'en' || kept === 'zh-CN') return kept;
  return navigator.language.startsWith('zh') ? 'zh-CN' : 'en';
}

async function fetchFirst(language: Language): Promise<void> {
  if (language === 'zh-CN') catalogues['zh-CN'] ??= (await import('./zh-CN.json?part=first')).default;
}

class Locale {
  language = $state<Language>('en');
  #whole = new Set<Language>(); // languages of which all words are there

  get isChinese(): boolean {
    return this.language === 'zh-CN';
  }

  /** The language of last time, or the browser's; before it is there, nothing is shown. */
  async begin(): Promise<void> {
    const language = preferred();
    await fetchFirst(language);
    this.language = language;
  }

  /** All words of the language are there: for whatever is not on the first page. */
  async whole(language = this.language): Promise<void> {
    if (this.#whole.has(language)) return;
    const [rest] = await Promise.all([rests[language](), fetchFirst(language)]);
    catalogues[language] = { ...catalogues[language], ...rest.default };
    this.#whole.add(language);
  }

  async choose(language: Language): Promise<void> {
    await (this.#whole.size ? this.whole(language) : fetchFirst(language));
    this.language = language;
    localStorage.setItem(storageKey, language);
  }
}

export const locale = new Locale();

/** A part of the client that is fetched when it is wanted, with the words for it. */
export const withWords = <T>(part: Promise<T>): Promise<T> => Promise.all([part, locale.whole()]).then(([loaded]) => loaded);

/** The words for a key; `{name}` takes the value of that name. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  return (catalogues[locale.language]?.[key] ?? key).replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}

/** A word of the catalogue ("genre", "drama") in the page's language; the word itself where none is known. */
export function word(kind: string, name: string): string {
  const key = `${kind}.${name.replaceAll(' ', '_')}`;
  return key in catalogues[locale.language]! ? t(key as Key) : name.replaceAll('_', ' ');
}

/** The words of a kind that the locale files name, in the catalogue's spelling. */
export const wordsOf = (kind: string): string[] =>
  Object.keys(catalogues[locale.language]!)
    .filter((key) => key.startsWith(`${kind}.`))
    .map((key) => key.slice(kind.length + 1).replaceAll('_', ' '));

/** Whichever of the two texts the page's language wants; the other one where it is empty. */
export function local(text: LocalText): string {
  return (locale.isChinese ? text.chinese : text.english) || text.english || text.chinese;
}

/** A story's own words ("zh" or "en") beside its text, whatever the page's language. */
export function told(text: LocalText, language: string): string {
  return (language === 'zh' ? text.chinese : text.english) || local(text);
}

export const titleOf = (film: Pick<Film, 'title'>): string => (locale.isChinese && film.title.chinese ? film.title.chinese : film.title.english);

/** The original title where it says more than the one shown. */
export const otherTitleOf = (film: Film): string => (film.title.original === titleOf(film) ? '' : film.title.original);

export const synopsisOf = (film: Film): string => (locale.isChinese && film.synopsis_chinese ? film.synopsis_chinese : film.synopsis);

/** The language that free text is in, for those who hear the page: what has Han signs is Chinese, all else of ours English. */
export const tongueOf = (text: string): Language => (/[\u3400-\u9fff]/.test(text) ? 'zh-CN' : 'en');

/** "1:05:09" or "3:59". */
export function clock(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, String(seconds % 60).padStart(2, '0')];
  return h ? `${h}:${String(m).padStart(2, '0')}:${s}` : `${m}:${s}`;
}

export const stars = (value: number): string =>
  new Intl.NumberFormat(locale.language, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(value);

export const number = (value: number, digits = 0): string =>
  new Intl.NumberFormat(locale.language, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);

/** A share, 0 .. 1, as "83 %", in Chinese "83%". */
export const percent = (share: number): string => `${number(share * 100)}${locale.isChinese ? '' : '\u00a0'}%`;

/** "+0.18" or "−0.03". */
export const signed = (value: number): string =>
  new Intl.NumberFormat(locale.language, { minimumFractionDigits: 2, maximumFractionDigits: 2, signDisplay: 'exceptZero' }).format(value).replace('-', '−');

export const day = (milliseconds: number): string => new Intl.DateTimeFormat(locale.language, { dateStyle: 'medium' }).format(milliseconds);
