import type { StoryGraph } from '../../api/client';
import { local } from '../../locales/locale.svelte';
import type { StoryFinding } from './asks';

/** Kinds that are advice; all others are faults (docs: src/story/checker.h). */
export const isAdvice = ({ kind }: StoryFinding): boolean => kind === 'thin_choice' || kind === 'wrong_default';

/** What was found where, with events and passages by the names that readers know. */
export function detailOf({ what }: StoryFinding, graph: StoryGraph): string {
  const names = new Map(graph.nodes.flatMap((node) => [[node.id, local(node.title)] as const, ...node.events.map((event) => [event.schema, local(event.label)] as const)]));
  return what.replace(/'([^']+)'/g, (_, name: string) => `“${names.get(name) ?? name}”`);
}
