import type { StoryNode } from '../../api/client';
import type { Walk } from '../../ui/walk.svelte';
import { Footage } from './footage';

const askBeforeEnd = 7000; // ms in which one can choose while the film goes on
const timerKey = 'cineloom.timer';
/** Seconds that one may have to choose in after the film has stopped; 0 = as long as one likes. */
export const timers = [0, 10, 20, 60];

/** Plays a walk's passages as footage, asks before each parting of ways, and goes where the viewer says. */
export class Play {
  hasBegun = $state(false);
  isAsking = $state(false);
  isOver = $state(false); // the passage has come to its end
  picked = $state(''); // chosen before the end
  secondsLeft = $state(0); // to choose in; 0 = no clock runs
  readonly footage: Footage;
  #walk: Walk;
  #timer = $state(0);
  #clock: ReturnType<typeof setInterval> | undefined;

  constructor(walk: Walk, a: HTMLVideoElement, b: HTMLVideoElement) {
    this.#walk = walk;
    const kept = Number(localStorage.getItem(timerKey));
    this.#timer = timers.includes(kept) ? kept : 0;
    this.footage = new Footage(a, b, () => this.#reachEnd(), () => this.#nodeBehind(this.#way)?.footage[0]);
    this.footage.prepare(walk.node.footage[0]);
  }

  /** One of `timers`; kept in this browser. */
  get timer(): number {
    return this.#timer;
  }

  set timer(seconds: number) {
    this.#timer = seconds;
    localStorage.setItem(timerKey, String(seconds));
    this.#stopClock();
    if (this.isOver && this.isAsking) this.#startClock();
  }

  async start(): Promise<void> {
    this.#stopClock();
    this.hasBegun = true;
    this.footage.isLowerEdgeTaken = false;
    [this.isAsking, this.isOver, this.picked] = [false, false, ''];
    await this.footage.play(this.#walk.node.footage);
  }

  stop(): void {
    this.#stopClock();
    this.footage.stop();
  }

  /** Before the end the choice is kept and the film goes on to it; after the end it is followed at once. */
  pick(choice: string): void {
    if (this.isOver) return this.#follow(choice);
    this.picked = choice;
    this.#prepare(choice);
  }

  /** As much time again to choose in, as often as somebody likes. */
  giveTime(): void {
    if (this.secondsLeft > 0) this.secondsLeft += this.#timer;
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

  /** The choice that will be followed at the end; one way on needs no question. Empty = none yet. */
  get #way(): string {
    const { choices } = this.#walk.node;
    return this.picked || (choices.length === 1 ? choices[0]!.id : '');
  }

  #reachEnd(): void {
    this.isOver = true;
    const { choices } = this.#walk.node;
    if (this.#way) return this.#follow(this.#way);
    this.isAsking = choices.length > 0;
    if (this.isAsking) this.#startClock();
  }

  #follow(choice: string): void {
    this.#walk.choose(choice);
    void this.start();
  }

  #startClock(): void {
    if (this.#timer === 0) return;
    this.secondsLeft = this.#timer;
    this.#clock = setInterval(() => {
      this.secondsLeft = Math.max(0, this.secondsLeft - 1);
      if (this.secondsLeft > 0) return;
      const { choices, default_choice: likely } = this.#walk.node;
      this.#stopClock();
      this.#follow(likely || choices[0]!.id);
    }, 1000);
  }

  #stopClock(): void {
    clearInterval(this.#clock);
    this.secondsLeft = 0;
  }

  #prepare(choice: string): void {
    this.footage.prepare(this.#nodeBehind(choice)?.footage[0]);
  }

  #nodeBehind(choice: string): StoryNode | undefined {
    const to = this.#walk.node.choices.find((one) => one.id === choice)?.to;
    return this.#walk.graph.nodes.find((node) => node.id === to);
  }
}
