import type { StoryGraph, StoryNode } from '../../api/client';
import type { Walk } from '../../ui/walk.svelte';

type StoryChoice = StoryNode['choices'][number];

/** The passages of a story by their ids. */
export const indexOf = (graph: StoryGraph): Map<string, StoryNode> => new Map(graph.nodes.map((node) => [node.id, node]));

/** The fewest choices that lead from one passage to another; nothing where no way does. */
export function wayBetween(graph: StoryGraph, from: string, to: string): StoryChoice[] | undefined {
  const nodes = indexOf(graph);
  const cameBy = new Map<string, { from: string; choice: StoryChoice } | undefined>([[from, undefined]]);
  for (const id of cameBy.keys()) {
    if (id === to) break;
    // A map is gone through in the order in which it grows: the nearest first.
    for (const choice of nodes.get(id)?.choices ?? []) if (!cameBy.has(choice.to)) cameBy.set(choice.to, { from: id, choice });
  }
  if (!cameBy.has(to)) return undefined;
  const way: StoryChoice[] = [];
  for (let step = cameBy.get(to); step; step = cameBy.get(step.from)) way.unshift(step.choice);
  return way;
}

/** Goes to a passage and keeps as much of the way there as leads to it; false where no way does. */
export function goTo(walk: Walk, id: string): boolean {
  const passed = walk.path.map((step) => step.node);
  let stays = passed.includes(id) ? passed.indexOf(id) : passed.length - 1;
  while (stays >= 0 && !wayBetween(walk.graph, passed[stays]!, id)) stays -= 1;
  if (stays < 0) return false;
  const way = wayBetween(walk.graph, passed[stays]!, id) ?? [];
  while (walk.path.length > stays + 1) walk.back();
  for (const choice of way) walk.choose(choice.id);
  return true;
}

/** How many ways lead from the beginning to an ending; nothing where a way comes back to itself. */
export function countWays(graph: StoryGraph): number | undefined {
  const nodes = indexOf(graph);
  const counts = new Map<string, number>();
  const open = new Set<string>();
  const count = (id: string): number => {
    const known = counts.get(id);
    if (known !== undefined) return known;
    if (open.has(id)) return NaN;
    open.add(id);
    const choices = nodes.get(id)?.choices ?? [];
    const ways = choices.length ? choices.reduce((sum, { to }) => sum + count(to), 0) : 1;
    counts.set(id, ways);
    return ways;
  };
  const all = count(graph.start);
  return Number.isNaN(all) ? undefined : all;
}
