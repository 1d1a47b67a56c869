import { fromPage, type FootagePiece } from '../../api/client';
import { cuesOf, subtitlesOf, type TimedText } from '../../ui/vtt';
import { raiseCues, spread, type FilmPlayer } from './film-player';
import type { Stretch } from './fragment';
import { openMovie, type Movie } from './movie';
import { Reel, settledSeconds } from './reel';

const frameMs = 42;
const standsMs = 600; // nearer to the end than this a film that waits for more has come to it

const urlOf = (piece: FootagePiece): string => fromPage(piece.url ?? '');

/**
 * Plays passages in one element: the passage that follows is in the buffer before the one that is seen ends, so that nothing is
 * sought or started at a switch.
 */
export class ReelPlayer implements FilmPlayer {
  whenDone = (): void => undefined;
  #reel: Reel;
  #movies: Map<string, Movie>;
  narrator: FilmPlayer['narrator'];
  #passages: { text: string; begin: number; end: number }[] = []; // what is told in them; seconds of the reel
  #passageEnd = 0; // seconds of the reel
  #decided: FootagePiece[] | undefined;
  #isDone = true;
  #language = '';
  #isRaised = false;
  #cues = new Map<string, Promise<TimedText[]>>();
  #track: TextTrack;

  private constructor(reel: Reel, movies: Map<string, Movie>) {
    [this.#reel, this.#movies] = [reel, movies];
    this.#track = reel.video.querySelector('track')?.track ?? reel.video.addTextTrack('captions');
    reel.video.addEventListener('timeupdate', () => this.#watch());
    for (const name of ['waiting', 'ended']) reel.video.addEventListener(name, () => this.left < standsMs && this.#finish());
  }

  /** Undefined where a browser or a film's file does not lend itself to it. `onfail` says so later, when a part is refused. */
  static async open(video: HTMLVideoElement, pieces: FootagePiece[], onfail: (error: unknown) => void): Promise<ReelPlayer | undefined> {
    const urls = [...new Set(pieces.map(urlOf))].filter(Boolean);
    const movies = await Promise.all(urls.map(openMovie)).catch(() => []);
    if (movies.length === 0 || !Reel.canPlay(movies)) return undefined;
    return new ReelPlayer(await Reel.open(video, movies[0]!, onfail), new Map(movies.map((movie) => [movie.url, movie])));
  }

  get front(): HTMLVideoElement {
    return this.#reel.video;
  }

  get left(): number {
    return this.#isDone ? Infinity : (this.#passageEnd - this.front.currentTime) * 1000;
  }

  set language(language: string) {
    this.#language = language;
    void this.#subtitle();
  }

  set isLowerEdgeTaken(isTaken: boolean) {
    this.#isRaised = isTaken;
    raiseCues(this.#track, isTaken);
  }

  async play(pieces: FootagePiece[]): Promise<void> {
    await this.#rewind(pieces[0]);
    return this.follow(pieces);
  }

  async follow(pieces: FootagePiece[]): Promise<void> {
    if (this.#decided !== pieces) this.#place(pieces);
    this.#decided = undefined;
    this.#passageEnd = this.#reel.end;
    this.#isDone = false;
    this.#name();
    await this.front.play().catch(() => undefined); // the browser wants a gesture first: the controls are there
  }

  expect(passages: FootagePiece[][]): void {
    this.#reel.isComplete = passages.length === 0;
    for (const [piece] of passages) {
      const movie = piece && this.#movies.get(urlOf(piece));
      if (movie) this.#reel.prefetch(movie, piece.begin_ms / 1000, piece.end_ms / 1000);
    }
  }

  goTo(target: { before: number } | { back: number }): void {
    if (this.#isDone) return;
    const { front } = this;
    const begin = this.#passages.find((one) => one.end === this.#passageEnd)?.begin ?? 0;
    if ('back' in target) front.currentTime = Math.max(begin, front.currentTime - target.back / 1000);
    else front.currentTime = Math.max(front.currentTime, this.#passageEnd - target.before / 1000);
  }

  decide(pieces: FootagePiece[]): boolean {
    if (this.#decided === pieces) return true;
    if (this.#decided && this.left < settledSeconds * 1000) return false;
    if (this.#decided) void this.#reel.cutOff(this.#passageEnd);
    this.#place(pieces);
    this.#decided = pieces;
    return true;
  }

  stop(): void {
    this.front.pause();
  }

  #place(pieces: FootagePiece[]): void {
    const places = pieces.flatMap((piece) => {
      const movie = this.#movies.get(urlOf(piece));
      return movie ? [this.#reel.place(movie, piece.begin_ms / 1000, piece.end_ms / 1000).at] : [];
    });
    // What was decided before and is not there any more is not told either.
    this.#passages = this.#passages.filter((one) => one.begin < (places[0] ?? 0) - 0.01);
    this.#passages.push({ text: this.narrator?.(pieces) ?? '', begin: places[0] ?? 0, end: this.#reel.end });
    void this.#subtitle();
  }

  /** Something that does not follow: an empty reel, beginning there. */
  async #rewind(piece: FootagePiece | undefined): Promise<void> {
    this.front.pause();
    this.#decided = undefined;
    this.#passages = [];
    await this.#reel.clear();
    this.front.currentTime = (piece?.begin_ms ?? 0) / 1000;
  }

  #watch(): void {
    const left = this.left;
    this.#name();
    // The event comes four times a second only.
    if (left < 400) setTimeout(() => this.left <= frameMs && this.#finish(), Math.max(0, left));
  }

  #finish(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    if (!this.#decided) this.front.pause();
    this.whenDone();
  }

  #name(): void {
    const stretch = this.#reel.at(this.front.currentTime);
    this.front.dataset.file = stretch?.movie.url ?? '';
    this.front.dataset.move = String(stretch ? stretch.at - stretch.begin : 0);
  }

  /** The subtitles of all that lies on the reel, at the reel's times. */
  async #subtitle(): Promise<void> {
    const language = this.#language;
    this.#track.mode = language ? 'showing' : 'disabled';
    if (!language) return;
    if (language === 'told') return this.#narrate();
    const stretches = [...this.#reel.stretches];
    const texts = await Promise.all(stretches.map((stretch) => this.#textsOf(stretch.movie.url, language)));
    if (language !== this.#language || stretches.length !== this.#reel.stretches.length) return;
    this.#forgetCues();
    stretches.forEach((stretch, index) => this.#addCues(stretch, texts[index]!));
    if (this.#isRaised) raiseCues(this.#track, true);
  }

  #narrate(): void {
    this.#forgetCues();
    for (const { text, begin, end } of this.#passages) for (const cue of spread(text, begin, end)) this.#track.addCue(cue);
    if (this.#isRaised) raiseCues(this.#track, true);
  }

  #forgetCues(): void {
    for (const cue of [...(this.#track.cues ?? [])]) this.#track.removeCue(cue);
  }

  #addCues({ begin, end, at }: Stretch, texts: TimedText[]): void {
    for (const { begin_ms, end_ms, text } of texts) {
      const [from, to] = [Math.max(begin, begin_ms / 1000), Math.min(end, end_ms / 1000)];
      if (from < to) this.#track.addCue(new VTTCue(from + at - begin, to + at - begin, text));
    }
  }

  #textsOf(url: string, language: string): Promise<TimedText[]> {
    const address = subtitlesOf(url, language);
    const texts = this.#cues.get(address) ?? fetch(address).then(async (response) => (response.ok ? cuesOf(await response.text()) : [])).catch(() => []);
    this.#cues.set(address, texts);
    return texts;
  }
}
