import type { TonightQuestion } from '../../api/client';

/** The dials of a ranking, as the server names them. */
export const dialNames = ['variety', 'popularity', 'freshness', 'surprise', 'calibration', 'mood_strength'] as const;
export type DialName = (typeof dialNames)[number];

export interface Dial {
  low: number;
  high: number;
  usual: number;
}

/** Ranges and defaults of api/openapi.yaml. */
export const dials: Record<DialName, Dial> = {
  variety: { low: 0, high: 1, usual: 0.5 },
  popularity: { low: -1, high: 1, usual: 0 },
  freshness: { low: 0, high: 1, usual: 0 },
  surprise: { low: 0, high: 1, usual: 0 },
  calibration: { low: 0, high: 1, usual: 0.1 },
  mood_strength: { low: 0, high: 2, usual: 1 },
};

export interface Tuning {
  values: Record<DialName, number>;
  more: string[];
  less: string[];
  language: string;
  since: number;
  age: number; // 0 = anybody
}

export function usualTuning(): Tuning {
  const values = Object.fromEntries(dialNames.map((name) => [name, dials[name].usual])) as Record<DialName, number>;
  return { values, more: [], less: [], language: '', since: 0, age: 0 };
}

const keyOf = (viewer: string): string => `cineloom.tuning.${viewer}`;

/** A kept tuning; what is missing or makes no sense is as usual. */
export function readTuning(viewer: string): Tuning {
  const tuning = usualTuning();
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf(viewer)) ?? '{}') as Partial<Tuning>;
    for (const name of dialNames) {
      const value = kept.values?.[name];
      if (typeof value === 'number' && value >= dials[name].low && value <= dials[name].high) tuning.values[name] = value;
    }
    for (const side of ['more', 'less'] as const) {
      if (Array.isArray(kept[side])) tuning[side] = kept[side].filter((one) => typeof one === 'string');
    }
    if (typeof kept.language === 'string') tuning.language = kept.language;
    if (typeof kept.since === 'number') tuning.since = kept.since;
    if (typeof kept.age === 'number') tuning.age = kept.age;
  } catch {
    // somebody else's value under our key
  }
  return tuning;
}

export const keepTuning = (viewer: string, tuning: Tuning): void => localStorage.setItem(keyOf(viewer), JSON.stringify(tuning));

/** How many things are not as usual. */
export const changes = (tuning: Tuning): number =>
  dialNames.filter((name) => tuning.values[name] !== dials[name].usual).length +
  [...tuning.more, ...tuning.less].length +
  [tuning.language, tuning.since, tuning.age].filter(Boolean).length;

/** The part of the query that a tuning stands for; what is as usual is left to the server. */
export function queryOf(tuning: Tuning): TonightQuestion {
  const question: TonightQuestion = {
    more: tuning.more.join(),
    less: tuning.less.join(),
    language: tuning.language,
    since: tuning.since || undefined,
    age: tuning.age || undefined,
  };
  for (const name of dialNames) if (tuning.values[name] !== dials[name].usual) question[name] = tuning.values[name];
  return question;
}
