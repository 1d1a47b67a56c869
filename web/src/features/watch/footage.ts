import { fromPage, type FootagePiece } from '../../api/client';

interface Deck {
  video: HTMLVideoElement;
  piece: FootagePiece | undefined;
}

/**
 * Plays pieces of footage one after the other without a gap: two video elements, one seen, one waiting. The one that
 * waits is loaded and stands on its first frame before it is shown.
 */
export class Footage {
  #decks: [Deck, Deck];
  #front = 0;
  #queue: FootagePiece[] = [];
  #whenDone: () => void;
  #language = '';
  /** Time from the end of one piece to the first frame of the next, in ms; for measuring. */
  gaps: number[] = [];

  constructor(a: HTMLVideoElement, b: HTMLVideoElement, whenDone: () => void) {
    this.#decks = [
      { video: a, piece: undefined },
      { video: b, piece: undefined },
    ];
    this.#whenDone = whenDone;
    for (const deck of this.#decks) {
      deck.video.addEventListener('timeupdate', () => this.#watch(deck));
      deck.video.addEventListener('ended', () => this.#watch(deck, true));
    }
  }

  get front(): HTMLVideoElement {
    return this.#decks[this.#front]!.video;
  }

  /** The language of the subtitles, "en" or "zh"; empty = none. */
  set language(language: string) {
    this.#language = language;
    for (const deck of this.#decks) this.#subtitle(deck);
  }

  /** Milliseconds to the end of the last piece, as far as it is known. */
  get left(): number {
    const deck = this.#decks[this.#front]!;
    if (!deck.piece || this.#queue.length) return Infinity;
    return deck.piece.end_ms - deck.video.currentTime * 1000;
  }

  /** Plays a list of pieces from its beginning. */
  async play(pieces: FootagePiece[]): Promise<void> {
    const [first, ...rest] = pieces;
    this.#queue = rest;
    if (first) await this.#show(first);
    else this.#whenDone();
  }

  /** Loads a piece into the waiting element, so that showing it takes no time. */
  prepare(piece: FootagePiece | undefined): void {
    const back = this.#decks[1 - this.#front]!;
    if (!piece || this.#holds(back, piece)) return;
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
    const began = performance.now();
    this.prepare(piece);
    const [old, next] = [this.#decks[this.#front]!, this.#decks[1 - this.#front]!];
    next.video.volume = old.video.volume;
    next.video.muted = old.video.muted;
    this.#front = 1 - this.#front;
    await next.video.play().catch(() => undefined); // the browser wants a gesture first: the controls are there
    next.video.requestVideoFrameCallback(() => this.gaps.push(performance.now() - began));
    next.video.classList.add('front');
    old.video.classList.remove('front');
    old.video.pause();
    old.piece = undefined;
    this.prepare(this.#queue[0]);
  }

  #watch(deck: Deck, hasEnded = false): void {
    if (deck !== this.#decks[this.#front] || !deck.piece) return;
    const left = deck.piece.end_ms - deck.video.currentTime * 1000;
    if (!hasEnded && left > 400) return;
    // The event comes four times a second only; the exact end is waited for.
    setTimeout(() => this.#finish(deck), hasEnded ? 0 : Math.max(0, left));
  }

  #finish(deck: Deck): void {
    if (deck !== this.#decks[this.#front] || !deck.piece) return;
    const isEarly = !deck.video.ended && deck.piece.end_ms - deck.video.currentTime * 1000 > 40;
    if (isEarly) return; // it was paused or moved meanwhile; its time will come again
    const next = this.#queue.shift();
    if (next) void this.#show(next);
    else {
      deck.video.pause();
      deck.piece = undefined;
      this.#whenDone();
    }
  }

  /** Keeps subtitles above the lower edge while something stands there. */
  set isLowerEdgeTaken(isTaken: boolean) {
    const track = this.front.querySelector('track')?.track;
    if (track?.mode !== 'showing') return;
    for (const cue of track.cues ?? []) (cue as VTTCue).line = isTaken ? -7 : 'auto';
    // A cue on the screen moves only when it is shown anew.
    track.mode = 'hidden';
    track.mode = 'showing';
  }

  #subtitle(deck: Deck): void {
    const track = deck.video.querySelector('track');
    const url = deck.video.getAttribute('src');
    if (!track || !url) return;
    if (this.#language) track.src = url.endsWith('/video') ? url.replace(/video$/, `subtitles/${this.#language}.vtt`) : `${url}/subtitles/${this.#language}.vtt`;
    track.track.mode = this.#language ? 'showing' : 'disabled';
  }

  #holds(deck: Deck, piece: FootagePiece): boolean {
    return deck.piece?.url === piece.url && deck.piece?.begin_ms === piece.begin_ms;
  }
}
