import type { FootagePiece, HeardSignal } from '../../api/client';
import type { Walk } from '../../ui/walk.svelte';
import type { FilmPlayer } from './film-player';

const askBeforeEnd = 7000; // ms in which one can choose while the film goes on
const rewindMs = 10000;
const dwellMs = 2000; // of a pause, from which on it says something
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
  /** What the viewer does that says how they like a passage. */
  whenHeard: (signal: HeardSignal['signal'], node: string) => void = () => undefined;
  /** The viewer has gone on to a passage. Going back is no going on: there the same ways are offered again. */
  whenGoneOn: () => void = () => undefined;
  isPaused = $state(false); // by the viewer
  #pausedAt = 0;
  #walk: Walk;
  #timer = $state(0);
  #language = $state('');
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
    if (this.footage) [footage.narrator, footage.language] = [this.footage.narrator, this.#language];
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

  /** Of the subtitles, as `FilmPlayer` has it. */
  get language(): string {
    return this.#language;
  }

  set language(language: string) {
    this.#language = this.footage.language = language;
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
    [this.isAsking, this.isOver, this.picked, this.isPaused] = [false, false, '', false];
    await play(this.#walk.node.footage);
  }

  togglePause(): void {
    if (!this.hasBegun) return void this.start();
    const { front } = this.footage;
    this.isPaused = !front.paused;
    if (!front.paused) {
      this.#pausedAt = performance.now();
      return front.pause();
    }
    if (performance.now() - this.#pausedAt > dwellMs) this.whenHeard('dwell', this.#walk.node.id);
    void front.play();
  }

  /** To where the passage's choice is asked. */
  skip(): void {
    this.whenHeard('skip', this.#walk.node.id);
    this.footage.goTo({ before: askBeforeEnd });
  }

  rewind(): void {
    this.whenHeard('seek_back', this.#walk.node.id);
    this.footage.goTo({ back: rewindMs });
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
    this.whenHeard('seek_back', this.#walk.node.id);
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
    const isChoice = this.#walk.node.choices.length > 1;
    const to = this.#walk.node.choices.find((one) => one.id === choice)?.to;
    if (isChoice && to) this.whenHeard('choose', to);
    this.#goOn(choice);
  }

  /** Also where nobody chose. */
  #goOn(choice: string): void {
    this.#walk.choose(choice);
    this.whenGoneOn();
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
      if (!this.whenTimeIsUp()) this.#goOn(likely || choices[0]!.id);
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
