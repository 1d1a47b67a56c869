import type { Bible, StoryRequest } from '../../api/client';

export const views = ['nobody', 'hero', 'ally', 'foe', 'mentor'] as const;
export const styles = ['plain', 'terse', 'talkative'] as const;

/** What somebody wants of a story's people, places and telling, as the form has it. */
export interface Wishes {
  hero: string;
  goal: string;
  places: string; // with commas between them
  items: string;
  view: (typeof views)[number];
  style: (typeof styles)[number];
}

export const noWishes = (): Wishes => ({ hero: '', goal: '', places: '', items: '', view: 'nobody', style: 'plain' });

const listOf = (text: string): string[] => text.split(/[,，、]/u).map((one) => one.trim()).filter(Boolean);

/** The part of a request that says so; what was left open is chosen by the engine. */
export function requestOf(wishes: Wishes): Partial<StoryRequest> {
  const hero = wishes.hero.trim();
  const characters: Bible['characters'] = hero ? [{ name: hero, role: 'hero', traits: [], goal: wishes.goal.trim(), goals: [], voice: '' }] : [];
  const bible: Bible = { characters, places: listOf(wishes.places), items: listOf(wishes.items), facts: [], setups: [], sources: [] };
  const hasBible = characters.length + bible.places.length + bible.items.length > 0;
  return {
    ...(hasBible ? { bible } : {}),
    ...(wishes.view === 'nobody' ? {} : { point_of_view: wishes.view }),
    ...(wishes.style === 'plain' ? {} : { style: wishes.style }),
  };
}
