import { CanvasTexture, SRGBColorSpace } from 'three';

const pixelsPerMetre = 900;
const family = `system-ui, 'Segoe UI', 'Noto Sans', 'Noto Sans CJK SC', 'PingFang SC', sans-serif`;

/** How a text is written on a plate; lengths in m at the plate. */
export interface Ink {
  size: number; // of the letters
  wrapAt: number; // longest line
  width?: number; // of the plate; else as the text needs
  height?: number;
  padding: number;
  color: string;
  back: string;
  border?: string;
  weight?: number;
}

export interface Plate {
  texture: CanvasTexture;
  width: number;
  height: number;
}

/** Pieces between which a line may end; marks that close a phrase stay with what they close. */
function pieces(text: string, language: string): string[] {
  const found: string[] = [];
  for (const { segment } of new Intl.Segmenter(language, { granularity: 'word' }).segment(text)) {
    if (found.length && /^[\p{P}\s]+$/u.test(segment) && !/^[“‘（《(]/u.test(segment)) found[found.length - 1] += segment;
    else found.push(segment);
  }
  return found;
}

function wrapped(context: CanvasRenderingContext2D, text: string, language: string, width: number): string[] {
  const lines: string[] = [];
  for (const given of text.split('\n')) {
    let line = '';
    for (const piece of pieces(given, language)) {
      if (line && context.measureText((line + piece).trimEnd()).width > width) {
        lines.push(line.trimEnd());
        line = '';
      }
      line += line ? piece : piece.trimStart();
    }
    lines.push(line.trimEnd());
  }
  return lines;
}

/** Writes a text in the middle of a plate with round corners. */
export function paint(text: string, ink: Ink, language: string): Plate {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d')!;
  const px = (metres: number): number => Math.ceil(metres * pixelsPerMetre);
  const font = `${ink.weight ?? 500} ${px(ink.size)}px ${family}`;
  context.font = font;
  const lines = wrapped(context, text, language, px(ink.wrapAt));
  const longest = Math.max(...lines.map((line) => context.measureText(line).width));
  const lineHeight = px(ink.size * 1.28);
  canvas.width = px(ink.width ?? 0) || Math.ceil(longest) + 2 * px(ink.padding);
  canvas.height = Math.max(px(ink.height ?? 0), lines.length * lineHeight + 2 * px(ink.padding));
  drawPlate(context, ink, canvas.width, canvas.height);
  // A canvas that was resized has forgotten its font.
  context.font = font;
  context.fillStyle = ink.color;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  const top = canvas.height / 2 - ((lines.length - 1) / 2) * lineHeight;
  lines.forEach((line, index) => context.fillText(line, canvas.width / 2, top + index * lineHeight));
  return { texture: textureOf(canvas), width: canvas.width / pixelsPerMetre, height: canvas.height / pixelsPerMetre };
}

function drawPlate(context: CanvasRenderingContext2D, ink: Ink, width: number, height: number): void {
  const line = ink.border ? 5 : 0;
  context.beginPath();
  context.roundRect(line / 2, line / 2, width - line, height - line, Math.min(width, height) * 0.18);
  context.fillStyle = ink.back;
  context.fill();
  if (!ink.border) return;
  context.strokeStyle = ink.border;
  context.lineWidth = line;
  context.stroke();
}

function textureOf(canvas: HTMLCanvasElement): CanvasTexture {
  const texture = new CanvasTexture(canvas);
  texture.colorSpace = SRGBColorSpace;
  texture.anisotropy = 8; // plates stand far away and aslant, and thin letters would break up
  return texture;
}
