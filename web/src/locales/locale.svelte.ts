import en from './en.json';
import type studio from './studio.en.json';
import type { Film, LocalText } from '../api/client';

export type Key = keyof typeof en | keyof typeof studio;
type Words = Record<string, string>;
export type Language = 'en' | 'zh-CN';
const storageKey = 'cineloom.language';
// English is there from the beginning; another language is fetched when it is chosen. Pages may bring words of their own.
const catalogues: Record<Language, Words> = { en: { ...en }, 'zh-CN': {} };
const chineseWords: (() => Promise<Words>)[] = [async () => (await import('./zh-CN.json')).default];

function preferred(): Language {
  const kept = localStorage.getItem(storageKey);
  if (kept === 'en' || kept === 'zh-CN') return kept;
  return navigator.language.startsWith('zh') ? 'zh-CN' : 'en';
}

async function fetchWords(language: Language): Promise<void> {
  if (language === 'zh-CN') Object.assign(catalogues['zh-CN'], ...(await Promise.all(chineseWords.map((fetched) => fetched()))));
}

class Locale {
  language = $state<Language>('en');

  get isChinese(): boolean {
    return this.language === 'zh-CN';
  }

  /** The language of last time, or the browser's; before it is there, nothing is shown. */
  async begin(): Promise<void> {
    const language = preferred();
    await fetchWords(language);
    this.language = language;
  }

  async choose(language: Language): Promise<void> {
    await fetchWords(language);
    this.language = language;
    localStorage.setItem(storageKey, language);
  }
}

export const locale = new Locale();

/** Words that a page brings along, and where those of the second language are; when this is done they can be said. */
export async function bringWords(english: Words, chinese: () => Promise<Words>): Promise<void> {
  Object.assign(catalogues.en, english);
  chineseWords.push(chinese);
  await fetchWords(locale.language);
}

/** The words for a key; `{name}` takes the value of that name. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  return (catalogues[locale.language][key] ?? catalogues.en[key] ?? key).replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}

/** A word of the catalogue ("genre", "drama") in the page's language; the word itself where none is known. */
export function word(kind: string, name: string): string {
  const key = `${kind}.${name.replaceAll(' ', '_')}`;
  return key in catalogues.en ? t(key as Key) : name.replaceAll('_', ' ');
}

/** The words of a kind that the locale files name, in the catalogue's spelling. */
export const wordsOf = (kind: string): string[] =>
  Object.keys(en)
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
