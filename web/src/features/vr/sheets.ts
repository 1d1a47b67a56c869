import { BufferGeometry, Float32BufferAttribute } from 'three';
import type { Layout } from './settings.svelte';

/** A point of a picture, from its middle: -0.5 .. 0.5 to the right and upwards; and where it stands before the eye, in m. */
type Place = (right: number, up: number) => [number, number, number];

/** The part of a video's picture that one eye sees, in shares of it from the lower left. */
export interface Cutout {
  left: number;
  bottom: number;
  width: number;
  height: number;
}
export const wholePicture: Cutout = { left: 0, bottom: 0, width: 1, height: 1 };

/** What a screen measures: how far its middle is, how wide and high it is, in m. Domes have their radius as distance. */
export interface Extent {
  distance: number;
  width: number;
  height: number;
}

const onSphere = (radius: number, yaw: number, pitch: number): [number, number, number] => [
  radius * Math.sin(yaw) * Math.cos(pitch),
  radius * Math.sin(pitch),
  -radius * Math.cos(yaw) * Math.cos(pitch),
];

const places: Record<Layout, (extent: Extent) => Place> = {
  flat: ({ distance, width, height }) => (right, up) => [right * width, up * height, -distance],
  curved: ({ distance, width, height }) => (right, up) => {
    const yaw = (right * width) / distance;
    return [distance * Math.sin(yaw), up * height, -distance * Math.cos(yaw)];
  },
  half: ({ distance }) => (right, up) => onSphere(distance, right * Math.PI, up * Math.PI),
  full: ({ distance }) => (right, up) => onSphere(distance, right * 2 * Math.PI, up * Math.PI),
};

const finest: Record<Layout, [number, number]> = { flat: [1, 1], curved: [48, 1], half: [48, 32], full: [72, 40] };

function corners(columns: number, rows: number): number[] {
  const indices: number[] = [];
  for (let row = 0; row < rows; ++row) {
    for (let column = 0; column < columns; ++column) {
      const at = row * (columns + 1) + column;
      const above = at + columns + 1;
      indices.push(at, at + 1, above, above, at + 1, above + 1);
    }
  }
  return indices;
}

/** The surface that a picture is seen on, with the eye at the origin and ahead at -z. */
export function sheet(layout: Layout, extent: Extent, cutout: Cutout): BufferGeometry {
  const [columns, rows] = finest[layout];
  const place = places[layout](extent);
  const [points, pictures]: [number[], number[]] = [[], []];
  for (let row = 0; row <= rows; ++row) {
    for (let column = 0; column <= columns; ++column) {
      const [right, up] = [column / columns, row / rows];
      points.push(...place(right - 0.5, up - 0.5));
      pictures.push(cutout.left + right * cutout.width, cutout.bottom + up * cutout.height);
    }
  }
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new Float32BufferAttribute(points, 3));
  geometry.setAttribute('uv', new Float32BufferAttribute(pictures, 2));
  geometry.setIndex(corners(columns, rows));
  return geometry;
}
