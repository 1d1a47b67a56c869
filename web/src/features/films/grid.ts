/** Where films lie, in pixels: cards of one size in columns of one width. */
export interface Grid {
  columns: number;
  wide: number; // a card
  across: number; // from a card to its neighbour
  down: number; // from a row to the next
}

export interface Rows {
  begin: number;
  end: number;
}

// In the page's letter size: the narrowest card, what lies between cards and rows, and a card's words.
const narrowest = 9.5;
const gap = 1.1;
const between = 0.8;
const words = 5.5;
const spare = 1.5; // rows kept before and after the window, so that they are there when they come into sight

export function gridOf(width: number, letter: number): Grid {
  const columns = Math.max(1, Math.floor((width + gap * letter) / ((narrowest + gap) * letter)));
  const wide = Math.max(1, (width - gap * letter * (columns - 1)) / columns);
  return { columns, wide, across: wide + gap * letter, down: Math.ceil(wide * 1.5 + (words + between) * letter) };
}

/** The rows in and near a window that begins so far below the list's top. */
export function rowsNear(grid: Grid, above: number, height: number): Rows {
  const begin = Math.max(0, Math.floor(above / grid.down - spare));
  return { begin, end: Math.max(begin, Math.ceil((above + height) / grid.down + spare)) };
}

/** The places of films in these rows; the one with the focus stays among them wherever it is. */
export function inRows(grid: Grid, rows: Rows, count: number, focused: number): number[] {
  const begin = Math.min(rows.begin * grid.columns, count);
  const places = Array.from({ length: Math.min(rows.end * grid.columns, count) - begin }, (_, index) => begin + index);
  if (focused < 0 || focused >= count || places.includes(focused)) return places;
  return focused < begin ? [focused, ...places] : [...places, focused];
}

/** Where a key leads from a place: infinite for the last film of all, nothing where the key leads nowhere. */
export function targetOf(key: string, place: number, columns: number, page: number, count: number): number | undefined {
  const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns, PageUp: -columns * page, PageDown: columns * page };
  if (key === 'Home') return 0;
  if (key === 'End') return Infinity;
  const step = steps[key];
  if (step === undefined || place < 0) return undefined;
  const target = place + step;
  if (key.startsWith('Page')) return Math.min(Math.max(target, place % columns), count - 1);
  return target >= 0 && target < count ? target : undefined;
}
