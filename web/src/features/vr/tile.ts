import { Group, Mesh, MeshBasicMaterial, PlaneGeometry } from 'three';
import { paint, type Ink } from './ink';

export type TileState = 'plain' | 'hot' | 'picked';

const looks: Record<TileState, Pick<Ink, 'color' | 'back' | 'border'>> = {
  plain: { color: '#fdf6ea', back: 'rgba(20, 14, 8, 0.94)', border: '#c9a36a' },
  hot: { color: '#ffffff', back: 'rgba(78, 54, 22, 0.97)', border: '#ffd89a' },
  picked: { color: '#1d1206', back: '#f2b25c', border: '#ffd89a' },
};

/** What a tile is for; `id` is what a description of the scene calls it. */
export interface TileUse {
  id: string;
  label: string;
  onpick: () => void;
}

export interface TileSize {
  width: number;
  height: number;
  letters: number;
}

/** A plate with words that can be picked; a bar at its lower edge grows while it is looked at. */
export class Tile {
  readonly group = new Group();
  readonly face: Mesh<PlaneGeometry, MeshBasicMaterial>;
  readonly use: TileUse;
  #bar: Mesh<PlaneGeometry, MeshBasicMaterial>;
  #plates = new Map<TileState, ReturnType<typeof paint>>();
  #state: TileState | undefined;
  #paintIn: (state: TileState) => ReturnType<typeof paint>;

  constructor(use: TileUse, size: TileSize, language: string) {
    this.use = use;
    this.#paintIn = (state) =>
      paint(use.label, { size: size.letters, wrapAt: size.width - 0.07, width: size.width, height: size.height, padding: 0.02, ...looks[state] }, language);
    this.face = new Mesh(new PlaneGeometry(1, 1), new MeshBasicMaterial({ transparent: true, depthTest: false, depthWrite: false, toneMapped: false }));
    this.face.renderOrder = 20;
    this.face.userData.tile = this;
    this.#bar = new Mesh(new PlaneGeometry(1, 0.014), new MeshBasicMaterial({ color: 0xffd89a, transparent: true, depthTest: false, toneMapped: false }));
    this.#bar.renderOrder = 21;
    this.#bar.visible = false;
    this.group.add(this.face, this.#bar);
    this.state = 'plain';
    this.#bar.position.set(0, 0.035 - this.height / 2, 0.002);
  }

  get width(): number {
    return this.face.scale.x;
  }

  get height(): number {
    return this.face.scale.y;
  }

  set state(state: TileState) {
    if (state === this.#state) return;
    this.#state = state;
    let plate = this.#plates.get(state);
    if (!plate) this.#plates.set(state, (plate = this.#paintIn(state)));
    this.face.scale.set(plate.width, plate.height, 1);
    this.face.material.map = plate.texture;
    this.face.material.needsUpdate = true;
  }

  /** How much of the time has passed that it must be looked at, 0 .. 1. */
  set progress(share: number) {
    this.#bar.visible = share > 0;
    this.#bar.scale.x = Math.max(0.001, share * (this.width - 0.08));
  }

  dispose(): void {
    for (const plate of this.#plates.values()) plate.texture.dispose();
    for (const mesh of [this.face, this.#bar]) {
      mesh.geometry.dispose();
      mesh.material.dispose();
    }
  }
}
