import type { StoryGraph, StoryNode } from '../api/client';

interface Step {
  node: string;
  choice: string; // the one that led here; empty at the beginning
}

/** One viewer's way through a graph of choices: where they are, how they came there, which endings they know. */
export class Walk {
  /** Another graph may come in its place, in which all that was passed is as it was. */
  graph = $state.raw() as StoryGraph;
  path = $state<Step[]>([]);
  #storageKey: string;
  endingsSeen = $state<string[]>([]);

  constructor(graph: StoryGraph, name: string) {
    this.graph = graph;
    this.#storageKey = `cineloom.endings.${name}`;
    this.endingsSeen = this.#readEndings();
    this.restart();
  }

  get node(): StoryNode {
    const id = this.path.at(-1)?.node;
    return this.graph.nodes.find((node) => node.id === id) ?? this.graph.nodes[0]!;
  }

  get nodes(): StoryNode[] {
    return this.path.map((step) => this.graph.nodes.find((node) => node.id === step.node)!).filter(Boolean);
  }

  get endings(): StoryNode[] {
    return this.graph.nodes.filter((node) => node.choices.length === 0);
  }

  choose(choice: string): void {
    const taken = this.node.choices.find((one) => one.id === choice);
    if (!taken) return;
    this.path.push({ node: taken.to, choice });
    if (this.node.choices.length === 0) this.#remember(this.node.id);
  }

  /** Goes along these nodes, as far as choices lead there. */
  follow(nodes: string[]): void {
    for (const node of nodes.slice(1)) {
      const choice = this.node.choices.find((one) => one.to === node);
      if (!choice) return;
      this.choose(choice.id);
    }
  }

  /** The choice that was taken at a node, the last time it was passed; empty = none. */
  takenAt(node: string): string {
    const place = this.path.slice(0, -1).map((step) => step.node).lastIndexOf(node);
    return place < 0 ? '' : this.path[place + 1]!.choice;
  }

  /** Back to the passage before, to choose again. */
  back(): void {
    if (this.path.length > 1) this.path.pop();
  }

  restart(): void {
    this.path = [{ node: this.graph.start, choice: '' }];
  }

  #remember(ending: string): void {
    if (this.endingsSeen.includes(ending)) return;
    this.endingsSeen.push(ending);
    localStorage.setItem(this.#storageKey, JSON.stringify(this.endingsSeen));
  }

  #readEndings(): string[] {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(this.#storageKey) ?? '[]');
      return Array.isArray(kept) ? kept.filter((one) => this.endings.some((node) => node.id === one)) : [];
    } catch {
      return []; // somebody else's value under our key
    }
  }
}
