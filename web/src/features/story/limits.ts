import type { StoryRequest } from '../../api/client';
import { local, t, word } from '../../locales/locale.svelte';
import type { StoryDemand, StoryOffers, StoryRelaxation } from './asks';

export const contents = ['violence', 'fear', 'sex', 'drugs', 'language'] as const;
export const people = ['hero', 'ally', 'foe', 'mentor'] as const;
export const ages = [0, 6, 12, 16, 18] as const;
export const anything = 4; // the most of a kind of content

/** What must and must not happen in a story, as the form has it. */
export interface Limits {
  structure: string;
  must: string[];
  never: string[];
  protects: string[];
  age: number;
  most: Record<(typeof contents)[number], number>;
  nodes: number | null; // null = as many as the choices ask for
}

const noRating = (): Limits['most'] => ({ violence: anything, fear: anything, sex: anything, drugs: anything, language: anything });

export const noLimits = (): Limits => ({ structure: 'three_acts', must: [], never: [], protects: [], age: 12, most: noRating(), nodes: null });

/** The part of a request that says so. */
export const requestOfLimits = ({ structure, must, never, protects, age, most, nodes }: Limits): Partial<StoryRequest> => ({
  structure,
  must,
  never,
  protects,
  max_age_rating: age,
  max_rating: most,
  ...(nodes ? { nodes } : {}),
});

/** The same without what a relaxation leaves out. */
export function relaxed(limits: Limits, { without }: StoryRelaxation): Limits {
  const left = { ...limits };
  for (const { kind, name } of without) {
    if (kind === 'max_age_rating') left.age = ages.at(-1)!;
    else if (kind === 'max_rating') left.most = noRating();
    else left[kind] = left[kind].filter((one) => one !== name);
  }
  return left;
}

/** What was asked, in words: 'must happen: "Walk into the trap"'. */
export function nameOf({ kind, name }: StoryDemand, offers: StoryOffers | undefined): string {
  if (kind === 'max_age_rating' || kind === 'max_rating') return t(`limits_demand.${kind}`);
  const event = offers?.events.find((one) => one.name === name);
  return t(`limits_demand.${kind}`, { name: kind === 'protects' ? word('role', name) : event ? local(event.label) : name });
}
