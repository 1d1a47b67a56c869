type Point = [number, number];

/** An SVG path through points, in straight pieces. */
export const linePath = (points: Point[]): string => points.map(([x, y], index) => `${index ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');

/** A long course as it looks in so many columns: of each the lowest and the highest point, in their order, so that no peak is lost. */
export function inColumns(points: Point[], columns: number): Point[] {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last || points.length <= columns * 2) return points;
  const kept: Point[] = [first];
  const share = points.length / columns;
  for (let column = 0; column < columns; ++column) {
    const end = Math.floor((column + 1) * share);
    let low = Math.floor(column * share);
    let high = low;
    for (let place = low + 1; place < end; ++place) {
      if (points[place]![1] < points[low]![1]) low = place;
      if (points[place]![1] > points[high]![1]) high = place;
    }
    kept.push(points[Math.min(low, high)]!);
    if (low !== high) kept.push(points[Math.max(low, high)]!);
  }
  kept.push(last);
  return kept;
}
