import { Group, Mesh, MeshBasicMaterial, PlaneGeometry } from 'three';
import { paint } from './ink';
import { Tile, type TileSize, type TileUse } from './tile';

const radius = 2.1; // m: nearer plates tire the eyes
const gap = 0.05;
const choiceSize: TileSize = { width: 0.66, height: 0.3, letters: 0.062 };
const smallSize: TileSize = { width: 0.56, height: 0.15, letters: 0.046 };
const heights = { question: -0.48, first: -0.72, low: -1.25 }; // 13, 19 and 31 degrees below the eye

/** One row of a board. */
export interface Row {
  uses: TileUse[];
  isSmall?: boolean;
  isLow?: boolean; // out of the picture's way, whatever stands above
}

/** Sets something on the cylinder around the eye, turned towards it. */
function stand(thing: Group | Mesh, yaw: number, height: number): void {
  thing.rotation.order = 'YXZ';
  thing.position.set(radius * Math.sin(yaw), height, -radius * Math.cos(yaw));
  thing.rotation.set(Math.atan2(height, radius), -yaw, 0);
}

/** A question and rows of tiles below the picture, around the eye at arm's-length-and-more, locked to the world. */
export class Board {
  readonly group = new Group();
  tiles: Tile[] = [];
  /** The question's upper edge, in m from the eye's height at the board's distance; nothing is shown = -infinity. */
  top = -Infinity;
  #question: Mesh<PlaneGeometry, MeshBasicMaterial> | undefined;

  get distance(): number {
    return radius;
  }

  open(question: string, rows: Row[], language: string): void {
    this.clear();
    if (question) this.#ask(question, language);
    let height = heights.first;
    for (const { uses, isSmall, isLow } of rows) {
      const row = uses.map((use) => new Tile(use, isSmall ? smallSize : choiceSize, language));
      this.#lay(row, isLow ? heights.low : height);
      const highest = Math.max(0, ...row.map((tile) => tile.height));
      height -= highest / 2 + gap + smallSize.height / 2;
    }
  }

  clear(): void {
    for (const tile of this.tiles) tile.dispose();
    this.#question?.material.map?.dispose();
    this.#question?.material.dispose();
    this.#question?.geometry.dispose();
    this.#question = undefined;
    this.tiles = [];
    this.group.clear();
    this.top = -Infinity;
  }

  #ask(question: string, language: string): void {
    const plate = paint(question, { size: 0.068, wrapAt: 1.8, padding: 0.03, color: '#fdf6ea', back: 'rgba(10, 7, 4, 0.82)', weight: 600 }, language);
    const material = new MeshBasicMaterial({ map: plate.texture, transparent: true, depthTest: false, depthWrite: false, toneMapped: false });
    this.#question = new Mesh(new PlaneGeometry(plate.width, plate.height), material);
    this.#question.renderOrder = 19;
    const height = heights.question + plate.height / 2;
    stand(this.#question, 0, height);
    this.top = height + plate.height / 2;
    this.group.add(this.#question);
  }

  #lay(row: Tile[], height: number): void {
    const whole = row.reduce((sum, tile) => sum + tile.width + gap, -gap);
    let left = -whole / 2;
    for (const tile of row) {
      stand(tile.group, (left + tile.width / 2) / radius, height);
      left += tile.width + gap;
      this.tiles.push(tile);
      this.group.add(tile.group);
      this.top = Math.max(this.top, height + tile.height / 2);
    }
  }
}
