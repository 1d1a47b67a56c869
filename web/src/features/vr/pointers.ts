import { BoxGeometry, Mesh, MeshBasicMaterial, Raycaster, RingGeometry, Vector3, type Scene, type WebGLRenderer, type XRTargetRaySpace } from 'three';
import { vrSettings } from './settings.svelte';
import type { Tile } from './tile';

const rayLength = 1.6; // m
const restMs = 600; // before looking counts: what appears where somebody looks is not chosen at once

/** A controller, a hand, or whatever else points: its ray and what it was pressed on. */
interface Pointer {
  space: XRTargetRaySpace;
  line: Mesh<BoxGeometry, MeshBasicMaterial>;
  source: XRInputSource | undefined;
  pressed: string;
}

/** Where the eyes look from and to. */
export interface Gaze {
  origin: Vector3;
  direction: Vector3;
}

/**
 * Picks tiles by three ways that need no learning: looking long enough, a controller's trigger, a pinch. What is pressed
 * counts when it is let go, unless another tile is pointed at by then. Looking counts only while nothing else points.
 */
export class Pointers {
  /** The tiles that something points at or looks at. */
  hot = new Set<string>();
  #caster = new Raycaster();
  #pointers: Pointer[];
  #reticle = new Mesh(new RingGeometry(0.011, 0.016, 24), new MeshBasicMaterial({ color: 0xffffff, transparent: true, opacity: 0.85, depthTest: false, toneMapped: false }));
  #tiles: Tile[] = [];
  #looked = { id: '', ms: 0, isSpent: false };
  #openMs = 0;

  constructor(renderer: WebGLRenderer, scene: Scene) {
    this.#pointers = [0, 1].map((index) => this.#pointer(renderer.xr.getController(index), scene));
    this.#reticle.renderOrder = 30;
    this.#reticle.visible = false;
    scene.add(this.#reticle);
  }

  /** To be called when other tiles are shown. */
  show(tiles: Tile[], isSameQuestion: boolean): void {
    this.#tiles = tiles;
    if (isSameQuestion) return;
    this.#openMs = 0;
    this.#looked = { id: '', ms: 0, isSpent: false };
    for (const pointer of this.#pointers) pointer.pressed = '';
  }

  /** To be called for each frame, `passedMs` after the last. */
  update(gaze: Gaze, passedMs: number): void {
    this.#openMs += passedMs;
    const before = this.hot;
    this.hot = new Set();
    for (const pointer of this.#pointers) this.#point(pointer, before);
    this.#look(gaze, passedMs);
    for (const tile of this.#tiles) tile.progress = tile.use.id === this.#looked.id && !this.#looked.isSpent ? this.#looked.ms / vrSettings.dwellMs : 0;
  }

  dispose(): void {
    for (const mesh of [this.#reticle, ...this.#pointers.map((pointer) => pointer.line)]) {
      mesh.geometry.dispose();
      mesh.material.dispose();
    }
  }

  #pointer(space: XRTargetRaySpace, scene: Scene): Pointer {
    const line = new Mesh(new BoxGeometry(0.004, 0.004, rayLength), new MeshBasicMaterial({ color: 0xf2b25c, transparent: true, opacity: 0.6, toneMapped: false }));
    line.position.z = -rayLength / 2;
    line.renderOrder = 25;
    const pointer: Pointer = { space, line, source: undefined, pressed: '' };
    space.add(line);
    scene.add(space);
    space.addEventListener('connected', ({ data }) => {
      pointer.source = data;
      line.visible = data.targetRayMode === 'tracked-pointer';
    });
    space.addEventListener('disconnected', () => (pointer.source = undefined));
    space.addEventListener('selectstart', () => (pointer.pressed = this.#under(pointer)?.use.id ?? ''));
    space.addEventListener('selectend', () => this.#release(pointer));
    return pointer;
  }

  #release(pointer: Pointer): void {
    const { pressed } = pointer;
    pointer.pressed = '';
    const under = this.#under(pointer);
    // A hand that opens points a little lower than it did: beside all tiles is still the one that was pressed.
    if (pressed && (!under || under.use.id === pressed)) this.#tiles.find((tile) => tile.use.id === pressed)?.use.onpick();
  }

  #point(pointer: Pointer, before: Set<string>): void {
    if (pointer.source?.targetRayMode !== 'tracked-pointer') return;
    const tile = this.#under(pointer);
    if (!tile) return;
    this.hot.add(tile.use.id);
    if (!before.has(tile.use.id)) void pointer.source.gamepad?.hapticActuators?.[0]?.playEffect?.('dual-rumble', { duration: 20, strongMagnitude: 0.3, weakMagnitude: 0.3 });
  }

  #under(pointer: Pointer): Tile | undefined {
    pointer.space.updateWorldMatrix(true, false);
    this.#caster.setFromXRController(pointer.space);
    return this.#hit();
  }

  #hit(): Tile | undefined {
    const [first] = this.#caster.intersectObjects(this.#tiles.map((tile) => tile.face), false);
    return first?.object.userData.tile as Tile | undefined;
  }

  #look({ origin, direction }: Gaze, passedMs: number): void {
    const isAlone = vrSettings.dwellMs > 0 && !this.#pointers.some((pointer) => pointer.source?.targetRayMode === 'tracked-pointer');
    this.#reticle.visible = isAlone && this.#tiles.length > 0;
    if (!isAlone) return;
    this.#reticle.position.copy(origin).addScaledVector(direction, 2);
    this.#reticle.lookAt(origin);
    this.#caster.set(origin, direction);
    const tile = this.#hit();
    if (!tile || this.#openMs < restMs) return void (this.#looked = { id: '', ms: 0, isSpent: false });
    if (tile.use.id !== this.#looked.id) this.#looked = { id: tile.use.id, ms: 0, isSpent: false };
    this.hot.add(tile.use.id);
    this.#dwell(tile, passedMs);
  }

  #dwell(tile: Tile, passedMs: number): void {
    this.#looked.ms += passedMs;
    if (this.#looked.isSpent || this.#looked.ms < vrSettings.dwellMs) return;
    this.#looked.isSpent = true; // once; to do it again one looks away first
    tile.use.onpick();
  }
}
