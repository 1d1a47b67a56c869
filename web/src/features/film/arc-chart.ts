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

/** Where feeling and tension are at their outermost; a film without a course has none. */
export function peaksOf(arc: ArcPoint[]): Partial<Record<'happiest' | 'saddest' | 'tensest', ArcPoint>> {
  if (arc.length === 0) return {};
  return {
    happiest: arc.reduce((a, b) => (b.valence > a.valence ? b : a)),
    saddest: arc.reduce((a, b) => (b.valence < a.valence ? b : a)),
    tensest: arc.reduce((a, b) => (b.tension > a.tension ? b : a)),
  };
}
