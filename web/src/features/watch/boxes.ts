// The boxes of which MP4 files consist (ISO/IEC 14496-12): length, four letters, content.

export interface Box {
  type: string;
  begin: number; // of its length
  body: number; // of its content
  end: number;
}

const headBytes = 8;

/** The boxes that lie between two places, one after the other. What is cut off ends the list. */
export function boxesIn(view: DataView, begin = 0, end = view.byteLength): Box[] {
  const boxes: Box[] = [];
  for (let at = begin; at + headBytes <= end; ) {
    const short = view.getUint32(at);
    const isLong = short === 1 && at + 16 <= end;
    const size = isLong ? Number(view.getBigUint64(at + 8)) : short === 0 ? end - at : short;
    if (size < headBytes) break;
    const type = String.fromCharCode(view.getUint8(at + 4), view.getUint8(at + 5), view.getUint8(at + 6), view.getUint8(at + 7));
    boxes.push({ type, begin: at, body: at + (isLong ? 16 : headBytes), end: at + size });
    at += size;
  }
  return boxes;
}

/** The box at the end of a path of boxes within boxes, "mdia.minf.stbl". */
export function boxAt(view: DataView, within: Box, path: string): Box | undefined {
  let found: Box | undefined = within;
  for (const type of path.split('.')) {
    const inside: Box = found;
    found = boxesIn(view, inside.body, Math.min(inside.end, view.byteLength)).find((one) => one.type === type);
    if (!found) return undefined;
  }
  return found;
}

export const u16 = (...values: number[]): number[] => values.flatMap((value) => [(value >>> 8) & 255, value & 255]);
export const u32 = (...values: number[]): number[] => values.flatMap((value) => [(value >>> 24) & 255, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]);
export const u64 = (value: number): number[] => [...u32(Math.floor(value / 2 ** 32)), ...u32(value % 2 ** 32)];

export type Part = Uint8Array | number[];

/** A box of its parts. */
export function box(type: string, ...parts: Part[]): Uint8Array {
  const size = parts.reduce((sum, part) => sum + part.length, headBytes);
  const bytes = new Uint8Array(size);
  bytes.set([...u32(size), ...[...type].map((letter) => letter.charCodeAt(0))]);
  let at = headBytes;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A box that begins with a version and flags. */
export const fullBox = (type: string, version: number, flags: number, ...parts: Part[]): Uint8Array => box(type, u32((version << 24) | flags), ...parts);
