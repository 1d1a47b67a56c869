import { box, fullBox, u16, u32, u64, type Part } from './boxes';
import { bytesOf, type Movie, type Track } from './movie';

/** A stretch of a film on a reel: from the film's `begin` to `end`, beginning at the reel's `at`. Seconds. */
export interface Stretch {
  movie: Movie;
  begin: number;
  end: number;
  at: number;
}

/** The pictures of a stretch from one that stands alone to before the next. */
export interface Fragment {
  stretch: Stretch;
  first: number; // sample of the video
  last: number; // behind the last
  begin: number; // seconds of the film within the stretch
  end: number;
}

interface Sample {
  track: Track;
  index: number;
  decoded: number; // microseconds of the reel
  shown: number;
  length: number;
}

const microseconds = 1e6;
/** Added to every time in a file, since a picture may be decoded before the reel begins. */
export const ahead = 10;
const near = 1e-3; // a time in whole milliseconds and the one of a frame within it mean the same picture

const inFirst = (stretch: Stretch, seconds: number): boolean => seconds < stretch.begin - near;
const isBehind = (stretch: Stretch, seconds: number): boolean => seconds >= stretch.end - near;

/** A stretch cut where pictures stand alone; each part can be shown without the one before. */
export function fragmentsOf(stretch: Stretch): Fragment[] {
  const { video } = stretch.movie;
  const keys: number[] = [];
  for (let sample = 0; sample < video.count; ++sample) if (video.isKey[sample]) keys.push(sample);
  return keys.flatMap((first, index) => {
    const last = keys[index + 1] ?? video.count;
    const begin = video.shown[first]!;
    const end = keys[index + 1] === undefined ? Infinity : video.shown[last]!;
    if (isBehind(stretch, begin) || end <= stretch.begin + near) return [];
    return [{ stretch, first, last, begin: Math.max(begin, stretch.begin), end: Math.min(end, stretch.end) }];
  });
}

/**
 * The pictures of a fragment, when they are due on the reel. Those outside of the stretch that others are made from are given no
 * time: they are decoded and not seen.
 */
function picturesOf({ stretch, first, last }: Fragment): Sample[] {
  const { video: track } = stretch.movie;
  const move = stretch.at - stretch.begin;
  const all = Array.from({ length: last - first }, (_, index) => first + index);
  while (all.length && isBehind(stretch, track.shown[all.at(-1)!]!)) all.pop();
  const before = all.filter((index) => inFirst(stretch, track.shown[index]!)).sort((a, b) => track.shown[a]! - track.shown[b]!);
  const begin = Math.round(stretch.at * microseconds);
  return oneAfterOther(all.map((index) => {
    const decoded = Math.round((track.decoded[index]! + move) * microseconds);
    const place = before.indexOf(index);
    if (place >= 0) return { track, index, decoded, shown: begin + place, length: 1 };
    if (isBehind(stretch, track.shown[index]!)) return { track, index, decoded, shown: Math.round((stretch.end + move) * microseconds) - 1, length: 1 };
    const shown = Math.max(Math.round((track.shown[index]! + move) * microseconds), begin + before.length);
    return { track, index, decoded, shown, length: Math.round(track.length[index]! * microseconds) };
  }));
}

/** Browsers take a step in decoding of more than two lengths for a hole in the film: each is decoded when the one before has lasted. */
function oneAfterOther(samples: Sample[]): Sample[] {
  const first = Math.max(0, samples.findIndex(({ length }) => length > 1));
  let at = (samples[first]?.decoded ?? 0) - first;
  for (const sample of samples) {
    sample.decoded = at;
    at += sample.length;
  }
  return samples;
}

/** The sound of a fragment: the pieces whose middle lies in it, so that each is heard once. */
function soundOf({ stretch, begin, end }: Fragment): Sample[] {
  const { audio: track } = stretch.movie;
  if (!track) return [];
  const move = stretch.at - stretch.begin;
  const middle = (index: number): number => track.shown[index]! + track.length[index]! / 2;
  let [low, high] = [0, track.count];
  while (low < high) {
    const half = (low + high) >> 1;
    if (middle(half) < begin) low = half + 1;
    else high = half;
  }
  const samples: Sample[] = [];
  for (let index = low; index < track.count && middle(index) < end; ++index) {
    const decoded = Math.round((track.decoded[index]! + move) * microseconds);
    samples.push({ track, index, decoded, shown: Math.round((track.shown[index]! + move) * microseconds), length: Math.round(track.length[index]! * microseconds) });
  }
  return samples;
}

const identity = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);

