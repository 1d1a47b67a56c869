import type { FootagePiece } from '../../api/client';
import type { Walk } from '../../ui/walk.svelte';
import type { FilmPlayer } from './film-player';

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
  footage = $state.raw() as FilmPlayer;
  /** Asked when the clock has run out: whether somebody else will pick, so that the likely way is not taken. */
  whenTimeIsUp: () => boolean = () => false;
  #walk: Walk;
  #timer = $state(0);
  #clock: ReturnType<typeof setInterval> | undefined;

  constructor(walk: Walk, footage: FilmPlayer) {
    this.#walk = walk;
    const kept = Number(localStorage.getItem(timerKey));
    this.#timer = timers.includes(kept) ? kept : 0;
    this.use(footage);
    footage.expect([walk.node.footage]);
  }

  /** Plays with something else from here on. */
  use(footage: FilmPlayer): void {
    this.footage = footage;
    footage.whenDone = () => this.#reachEnd();
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

  /** How long one may still choose, the rest of the passage included; 0 = as long as one likes. */
  get secondsToChoose(): number {
    return this.#timer && this.#timer + (this.isOver ? 0 : Math.ceil(this.footage.left / 1000));
  }

  /** The passage where the viewer is, from its beginning. */
  async start(): Promise<void> {
    await this.#begin((pieces) => this.footage.play(pieces));
  }

  async #begin(play: (pieces: FootagePiece[]) => Promise<void>): Promise<void> {
    this.#stopClock();
    this.hasBegun = true;
    this.footage.isLowerEdgeTaken = false;
    [this.isAsking, this.isOver, this.picked] = [false, false, ''];
    await play(this.#walk.node.footage);
  }

  stop(): void {
    this.#stopClock();
    this.footage.stop();
  }

  /** Before the end the choice is kept and the film goes on to it; after the end it is followed at once. */
  pick(choice: string): void {
    if (this.isOver) return this.#follow(choice);
    if (this.footage.decide(this.#footageBehind(choice))) this.picked = choice;
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
    const likeliest = [...choices].sort((a, b) => Number(b.id === likely) - Number(a.id === likely));
    this.footage.expect(likeliest.map((choice) => this.#footageBehind(choice.id)));
    // One way on needs no question.
    if (choices.length === 1) this.pick(choices[0]!.id);
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
    const way = this.picked || (choices.length === 1 ? choices[0]!.id : '');
    if (way) return this.#follow(way);
    this.isAsking = choices.length > 0;
    if (this.isAsking) this.#startClock();
  }

  #follow(choice: string): void {
    this.#walk.choose(choice);
    void this.#begin((pieces) => this.footage.follow(pieces));
  }

  #startClock(): void {
    if (this.#timer === 0) return;
    this.secondsLeft = this.#timer;
    this.#clock = setInterval(() => {
      this.secondsLeft = Math.max(0, this.secondsLeft - 1);
      if (this.secondsLeft > 0) return;
      const { choices, default_choice: likely } = this.#walk.node;
      this.#stopClock();
      if (!this.whenTimeIsUp()) this.#follow(likely || choices[0]!.id);
    }, 1000);
  }

  #stopClock(): void {
    clearInterval(this.#clock);
    this.secondsLeft = 0;
  }

  #footageBehind(choice: string): FootagePiece[] {
    const to = this.#walk.node.choices.find((one) => one.id === choice)?.to;
    return this.#walk.graph.nodes.find((node) => node.id === to)?.footage ?? [];
  }
}
