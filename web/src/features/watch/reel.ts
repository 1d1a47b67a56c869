import { ahead, beginningOf, cutFragment, fragmentsOf, typeOf, type Fragment, type Stretch } from './fragment';
import type { Movie } from './movie';

const bufferSeconds = 20; // put into the element before they are seen
const keepSeconds = 30; // that were seen stay
const longest = 100 * 3600; // seconds: an element goes to no time past its length
const tolerance = 0.05;
/** What is this near may already be with the decoder: it is not replaced any more. */
export const settledSeconds = 1.2;

/** One element playing stretches of films as if they were one film: each begins in the buffer where the one before ends. */
export class Reel {
  readonly video: HTMLVideoElement;
  #source: MediaSource;
  #buffer: SourceBuffer;
  #type: string;
  #stretches: Stretch[] = [];
  #fragments = new Map<Stretch, Fragment[]>();
  #bytes = new Map<string, Promise<Uint8Array>>(); // cut ahead of time
  #beginning: Movie | undefined; // of the film whose fragments the element expects
  #work = Promise.resolve();
  #isFilling = false;
  #isComplete = false;
  #onfail: (error: unknown) => void;

  private constructor(video: HTMLVideoElement, source: MediaSource, type: string, onfail: (error: unknown) => void) {
    [this.video, this.#source, this.#type, this.#onfail] = [video, source, type, onfail];
    const buffer = source.addSourceBuffer(type);
    this.#buffer = buffer;
    buffer.timestampOffset = -ahead;
    source.duration = longest;
    for (const name of ['seeking', 'timeupdate', 'waiting']) video.addEventListener(name, () => this.#fill());
  }

  static canPlay(movies: Movie[]): boolean {
    const hasSound = movies.map((movie) => movie.audio !== undefined);
    return 'MediaSource' in window && movies.every((movie) => MediaSource.isTypeSupported(typeOf(movie))) && new Set(hasSound).size <= 1;
  }

  static async open(video: HTMLVideoElement, first: Movie, onfail: (error: unknown) => void): Promise<Reel> {
    const source = new MediaSource();
    const opened = new Promise((resolve) => source.addEventListener('sourceopen', resolve, { once: true }));
    const url = URL.createObjectURL(source);
    video.src = url;
    await opened;
    URL.revokeObjectURL(url);
    return new Reel(video, source, typeOf(first), onfail);
  }

  get end(): number {
    const last = this.#stretches.at(-1);
    return last ? last.at + last.end - last.begin : 0;
  }

  /** Whether nothing will be placed any more: then the last pictures are not held back for those after them. */
  set isComplete(isComplete: boolean) {
    this.#isComplete = isComplete;
    this.#fill();
  }

  get stretches(): readonly Stretch[] {
    return this.#stretches;
  }

  /** What is seen at a time of the reel. */
  at(seconds: number): Stretch | undefined {
    return this.#stretches.filter((one) => one.at <= seconds + tolerance).at(-1) ?? this.#stretches[0];
  }

  /** Puts a stretch behind all others; the first one keeps the film's own times. */
  place(movie: Movie, begin: number, end: number): Stretch {
    const stretch = { movie, begin, end, at: this.#stretches.length ? this.end : begin };
    this.#isComplete = false;
    this.#stretches.push(stretch);
    this.#fragments.set(stretch, fragmentsOf(stretch));
    this.#fill();
    return stretch;
  }

  /** Cuts the beginning of what may come next, so that it is there when it is placed. */
  prefetch(movie: Movie, begin: number, end: number): void {
    const [first] = fragmentsOf({ movie, begin, end, at: this.#stretches.length ? this.end : begin });
    if (first) void this.#cut(first).catch(() => undefined);
  }

  /** Takes away everything from a time of the reel on. */
  async cutOff(seconds: number): Promise<void> {
    this.#stretches = this.#stretches.filter((one) => one.at < seconds - tolerance);
    await this.#remove(seconds, longest);
  }

  /** An empty reel. */
  async clear(): Promise<void> {
    this.#stretches = [];
    this.#fragments.clear();
    this.#bytes.clear();
    await this.#remove(0, longest);
    await this.#do(() => {
      if (this.#source.readyState === 'open') this.#source.duration = longest;
      return false;
    });
  }

  /** One thing after the other: a buffer takes nothing while it is busy. A step that is not wanted any more says false. */
  #do(step: () => boolean): Promise<void> {
    const done = this.#work.then(
      () =>
        new Promise<void>((resolve, reject) => {
          this.#buffer.addEventListener('updateend', () => resolve(), { once: true });
          this.#buffer.addEventListener('error', () => reject(new Error('the browser does not take this film')), { once: true });
          if (!step()) resolve();
        }),
    );
    this.#work = done.catch(() => undefined);
    return done;
  }

  #remove(begin: number, end: number): Promise<void> {
    return this.#do(() => {
      const isAny = this.#buffer.buffered.length > 0; // before, it has no length, and refuses
      if (isAny) this.#buffer.remove(begin, end);
      return isAny;
    });
  }

  #cut(fragment: Fragment): Promise<Uint8Array> {
    const { movie, at, begin, end } = fragment.stretch;
    const key = `${movie.url} ${begin} ${end} ${at} ${fragment.first}`;
    const cut = this.#bytes.get(key) ?? cutFragment(fragment);
    this.#bytes.set(key, cut);
    cut.catch(() => this.#bytes.delete(key));
    return cut;
  }

  /** The next fragment that will be seen soon and is not in the buffer. */
  #missing(): Fragment | undefined {
    const now = this.video.currentTime;
    for (const stretch of this.#stretches) {
      const move = stretch.at - stretch.begin;
      for (const fragment of this.#fragments.get(stretch) ?? []) {
        const isSoon = fragment.end + move > now && fragment.begin + move < now + bufferSeconds;
        if (isSoon && !this.#has((fragment.begin + fragment.end) / 2 + move)) return fragment;
      }
    }
    return undefined;
  }

  #has(seconds: number): boolean {
    const { buffered } = this.#buffer;
    for (let range = 0; range < buffered.length; ++range) if (buffered.start(range) <= seconds && seconds < buffered.end(range)) return true;
    return false;
  }

  #fill(): void {
    if (this.#isFilling) return;
    this.#isFilling = true;
    this.#fillUp().then(
      () => {
        this.#isFilling = false;
        if (this.#missing()) this.#fill(); // placed while the last step ended
      },
      (error: unknown) => this.#onfail(error),
    );
  }

  async #fillUp(): Promise<void> {
    for (let fragment = this.#missing(); fragment; fragment = this.#missing()) {
      const bytes = await this.#cut(fragment);
      if (!this.#stretches.includes(fragment.stretch)) continue; // something else was chosen meanwhile
      await this.#begin(fragment.stretch.movie);
      const { stretch } = fragment;
      await this.#do(() => this.#stretches.includes(stretch) && (this.#buffer.appendBuffer(bytes as Uint8Array<ArrayBuffer>), true));
      await this.#forget();
      const move = stretch.at - stretch.begin;
      const isPassed = fragment.end + move < this.video.currentTime; // somebody went on meanwhile, and it was forgotten
      if (this.#stretches.includes(stretch) && !isPassed && !this.#has((fragment.begin + fragment.end) / 2 + move)) throw new Error('the browser left out a part of this film');
    }
    const isThere = this.#isComplete && this.#has(this.end - 2 * tolerance);
    if (isThere && this.#source.readyState === 'open') await this.#do(() => (this.#source.endOfStream(), false));
  }

  async #begin(movie: Movie): Promise<void> {
    if (this.#beginning === movie) return;
    const type = typeOf(movie);
    if (type !== this.#type) this.#buffer.changeType(type);
    [this.#type, this.#beginning] = [type, movie];
    await this.#do(() => (this.#buffer.appendBuffer(beginningOf(movie) as Uint8Array<ArrayBuffer>), true));
  }

  /** Films are longer than what a browser keeps. */
  async #forget(): Promise<void> {
    const { buffered } = this.#buffer;
    const seen = this.video.currentTime - keepSeconds;
    if (this.#bytes.size > 12) this.#bytes.delete(this.#bytes.keys().next().value!);
    if (buffered.length && buffered.start(0) < seen - keepSeconds) await this.#remove(0, seen);
  }
}
