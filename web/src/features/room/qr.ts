import { encode } from 'uqr';

const quietZone = 4; // modules that ISO/IEC 18004 wants to be empty on each side

/** A text as a QR code: the length of a side in modules, and the dark ones as one path. */
export function qrOf(text: string): { size: number; path: string } {
  const { size, data } = encode(text, { ecc: 'M', border: quietZone });
  const path = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : []))).join('');
  return { size, path };
}
