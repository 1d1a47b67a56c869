/** An SVG path through points, in straight pieces. */
export const linePath = (points: [number, number][]): string =>
  points.map(([x, y], index) => `${index ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`).join('');
