import type { FootagePiece } from '../../api/client';

/** Plays passages of footage one after the other; the one that follows is known before the end, or it waits there. */
export interface FilmPlayer {
  /** The element that is seen. `data-file` names its footage, `data-move` the seconds by which its time is ahead of the footage's. */
  readonly front: HTMLVideoElement;
  /** Milliseconds to the end of the passage, as far as it is known. */
  readonly left: number;
  whenDone: () => void;
  /** The language of the subtitles, "en" or "zh"; empty = none. */
  language: string;
  /** Keeps subtitles above the lower edge while something stands there. */
  isLowerEdgeTaken: boolean;
  /** Plays a passage from its beginning. */
  play(pieces: FootagePiece[]): Promise<void>;
  /** Plays a passage behind the one that has come to its end; what was decided on simply goes on. */
  follow(pieces: FootagePiece[]): Promise<void>;
  /** What may follow, the likeliest first: its beginning is fetched. Nothing = the passage is the last. */
  expect(passages: FootagePiece[][]): void;
  /** What will follow. False = it is too late: what was decided before is on its way. */
  decide(pieces: FootagePiece[]): boolean;
  stop(): void;
}

/** Moves the lines of a track's cues; one that is on the screen moves only when it is shown anew. */
export function raiseCues(track: TextTrack | undefined, isRaised: boolean): void {
  if (track?.mode !== 'showing') return;
  for (const cue of track.cues ?? []) (cue as VTTCue).line = isRaised ? -7 : 'auto';
  track.mode = 'hidden';
  track.mode = 'showing';
}