function trackBox(track: Track, id: number): Uint8Array {
  const isVideo = track.kind === 'video';
  const empty = (type: string, ...parts: Part[]): Uint8Array => fullBox(type, 0, 0, ...parts);
  const name = [...(isVideo ? 'vide' : 'soun')].map((letter) => letter.charCodeAt(0));
  return box(
    'trak',
    fullBox('tkhd', 0, 7, u32(0, 0, id, 0, 0, 0, 0), u16(0, 0, isVideo ? 0 : 0x100, 0), identity, u32(track.width << 16, track.height << 16)),
    box(
      'mdia',
      empty('mdhd', u32(0, 0, microseconds, 0), u16(0x55c4, 0)),
      empty('hdlr', u32(0), name, u32(0, 0, 0), [0]),
      box(
        'minf',
        isVideo ? fullBox('vmhd', 0, 1, u16(0, 0, 0, 0)) : empty('smhd', u16(0, 0)),
        box('dinf', empty('dref', u32(1), fullBox('url ', 0, 1))),
        box('stbl', track.description, empty('stts', u32(0)), empty('stsc', u32(0)), empty('stsz', u32(0, 0)), empty('stco', u32(0))),
      ),
    ),
  );
}

const tracksOf = (movie: Movie): Track[] => (movie.audio ? [movie.video, movie.audio] : [movie.video]);

/** What a browser has to know of a film before its fragments. */
export function beginningOf(movie: Movie): Uint8Array {
  const tracks = tracksOf(movie);
  const head = fullBox('mvhd', 0, 0, u32(0, 0, 1000, 0, 0x10000), u16(0x100, 0), u32(0, 0), identity, u32(0, 0, 0, 0, 0, 0, tracks.length + 1));
  const extends_ = tracks.map((_, index) => fullBox('trex', 0, 0, u32(index + 1, 1, 0, 0, 0)));
  const brand = [...'isomiso6'].map((letter) => letter.charCodeAt(0));
  const moov = box('moov', head, ...tracks.map((track, index) => trackBox(track, index + 1)), box('mvex', ...extends_));
  return joined([box('ftyp', brand.slice(0, 4), u32(1), brand), moov]);
}

export const typeOf = (movie: Movie): string => `video/mp4; codecs="${tracksOf(movie).map((track) => track.codec).join(',')}"`;

function joined(parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** A run of samples whose bytes begin `offset` bytes behind the fragment's head. */
function runBox(samples: Sample[], id: number, offset: number): Uint8Array {
  const isVideo = samples[0]!.track.kind === 'video';
  const rows = samples.flatMap(({ track, index, decoded, shown, length }) =>
    u32(length, track.size[index]!, isVideo && !track.isKey[index] ? 0x1010000 : 0x2000000, shown - decoded),
  );
  return box(
    'traf',
    fullBox('tfhd', 0, 0x20000, u32(id)),
    fullBox('tfdt', 1, 0, u64(samples[0]!.decoded + ahead * microseconds)),
    fullBox('trun', 1, 0xf01, u32(samples.length, offset), rows),
  );
}

/** The bytes of samples, fetched as one piece of the file. */
async function bytesFor(movie: Movie, samples: Sample[], signal?: AbortSignal): Promise<Uint8Array[]> {
  const { begin, end } = rangeOf(samples);
  const bytes = await bytesOf(movie.url, begin, end, signal);
  return samples.map(({ track, index }) => bytes.subarray(track.offset[index]! - begin, track.offset[index]! - begin + track.size[index]!));
}

function rangeOf(samples: Sample[]): { begin: number; end: number } {
  const range = { begin: Infinity, end: 0 };
  for (const { track, index } of samples) {
    range.begin = Math.min(range.begin, track.offset[index]!);
    range.end = Math.max(range.end, track.offset[index]! + track.size[index]!);
  }
  return range;
}

const sizeOf = (samples: Sample[]): number => samples.reduce((sum, { track, index }) => sum + track.size[index]!, 0);

/** A fragment as a browser takes it: its table, then its pictures and its sound. */
export async function cutFragment(fragment: Fragment, signal?: AbortSignal): Promise<Uint8Array> {
  const { movie } = fragment.stretch;
  const kinds = [picturesOf(fragment), soundOf(fragment)].filter((samples) => samples.length);
  // Pictures and sound mostly lie side by side; where they lie far apart, what is between them is not fetched.
  const { begin, end } = rangeOf(kinds.flat());
  const areTogether = end - begin < 1.5 * sizeOf(kinds.flat());
  const bytes = (await Promise.all((areTogether ? [kinds.flat()] : kinds).map((samples) => bytesFor(movie, samples, signal)))).flat();
  const sizes = kinds.map(sizeOf);
  const head = (headBytes: number): Uint8Array => {
    const offsets = sizes.map((_, index) => headBytes + 8 + sizes.slice(0, index).reduce((sum, size) => sum + size, 0));
    return box('moof', fullBox('mfhd', 0, 0, u32(1)), ...kinds.map((samples, index) => runBox(samples, samples[0]!.track.kind === 'video' ? 1 : 2, offsets[index]!)));
  };
  return joined([head(head(0).length), box('mdat', ...bytes)]);
}
