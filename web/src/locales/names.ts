import type { LocalText } from '../api/client';
import { local, locale, word } from './locale.svelte';

type Kind = 'language' | 'region';
const reverse = new Map<Kind, Map<string, string>>();

function codesOf(kind: Kind): string[] {
  const letters = [...'abcdefghijklmnopqrstuvwxyz'];
  const codes = letters.flatMap((first) => letters.map((second) => first + second));
  return kind === 'region' ? codes.map((code) => code.toUpperCase()) : codes;
}

/** Codes by their English names, as the catalogue writes them. */
function codes(kind: Kind): Map<string, string> {
  const known = reverse.get(kind);
  if (known) return known;
  const english = new Intl.DisplayNames('en', { type: kind, fallback: 'none' });
  const found = new Map<string, string>();
  for (const code of codesOf(kind)) {
    const name = english.of(code);
    if (name && !found.has(name)) found.set(name, code);
  }
  reverse.set(kind, found);
  return found;
}

function named(kind: Kind, name: string, own: string): string {
  if (!locale.isChinese) return name;
  if (own !== name.toLowerCase()) return own;
  const code = codes(kind).get(name);
  return (code && new Intl.DisplayNames(locale.language, { type: kind, fallback: 'none' }).of(code)) || name;
}

/** "Japanese" as the page's language calls it; the browser knows most names, the locale files the rest. */
export const languageOf = (name: string): string => named('language', name, word('language', name.toLowerCase()));
export const countryOf = (name: string): string => named('region', name, word('country', name.toLowerCase()));

/** A genre, theme, language or country of the catalogue in the page's language; the word itself where none is known. */
export function catalogueWord(name: string): string {
  for (const kind of ['genre', 'about'] as const) {
    const found = word(kind, name);
    if (found !== name) return found;
  }
  const language = languageOf(name);
  return language === name ? countryOf(name) : language;
}

/** A text of the server; what it lists after a colon are words of the catalogue. */
export function saidOf(text: LocalText): string {
  const said = local(text);
  const at = said.lastIndexOf('：');
  if (!locale.isChinese || at < 0) return said;
  return said.slice(0, at + 1) + said.slice(at + 1).split(', ').map(catalogueWord).join('、');
}

/** Things in a row, as the page's language lists them. */
export const listed = (things: string[]): string => things.join(locale.isChinese ? '、' : ', ');
