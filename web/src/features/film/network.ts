import type { FilmKnowledge } from '../../api/client';

type Plot = FilmKnowledge['plot'];
export interface Node {
  name: string;
  lines: number;
  x: number;
  y: number;
  radius: number;
}
export interface Edge {
  a: Node;
  b: Node;
  path: string;
  width: number;
  tie: 'warm' | 'cold' | 'plain';
  scenes: number;
}

const most = 12; // more names than that cannot be read on one ring
const ring = 100;
const warm = 0.15; // of -1 .. 1; less is neither

/** Beside each on the ring stands whom they are most with, so that few lines cross. */
function inOrder({ characters, relations }: Plot): Plot['characters'] {
  const left = [...characters].sort((a, b) => b.lines - a.lines).slice(0, most);
  const together = (a: string, b: string): number =>
    relations.filter((one) => (one.a === a && one.b === b) || (one.a === b && one.b === a)).reduce((sum, one) => sum + one.scenes_together, 0);
  const placed = left.splice(0, 1);
  while (left.length) {
    const last = placed.at(-1)!;
    const next = left.reduce((best, one) => (together(last.name, one.name) > together(last.name, best.name) ? one : best));
    placed.push(...left.splice(left.indexOf(next), 1));
  }
  return placed;
}

/** Characters on a ring around 0, the one who speaks most on top. */
export function nodesOf(plot: Plot): Node[] {
  const people = inOrder(plot);
  const loudest = Math.max(1, ...people.map((one) => one.lines));
  return people.map(({ name, lines }, place) => {
    const angle = (place / people.length) * 2 * Math.PI - Math.PI / 2;
    return { name, lines, x: ring * Math.cos(angle), y: ring * Math.sin(angle), radius: 5 + 11 * Math.sqrt(lines / loudest) };
  });
}

/** Who is with whom: the more scenes the wider, bent towards the middle. */
export function edgesOf(plot: Plot, nodes: Node[]): Edge[] {
  const strongest = Math.max(1, ...plot.relations.map((one) => one.scenes_together));
  return plot.relations.flatMap(({ a, b, scenes_together: scenes, warmth }): Edge[] => {
    const [from, to] = [nodes.find((one) => one.name === a), nodes.find((one) => one.name === b)];
    if (!from || !to || scenes === 0) return [];
    const middle = `${((from.x + to.x) * 0.2).toFixed(1)} ${((from.y + to.y) * 0.2).toFixed(1)}`;
    const path = `M${from.x.toFixed(1)} ${from.y.toFixed(1)}Q${middle} ${to.x.toFixed(1)} ${to.y.toFixed(1)}`;
    return [{ a: from, b: to, path, width: 1 + 5 * (scenes / strongest), tie: warmth > warm ? 'warm' : warmth < -warm ? 'cold' : 'plain', scenes }];
  });
}
