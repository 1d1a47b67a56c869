import type { FootagePiece } from '../../api/client';

/** Plays passages of footage one after the other; the one that follows is known before the end, or it waits there. */
export interface FilmPlayer {
  /** The element that is seen. `data-file` names its footage, `data-move` the seconds by which its time is ahead of the footage's. */
  readonly front: HTMLVideoElement;
  /** Milliseconds to the end of the passage, as far as it is known. */
  readonly left: number;
  whenDone: () => void;
  /** The language of the subtitles, "en" or "zh"; "told" = what the narrator tells instead; empty = none. */
  language: string;
  /** What is told while a passage plays, where the footage's own words are not those of the story. */
  narrator: ((pieces: FootagePiece[]) => string) | undefined;
  /** Keeps subtitles above the lower edge while something stands there. */
  isLowerEdgeTaken: boolean;
  /** Plays a passage from its beginning. */
  play(pieces: FootagePiece[]): Promise<void>;
  /** Plays a passage behind the one that has come to its end; what was decided on simply goes on. */
  follow(pieces: FootagePiece[]): Promise<void>;
  /** What may follow, the likeliest first: its beginning is fetched. Nothing = the passage is the last. */
  expect(passages: FootagePiece[][]): void;
  /** Goes to so many milliseconds before the passage's end, or as many back from where it is; never out of the passage. */
  goTo(target: { before: number } | { back: number }): void;
  /** What will follow. False = it is too late: what was decided before is on its way. */
  decide(pieces: FootagePiece[]): boolean;
  stop(): void;
}

/** A text as lines for captions that share a stretch of time by their lengths; `begin` and `end` in seconds. */
export function spread(text: string, begin: number, end: number): VTTCue[] {
  const sentences = text.match(/[^.!?。！？…\n]+[.!?。！？…"”’」]*/gu)?.map((one) => one.trim()).filter(Boolean) ?? [];
  const all = sentences.reduce((sum, sentence) => sum + sentence.length, 0);
  let at = begin;
  return sentences.map((sentence) => {
    const from = at;
    at += ((end - begin) * sentence.length) / all;
    return new VTTCue(from, at, sentence);
  });
}

/** Moves the lines of a track's cues; one that is on the screen moves only when it is shown anew. */
export function raiseCues(track: TextTrack | undefined, isRaised: boolean): void {
  if (track?.mode !== 'showing') return;
  for (const cue of track.cues ?? []) (cue as VTTCue).line = isRaised ? -7 : 'auto';
  track.mode = 'hidden';
  track.mode = 'showing';
}
