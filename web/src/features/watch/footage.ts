import { fromPage, type FootagePiece } from '../../api/client';
import { subtitlesOf } from '../../ui/vtt';
import { raiseCues, type FilmPlayer } from './film-player';

interface Deck {
  video: HTMLVideoElement;
  piece: FootagePiece | undefined;
  last: FootagePiece | undefined; // what was played before
  firstFrame: Promise<void> | undefined; // it runs already, unseen and unheard, up to here
}

const usualLeadMs = 80; // from asking an element to play to its first new frame; then as measured
const spareMs = 50; // a start that comes late is seen; of one that comes early a frame is not
const frameMs = 42;

/**
 * Plays footage that cannot be put on a reel: two video elements, one seen, one waiting behind it. The one
 * that waits is loaded, stands on its first frame, and is started as long before the other's end as starting takes.
 */
export class Footage implements FilmPlayer {
  whenDone: () => void;
  #decks: [Deck, Deck];
  #front = 0;
  #queue: FootagePiece[] = [];
  #decided: FootagePiece | undefined;
  #language = '';
  #leadMs = usualLeadMs;
  #pieces: FootagePiece[] = []; // of the passage
  narrator: FilmPlayer['narrator'];

  constructor(a: HTMLVideoElement, b: HTMLVideoElement, whenDone: () => void = () => undefined) {
    this.#decks = [a, b].map((video) => ({ video, piece: undefined, last: undefined, firstFrame: undefined })) as [Deck, Deck];
    this.whenDone = whenDone;
    for (const deck of this.#decks) {
      deck.video.addEventListener('timeupdate', () => this.#watch(deck));
      deck.video.addEventListener('ended', () => this.#finish(deck));
      deck.video.addEventListener('pause', () => this.#hold(deck));
    }
  }

  get front(): HTMLVideoElement {
    return this.#decks[this.#front]!.video;
  }

  get #back(): Deck {
    return this.#decks[1 - this.#front]!;
  }

  /** The language of the subtitles, "en" or "zh"; empty = none. */
  set language(language: string) {
    this.#language = language;
    for (const deck of this.#decks) this.#subtitle(deck);
  }

  /** Milliseconds to the end of the last piece, as far as it is known. */
  get left(): number {
    const deck = this.#decks[this.#front]!;
    return !deck.piece || this.#queue.length ? Infinity : leftOf(deck);
  }

  /** Plays a list of pieces from its beginning. */
  async play(pieces: FootagePiece[]): Promise<void> {
    const [first, ...rest] = pieces;
    this.#pieces = pieces;
    [this.#queue, this.#decided] = [rest, undefined];
    if (first) await this.#show(first);
    else this.whenDone();
  }

  follow(pieces: FootagePiece[]): Promise<void> {
    return this.play(pieces);
  }

  goTo(target: { before: number } | { back: number }): void {
    const deck = this.#decks[this.#front]!;
    if (!deck.piece) return;
    const last = this.#pieces.at(-1)!;
    const isAhead = 'before' in target;
    const wanted = isAhead ? Math.max(last.begin_ms, last.end_ms - target.before) : Math.max(deck.piece.begin_ms, deck.video.currentTime * 1000 - target.back);
    if (!isAhead || deck.piece === last) {
      if (!isAhead || wanted > deck.video.currentTime * 1000) deck.video.currentTime = wanted / 1000;
      return;
    }
    this.#queue = [];
    void this.#show({ ...last, begin_ms: wanted });
  }

  expect(passages: FootagePiece[][]): void {
    this.#prepare(passages[0]?.[0]);
  }

  decide(pieces: FootagePiece[]): boolean {
    this.#decided = pieces[0];
    this.#prepare(pieces[0]);
    return true;
  }

  /** Loads a piece into the waiting element, so that showing it takes no time. */
  #prepare(piece: FootagePiece | undefined): void {
    const back = this.#back;
    if (!piece || this.#holds(back, piece)) return;
    this.#rest(back);
    back.piece = piece;
    const url = fromPage(piece.url ?? '');
    if (back.video.getAttribute('src') !== url) {
      back.video.src = url;
      this.#subtitle(back);
    }
    back.video.currentTime = piece.begin_ms / 1000;
  }

  stop(): void {
    for (const deck of this.#decks) deck.video.pause();
  }

  async #show(piece: FootagePiece): Promise<void> {
    const old = this.#decks[this.#front]!;
    if (this.#isGoingOn(piece)) {
      old.piece = old.last = piece;
      await old.video.play().catch(() => undefined);
      return this.#prepare(this.#queue[0]);
    }
    this.#prepare(piece);
    const next = this.#back;
    this.#front = 1 - this.#front;
    old.video.pause();
    old.piece = undefined;
    if (next.firstFrame) await next.firstFrame;
    else await next.video.play().catch(() => undefined); // the browser wants a gesture first: the controls are there
    next.firstFrame = undefined;
    next.last = piece;
    next.video.volume = old.video.volume;
    next.video.muted = old.video.muted;
    next.video.classList.add('front');
    next.video.dataset.file = fromPage(piece.url ?? '');
    old.video.classList.remove('front');
    this.#prepare(this.#queue[0]);
  }

  #watch(deck: Deck): void {
    if (deck !== this.#decks[this.#front] || !deck.piece) return;
    const left = leftOf(deck);
    if (left > 400) return;
    // The event comes four times a second only; the exact times are waited for.
    setTimeout(() => this.#start(deck), Math.max(0, left - this.#leadMs - spareMs));
    setTimeout(() => this.#finish(deck), Math.max(0, left));
  }

  /** Starts what will follow, behind what is seen. */
  #start(deck: Deck): void {
    const piece = this.#queue[0] ?? this.#decided;
    if (deck !== this.#decks[this.#front] || !deck.piece || deck.video.paused || !piece || this.#isGoingOn(piece)) return;
    if (leftOf(deck) > this.#leadMs + spareMs + frameMs) return; // it was moved meanwhile
    this.#prepare(piece);
    const back = this.#back;
    if (back.firstFrame) return;
    const asked = performance.now();
    back.video.muted = true;
    back.firstFrame = new Promise((resolve) => {
      back.video.requestVideoFrameCallback((now) => {
        // Soon longer, slowly shorter: late starts are what is seen.
        this.#leadMs = Math.min(250, Math.max(now - asked, 0.8 * this.#leadMs + 0.2 * (now - asked)));
        resolve();
      });
      back.video.play().catch(() => resolve());
    });
  }

  /** What was started waits again when the film in front of it was paused. */
  #hold(deck: Deck): void {
    if (deck === this.#decks[this.#front] && deck.piece && leftOf(deck) > frameMs) this.#rest(this.#back);
  }

  #rest(deck: Deck): void {
    if (!deck.firstFrame) return;
    deck.firstFrame = undefined;
    deck.video.pause();
    deck.video.currentTime = (deck.piece?.begin_ms ?? 0) / 1000;
  }

  #finish(deck: Deck): void {
    if (deck !== this.#decks[this.#front] || !deck.piece) return;
    const isEarly = !deck.video.ended && leftOf(deck) > frameMs;
    if (isEarly) return; // it was paused or moved meanwhile; its time will come again
    const next = this.#queue.shift();
    if (next) return void this.#show(next);
    const following = this.#decided;
    if (!following || !this.#isGoingOn(following)) deck.video.pause();
    deck.piece = undefined;
    this.whenDone();
  }

  /** Whether a piece begins where the one that is seen ends: then the film simply goes on. */
  #isGoingOn(piece: FootagePiece): boolean {
    const { last, video } = this.#decks[this.#front]!;
    const isAtEnd = last !== undefined && Math.abs(last.end_ms - video.currentTime * 1000) < 400;
    return isAtEnd && last.url === piece.url && Math.abs(last.end_ms - piece.begin_ms) <= frameMs && !video.ended;
  }

  /** Keeps subtitles above the lower edge while something stands there. */
  set isLowerEdgeTaken(isTaken: boolean) {
    raiseCues(this.front.querySelector('track')?.track, isTaken);
  }

  #subtitle(deck: Deck): void {
    const track = deck.video.querySelector('track');
    const url = deck.video.getAttribute('src');
    if (!track || !url) return;
    const isOfFootage = this.#language !== '' && this.#language !== 'told'; // what is told stands beside the picture here
    if (isOfFootage) track.src = subtitlesOf(url, this.#language);
    track.track.mode = isOfFootage ? 'showing' : 'disabled';
  }

  #holds(deck: Deck, piece: FootagePiece): boolean {
    return deck.piece?.url === piece.url && deck.piece?.begin_ms === piece.begin_ms;
  }
}

const leftOf = (deck: Deck): number => (deck.piece?.end_ms ?? 0) - deck.video.currentTime * 1000;
