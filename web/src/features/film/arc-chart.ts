import type { FilmKnowledge } from '../../api/client';
import { clock, number, t } from '../../locales/locale.svelte';
import { lines, type Chart, type ChartValue } from '../../ui/chart';

const two = (value: ChartValue): string => number(Number(value), 2);

/** What the plot of a film's arc shows. */
export const chartOfArc = ({ arc }: FilmKnowledge): Chart => ({
  name: 'cineloom-arc',
  title: t('film.arc'),
  columns: [
    { name: 'seconds', label: t('table.time'), show: (value) => clock(Number(value) * 1000) },
    { name: 'feeling', label: t('table.feeling'), show: two },
    { name: 'tension', label: t('table.tension'), show: two },
    { name: 'audience', label: t('table.audience'), show: two },
  ],
  rows: () => arc.map((point) => [point.at_ms / 1000, point.valence, point.tension, point.audience]),
  layers: lines('seconds', ['feeling', 'tension', 'audience']),
});

export type ArcPoint = FilmKnowledge['arc'][number];
export type PeakKind = 'happiest' | 'saddest' | 'tensest';
export type Peaks = Partial<Record<PeakKind, ArcPoint>>;

/** Where feeling and tension are at their outermost; a film without a course has none. */
export function peaksOf(arc: ArcPoint[]): Peaks {
  if (arc.length === 0) return {};
  return {
    happiest: arc.reduce((a, b) => (b.valence > a.valence ? b : a)),
    saddest: arc.reduce((a, b) => (b.valence < a.valence ? b : a)),
    tensest: arc.reduce((a, b) => (b.tension > a.tension ? b : a)),
  };
}

/** The course in a sentence; none of a film without one. */
export function summaryOf(arc: ArcPoint[], { happiest, saddest }: Peaks): string {
  if (!happiest || !saddest) return '';
  const signed = (value: number): string => (value > 0 ? '+' : '') + number(value, 2);
  return t('film.arc_text', { first: signed(arc[0]!.valence), last: signed(arc.at(-1)!.valence), low: clock(saddest.at_ms), high: clock(happiest.at_ms) });
}
