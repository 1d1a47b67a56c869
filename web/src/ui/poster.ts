import type { Film } from '../api/client';

export interface Poster {
  sky: [string, string];
  light: { x: number; y: number; radius: number; color: string };
  stars: string;
  layers: { path: string; color: string }[];
  windows: string;
  boat: { x: number; y: number } | undefined;
}

type Land = 'city' | 'mountains' | 'forest' | 'sea';
interface Mood {
  colors: [string, string, string]; // sky above, sky below, nearest land
  light: string;
  lands: Land[];
}

export const width = 200;
export const height = 300;

const moods: Record<string, Mood> = {
  horror: { colors: ['#1b0d16', '#7c2430', '#0d0609'], light: '#e9d3c0', lands: ['forest'] },
  'science fiction': { colors: ['#0b1230', '#2f7f8f', '#060914'], light: '#bfeaf0', lands: ['city', 'mountains'] },
  animation: { colors: ['#3a2a5c', '#e79a6b', '#160f26'], light: '#ffe0a3', lands: ['forest', 'sea'] },
  western: { colors: ['#7d3a24', '#f2b15f', '#26100a'], light: '#ffe6b5', lands: ['mountains'] },
  crime: { colors: ['#10172a', '#9a6a3c', '#05070d'], light: '#f3cf93', lands: ['city'] },
  mystery: { colors: ['#0f2424', '#5f8a74', '#050d0d'], light: '#dcecc9', lands: ['forest', 'city'] },
  war: { colors: ['#2c2f27', '#b39155', '#0f110c'], light: '#f0dcae', lands: ['mountains'] },
  thriller: { colors: ['#131a2b', '#b0563f', '#06080f'], light: '#f6cfa6', lands: ['city'] },
  fantasy: { colors: ['#251a4a', '#c78bb0', '#0d0820'], light: '#ffe9c2', lands: ['forest', 'mountains'] },
  documentary: { colors: ['#26323b', '#9fb3b4', '#0d1317'], light: '#f1f4ea', lands: ['mountains', 'city'] },
  musical: { colors: ['#43164c', '#f09a5c', '#1a0720'], light: '#ffe3a8', lands: ['city'] },
  music: { colors: ['#3a1440', '#e5835e', '#170619'], light: '#ffdba0', lands: ['city'] },
  romance: { colors: ['#57304f', '#f4ad8f', '#1f0e1e'], light: '#ffe6cf', lands: ['sea', 'city'] },
  comedy: { colors: ['#2f5870', '#f7c873', '#11212b'], light: '#fff0c4', lands: ['city', 'sea'] },
  adventure: { colors: ['#1f4560', '#f0a85e', '#0a1a25'], light: '#ffe7b8', lands: ['mountains', 'sea'] },
  action: { colors: ['#1d2340', '#e2703f', '#090b16'], light: '#ffd9a0', lands: ['city', 'mountains'] },
  history: { colors: ['#4a3322', '#d9ad6a', '#1a1009'], light: '#fbe8bd', lands: ['mountains', 'city'] },
  drama: { colors: ['#263250', '#dc9b76', '#0c1120'], light: '#ffe2c0', lands: ['sea', 'city', 'forest'] },
};
// What colours a film most stands first.
const order = Object.keys(moods);

function randomOf(text: string): () => number {
  let state = 2166136261;
  for (const letter of text) state = Math.imul(state ^ (letter.codePointAt(0) ?? 0), 16777619);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function mixed(a: string, b: string, share: number): string {
  const part = (color: string, at: number) => Number.parseInt(color.slice(at, at + 2), 16);
  const channel = (at: number) => Math.round(part(a, at) * (1 - share) + part(b, at) * share);
  return `rgb(${channel(1)} ${channel(3)} ${channel(5)})`;
}

type Outline = (base: number, random: () => number) => string;

const outlines: Record<Land, Outline> = {
  mountains: (base, random) => {
    let path = `M0 ${base}`;
    for (let x = 0; x <= width; x += 14 + random() * 22) path += `L${x.toFixed(1)} ${(base - random() * 46).toFixed(1)}`;
    return path;
  },
  city: (base, random) => {
    let path = `M0 ${base}`;
    for (let x = 0; x < width; ) {
      const wide = 9 + random() * 20;
      const top = base - 8 - random() ** 2 * 70;
      path += `V${top.toFixed(1)}`;
      if (random() < 0.25) path += `h${(wide / 2).toFixed(1)}v-12v12h${(wide / 2).toFixed(1)}`;
      else path += `h${wide.toFixed(1)}`;
      x += wide;
    }
    return path;
  },
  forest: (base, random) => {
    let path = `M0 ${base}`;
    for (let x = 0; x < width; ) {
      const half = 4 + random() * 6;
      const tall = 18 + random() * 34;
      const ground = base - Math.sin(x / 40) * 6;
      path += `L${x.toFixed(1)} ${ground.toFixed(1)}l${half.toFixed(1)} ${(-tall).toFixed(1)}l${half.toFixed(1)} ${tall.toFixed(1)}`;
      x += half * 2 + random() * 5;
    }
    return path;
  },
  sea: (base, random) => {
    const shift = random() * 6;
    let path = `M0 ${base}`;
    for (let x = 0; x <= width; x += 4) path += `L${x} ${(base - 3 - Math.sin(x / 15 + shift) * 4 - Math.sin(x / 37) * 3).toFixed(1)}`;
    return path;
  },
};

/** Many small things as one path: they are drawn, and kept in the page, as one. */
const pathOf = (count: number, one: () => string): string => Array.from({ length: count }, one).join('');

const starOf = (random: () => number): string => {
  const [x, y, radius] = [random() * width, random() * 130, 0.3 + random() * 0.7];
  const half = (across: number): string => `a${radius.toFixed(2)} ${radius.toFixed(2)} 0 0 1 ${across.toFixed(2)} 0`;
  return `M${(x - radius).toFixed(1)} ${y.toFixed(1)}${half(radius * 2)}${half(-radius * 2)}`;
};

const windowOf = (random: () => number): string => `M${(random() * width).toFixed(1)} ${(262 + random() * 34).toFixed(1)}h1.6v2.4h-1.6z`;

/** A picture for a film that has none: its genres choose colours and land, its key chooses the rest. */
export function posterOf(film: Pick<Film, 'key' | 'genres'>): Poster {
  const random = randomOf(film.key);
  const genre = order.find((name) => film.genres.includes(name)) ?? 'drama';
  const mood = moods[genre] ?? moods['drama']!;
  const [above, below, near] = mood.colors;
  const land = mood.lands[Math.floor(random() * mood.lands.length)] ?? 'city';
  const layers = [0, 1, 2].map((depth) => ({
    path: `${outlines[land](188 + depth * 34, random)}L${width} ${188 + depth * 34}V${height}H0Z`,
    color: mixed(below, near, 0.42 + depth * 0.29),
  }));
  return {
    sky: [above, below],
    light: { x: 40 + random() * 120, y: 50 + random() * 80, radius: 12 + random() * 26, color: mood.light },
    stars: pathOf(22, () => starOf(random)),
    layers,
    windows: land === 'city' ? pathOf(26, () => windowOf(random)) : '',
    boat: land === 'sea' ? { x: 30 + random() * 140, y: 216 } : undefined,
  };
}
