import { Group, Mesh, MeshBasicMaterial, PlaneGeometry } from 'three';
import { paint } from './ink';
import type { Board } from './board';
import { isDome, type Screen } from './screen';
import { vrSettings } from './settings.svelte';

const domeDistance = 4; // m
const lettersAt = 0.03; // of the distance: 1.7 degrees
const followShare = 0.06; // of the way to where the head looks, in each frame

/** What is said just now, on the picture's lower edge; in a dome below where one looks, following slowly. */
export class Captions {
  readonly group = new Group();
  text = '';
  #mesh = new Mesh(new PlaneGeometry(1, 1), new MeshBasicMaterial({ transparent: true, depthTest: false, depthWrite: false, toneMapped: false }));
  #written = '';
  #yaw = 0;

  constructor() {
    this.#mesh.renderOrder = 10;
    this.#mesh.visible = false;
    this.group.add(this.#mesh);
  }

  /** `yaw`: where somebody looks, in radians from straight ahead; to the left is positive. */
  update(video: HTMLVideoElement, screen: Screen, board: Board, yaw: number, language: string): void {
    const cues = video.querySelector('track')?.track.activeCues;
    this.text = cues && vrSettings.hasCaptions ? [...cues].map((cue) => (cue as VTTCue).text).join('\n') : '';
    this.#mesh.visible = this.text !== '';
    if (!this.text) return;
    const distance = isDome(vrSettings.layout) ? domeDistance : screen.extent.distance * 0.98;
    this.#write(distance, language);
    this.#place(distance, screen, board, yaw);
  }

  dispose(): void {
    this.#mesh.material.map?.dispose();
    this.#mesh.material.dispose();
    this.#mesh.geometry.dispose();
  }

  #write(distance: number, language: string): void {
    const wanted = [this.text, vrSettings.captionScale, distance, language].join('|');
    if (wanted === this.#written) return;
    this.#written = wanted;
    this.#mesh.material.map?.dispose();
    // Written at one size and scaled, so that the letters are as sharp at any distance.
    const size = 0.06;
    const plate = paint(this.text, { size, wrapAt: size * 24, padding: 0.02, color: '#ffffff', back: 'rgba(0, 0, 0, 0.72)' }, language);
    this.#mesh.material.map = plate.texture;
    this.#mesh.material.needsUpdate = true;
    const scale = (distance * lettersAt * vrSettings.captionScale) / size;
    this.#mesh.scale.set(plate.width * scale, plate.height * scale, 1);
  }

  #place(distance: number, screen: Screen, board: Board, yaw: number): void {
    const isInDome = isDome(vrSettings.layout);
    this.#yaw = isInDome ? this.#yaw + (yaw - this.#yaw) * followShare : 0;
    const usual = isInDome ? -distance * 0.27 : screen.group.position.y - screen.extent.height * 0.43;
    const aboveBoard = (board.top / board.distance + 0.03) * distance;
    const bottom = Math.max(usual, aboveBoard);
    const height = bottom + this.#mesh.scale.y / 2;
    this.group.rotation.y = this.#yaw;
    this.#mesh.position.set(0, height, -distance);
    this.#mesh.rotation.x = isInDome ? Math.atan2(height, distance) : 0;
  }
}
