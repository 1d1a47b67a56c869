import type { StoryNode } from '../../api/client';
import type { Walk } from '../../ui/walk.svelte';
import { Footage } from './footage';

const askBeforeEnd = 7000; // ms in which one can choose while the film goes on

/** Plays a walk's passages as footage, asks before each parting of ways, and goes where the viewer says. */
export class Play {
  hasBegun = $state(false);
  isAsking = $state(false);
  isOver = $state(false); // the passage has come to its end
  picked = $state(''); // chosen before the end
  readonly footage: Footage;
  #walk: Walk;

  constructor(walk: Walk, a: HTMLVideoElement, b: HTMLVideoElement) {
    this.#walk = walk;
    this.footage = new Footage(a, b, () => this.#reachEnd());
    this.footage.prepare(walk.node.footage[0]);
  }

  async start(): Promise<void> {
    this.hasBegun = true;
    this.footage.isLowerEdgeTaken = false;
    [this.isAsking, this.isOver, this.picked] = [false, false, ''];
    await this.footage.play(this.#walk.node.footage);
  }

  /** Before the end the choice is kept and the film goes on to it; after the end it is followed at once. */
  pick(choice: string): void {
    if (this.isOver) return this.#follow(choice);
    this.picked = choice;
    this.#prepare(choice);
  }

  /** To be called as time goes by: asks when the end is near. */
  watchTime(): void {
    const { choices, default_choice: likely } = this.#walk.node;
    if (!this.hasBegun || this.isAsking || this.isOver || this.footage.left > askBeforeEnd) return;
    this.isAsking = choices.length > 1;
    this.footage.isLowerEdgeTaken = this.isAsking;
    this.#prepare(likely);
  }

  restart(): void {
    this.#walk.restart();
    void this.start();
  }

  back(): void {
    this.#walk.back();
    void this.start();
  }

  #reachEnd(): void {
    this.isOver = true;
    const { choices } = this.#walk.node;
    // One way on needs no question.
    const way = this.picked || (choices.length === 1 ? choices[0]!.id : '');
    if (way) this.#follow(way);
    else this.isAsking = choices.length > 0;
  }

  #follow(choice: string): void {
    this.#walk.choose(choice);
    void this.start();
  }

  #prepare(choice: string): void {
    this.footage.prepare(this.#nodeBehind(choice)?.footage[0]);
  }

  #nodeBehind(choice: string): StoryNode | undefined {
    const to = this.#walk.node.choices.find((one) => one.id === choice)?.to;
    return this.#walk.graph.nodes.find((node) => node.id === to);
  }
}
