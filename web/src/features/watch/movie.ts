import { boxAt, boxesIn, type Box } from './boxes';

/** One track of a film's file. Its samples lie in the order in which they are decoded; times are seconds of the film. */
export interface Track {
  kind: 'video' | 'audio';
  codec: string; // as browsers name it, "avc1.64001e"
  description: Uint8Array; // the box "stsd" as it stands in the file
  width: number;
  height: number;
  rate: number; // of sound, in hertz
  count: number;
  offset: Float64Array; // in the file
  size: Uint32Array;
  decoded: Float64Array;
  shown: Float64Array;
  length: Float64Array;
  isKey: Uint8Array;
}

/** What is known of an MP4 file from its head: where each picture and each piece of sound lies, and when it is due. */
export interface Movie {
  url: string;
  video: Track;
  audio: Track | undefined;
}

const firstBytes = 65536;
const mostHeadBytes = 64 << 20;
const mostSamples = 5_000_000;

export async function bytesOf(url: string, begin: number, end: number, signal?: AbortSignal): Promise<Uint8Array> {
  const response = await fetch(url, { headers: { Range: `bytes=${begin}-${end - 1}` }, signal: signal ?? null });
  if (response.status !== 206) throw new Error(`${url}: expected a part, found status ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The box "moov", wherever in the file it lies. */
async function headOf(url: string): Promise<DataView> {
  for (let begin = 0; ; ) {
    const view = viewOf(await bytesOf(url, begin, begin + firstBytes));
    const boxes = boxesIn(view);
    const moov = boxes.find((one) => one.type === 'moov');
    if (moov && moov.end - moov.begin <= mostHeadBytes) {
      return moov.end <= view.byteLength ? new DataView(view.buffer, view.byteOffset + moov.begin, moov.end - moov.begin) : viewOf(await bytesOf(url, begin + moov.begin, begin + moov.end));
    }
    const last = boxes.at(-1);
    if (moov || !last || last.end <= view.byteLength) throw new Error(`${url}: no head of an MP4 file`);
    begin += last.end;
  }
}

/** Each value as often as its table says: pairs of a count and a value. */
function spread(view: DataView, table: Box, count: number, read: (at: number) => number): Float64Array {
  const values = new Float64Array(count);
  const entries = view.getUint32(table.body + 4);
  let sample = 0;
  for (let entry = 0; entry < entries && sample < count; ++entry) {
    const at = table.body + 8 + 8 * entry;
    const end = Math.min(count, sample + view.getUint32(at));
    values.fill(read(at + 4), sample, end);
    sample = end;
  }
  return values;
}

function sizesOf(view: DataView, table: Box): Uint32Array {
  const [all, count] = [view.getUint32(table.body + 4), view.getUint32(table.body + 8)];
  if (count > mostSamples) throw new Error(`${count} samples are too many`);
  const sizes = new Uint32Array(count).fill(all);
  for (let sample = 0; all === 0 && sample < count; ++sample) sizes[sample] = view.getUint32(table.body + 12 + 4 * sample);
  return sizes;
}

/** Where each sample begins: samples lie in chunks, one behind the other. */
function offsetsOf(view: DataView, stbl: Box, sizes: Uint32Array): Float64Array {
  const long = boxAt(view, stbl, 'co64');
  const chunks = long ?? boxAt(view, stbl, 'stco')!;
  const runs = boxAt(view, stbl, 'stsc')!;
  const [chunkCount, runCount] = [view.getUint32(chunks.body + 4), view.getUint32(runs.body + 4)];
  const offsets = new Float64Array(sizes.length);
  for (let chunk = 0, run = 0, sample = 0; chunk < chunkCount; ++chunk) {
    while (run + 1 < runCount && view.getUint32(runs.body + 8 + 12 * (run + 1)) <= chunk + 1) ++run;
    let at = long ? Number(view.getBigUint64(chunks.body + 8 + 8 * chunk)) : view.getUint32(chunks.body + 8 + 4 * chunk);
    const end = Math.min(sizes.length, sample + view.getUint32(runs.body + 8 + 12 * run + 4));
    for (; sample < end; ++sample) {
      offsets[sample] = at;
      at += sizes[sample]!;
    }
  }
  return offsets;
}

/** Seconds that the film's edit list takes off the times of a track: what it skips, less what it waits. */
function skippedBy(view: DataView, trak: Box, scale: number, movieScale: number): number {
  const list = boxAt(view, trak, 'edts.elst');
  if (!list) return 0;
  const isLong = view.getUint8(list.body) === 1;
  let waits = 0;
  for (let entry = 0, at = list.body + 8; entry < view.getUint32(list.body + 4); ++entry, at += isLong ? 20 : 12) {
    const length = isLong ? Number(view.getBigUint64(at)) : view.getUint32(at);
    const media = isLong ? Number(view.getBigInt64(at + 8)) : view.getInt32(at + 4);
    if (media >= 0) return media / scale - waits;
    waits += length / movieScale;
  }
  return -waits;
}

const hex = (...bytes: number[]): string => bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** The codec's name for the browser, of those that are cut here: H.264 and AAC. */
function codecOf(view: DataView, stsd: Box): string | undefined {
  const entry = boxesIn(view, stsd.body + 8, stsd.end)[0];
  if (entry?.type === 'avc1') {
    const config = boxesIn(view, entry.body + 78, entry.end).find((one) => one.type === 'avcC');
    return config && `avc1.${hex(view.getUint8(config.body + 1), view.getUint8(config.body + 2), view.getUint8(config.body + 3))}`;
  }
  if (entry?.type !== 'mp4a') return undefined;
  const esds = boxesIn(view, entry.body + 28, entry.end).find((one) => one.type === 'esds');
  // A descriptor is a tag and a length of one to four bytes; what the decoder needs has the tag 5.
  for (let at = (esds?.body ?? 0) + 4; esds && at + 6 < esds.end; ++at) {
    if (view.getUint8(at) !== 5) continue;
    while (view.getUint8(at + 1) === 0x80) ++at;
    return `mp4a.40.${view.getUint8(at + 2) >> 3}`;
  }
  return undefined;
}

function trackOf(view: DataView, trak: Box, movieScale: number): Track | undefined {
  const [handler, header, stbl] = [boxAt(view, trak, 'mdia.hdlr'), boxAt(view, trak, 'mdia.mdhd'), boxAt(view, trak, 'mdia.minf.stbl')];
  const kind = handler && { vide: 'video' as const, soun: 'audio' as const }[hexName(view, handler.body + 8)];
  const stsd = stbl && boxAt(view, stbl, 'stsd');
  const codec = stsd && codecOf(view, stsd);
  if (!kind || !header || !stbl || !codec) return undefined;
  const scale = view.getUint32(header.body + (view.getUint8(header.body) === 1 ? 20 : 12));
  const size = sizesOf(view, boxAt(view, stbl, 'stsz')!);
  const skipped = skippedBy(view, trak, scale, movieScale);
  const length = spread(view, boxAt(view, stbl, 'stts')!, size.length, (at) => view.getUint32(at) / scale);
  const later = boxAt(view, stbl, 'ctts');
  const delay = later ? spread(view, later, size.length, (at) => view.getInt32(at) / scale) : new Float64Array(size.length);
  const decoded = new Float64Array(size.length);
  for (let sample = 0, at = -skipped; sample < size.length; at += length[sample++]!) decoded[sample] = at;
  const entry = boxesIn(view, stsd.body + 8, stsd.end)[0]!;
  return {
    kind, codec, size, length, decoded,
    description: new Uint8Array(view.buffer, view.byteOffset + stsd.begin, stsd.end - stsd.begin),
    width: kind === 'video' ? view.getUint16(entry.body + 24) : 0,
    height: kind === 'video' ? view.getUint16(entry.body + 26) : 0,
    rate: kind === 'audio' ? view.getUint16(entry.body + 24) : 0,
    count: size.length,
    offset: offsetsOf(view, stbl, size),
    shown: decoded.map((at, sample) => at + delay[sample]!),
    isKey: keysOf(view, stbl, size.length),
  };
}

function keysOf(view: DataView, stbl: Box, count: number): Uint8Array {
  const table = boxAt(view, stbl, 'stss');
  const isKey = new Uint8Array(count).fill(table ? 0 : 1);
  for (let entry = 0; table && entry < view.getUint32(table.body + 4); ++entry) isKey[view.getUint32(table.body + 8 + 4 * entry) - 1] = 1;
  return isKey;
}

const hexName = (view: DataView, at: number): string => String.fromCharCode(...[0, 1, 2, 3].map((letter) => view.getUint8(at + letter)));

/** Reads the head of an MP4 file. Rejects what has no H.264 pictures, or sound that is not AAC. */
export async function openMovie(url: string): Promise<Movie> {
  const view = await headOf(url);
  const moov: Box = { type: 'moov', begin: 0, body: 8, end: view.byteLength };
  const header = boxAt(view, moov, 'mvhd')!;
  const movieScale = view.getUint32(header.body + (view.getUint8(header.body) === 1 ? 20 : 12));
  const traks = boxesIn(view, moov.body, moov.end).filter((one) => one.type === 'trak');
  const tracks = traks.map((trak) => trackOf(view, trak, movieScale));
  const video = tracks.find((one) => one?.kind === 'video');
  const audio = tracks.find((one) => one?.kind === 'audio');
  const hasOtherSound = traks.some((trak, index) => !tracks[index] && hexName(view, (boxAt(view, trak, 'mdia.hdlr')?.body ?? 0) + 8) === 'soun');
  if (!video || video.count === 0 || !video.isKey[0] || (hasOtherSound && !audio)) throw new Error(`${url}: pictures or sound of another kind`);
  return { url, video, audio };
}
