import type { StoryGraph } from '../../api/client';
import type { Walk } from '../../ui/walk.svelte';

export interface Spot {
  id: string;
  x: number;
  y: number;
  valence: number;
  isEnding: boolean;
}
export interface Layout {
  spots: Spot[];
  ways: { from: Spot; to: Spot; choice: string }[];
  width: number;
  height: number;
}

const across = 46;
const down = 62;

/** Places a graph in layers: a node stands one layer below the deepest node that leads to it. */
export function layoutOf(graph: StoryGraph): Layout {
  const layer = new Map<string, number>();
  const place = (id: string, depth: number): void => {
    if ((layer.get(id) ?? -1) >= depth || depth > graph.nodes.length) return;
    layer.set(id, depth);
    for (const choice of graph.nodes.find((node) => node.id === id)?.choices ?? []) place(choice.to, depth + 1);
  };
  place(graph.start, 0);

  const rows: string[][] = [];
  for (const node of graph.nodes) {
    const depth = layer.get(node.id);
    if (depth !== undefined) (rows[depth] ??= []).push(node.id);
  }
  const width = Math.max(1, ...rows.map((row) => row.length)) * across;
  const spots = graph.nodes.flatMap((node) => {
    const depth = layer.get(node.id);
    if (depth === undefined) return [];
    const row = rows[depth]!;
    const x = ((row.indexOf(node.id) + 0.5) / row.length) * width;
    return [{ id: node.id, x, y: (depth + 0.5) * down, valence: node.valence, isEnding: node.choices.length === 0 }];
  });
  const byId = new Map(spots.map((spot) => [spot.id, spot]));
  const ways = graph.nodes.flatMap((node) =>
    node.choices.flatMap((choice) => {
      const [from, to] = [byId.get(node.id), byId.get(choice.to)];
      return from && to ? [{ from, to, choice: choice.id }] : [];
    }),
  );
  return { spots, ways, width, height: rows.length * down };
}

/** Where an arrow key leads from a passage: up and down along the ways, the taken one first, then the default; left and right beside it. */
export function stepFrom({ spots, ways }: Layout, walk: Walk, from: string, key: string): string | undefined {
  const passed = walk.path.map((step) => step.node);
  const node = walk.graph.nodes.find((one) => one.id === from);
  const row = spots.filter(({ y }) => y === spots.find(({ id }) => id === from)?.y);
  const place = row.findIndex(({ id }) => id === from);
  switch (key) {
    case 'ArrowDown': {
      const next = passed[passed.indexOf(from) + 1];
      if (passed.includes(from) && next !== undefined) return next;
      return (node?.choices.find(({ id }) => id === node.default_choice) ?? node?.choices[0])?.to;
    }
    case 'ArrowUp': {
      const before = ways.filter(({ to }) => to.id === from).map((way) => way.from.id);
      return before.find((id) => passed.includes(id)) ?? before[0];
    }
    case 'ArrowLeft':
      return row[place - 1]?.id;
    case 'ArrowRight':
      return row[place + 1]?.id;
    case 'Home':
      return walk.graph.start;
    case 'End':
      return walk.node.id;
    default:
      return undefined;
  }
}
