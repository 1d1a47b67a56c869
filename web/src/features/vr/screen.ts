import { DoubleSide, Group, Mesh, MeshBasicMaterial, SRGBColorSpace, VideoTexture } from 'three';
import { vrSettings, type Layout, type Seat, type Stereo } from './settings.svelte';
import { sheet, wholePicture, type Cutout, type Extent } from './sheets';

const distances: Record<Seat, number> = { front: 3.4, middle: 5, back: 8 };
const widthOf = 5; // m, at scale 1: 73, 53 and 35 degrees from the three seats
const domeRadius = 18;
const lift = 0.05; // of the distance: the questions stand below the picture

// three shows layer 1 to the left eye only and layer 2 to the right.
const [leftEye, rightEye] = [1, 2];
const eyes: Record<Stereo, { layer: number; cutout: Cutout }[]> = {
  mono: [{ layer: 0, cutout: wholePicture }],
  side_by_side: [
    { layer: leftEye, cutout: { left: 0, bottom: 0, width: 0.5, height: 1 } },
    { layer: rightEye, cutout: { left: 0.5, bottom: 0, width: 0.5, height: 1 } },
  ],
  top_bottom: [
    { layer: leftEye, cutout: { left: 0, bottom: 0.5, width: 1, height: 0.5 } },
    { layer: rightEye, cutout: { left: 0, bottom: 0, width: 1, height: 0.5 } },
  ],
};

/** Width over height of what one eye sees. Two pictures that share a frame of usual shape were squeezed for it. */
export function aspectOf(video: HTMLVideoElement, stereo: Stereo): number {
  const whole = video.videoHeight > 0 ? video.videoWidth / video.videoHeight : 16 / 9;
  if (stereo === 'side_by_side' && whole > 2.6) return whole / 2;
  if (stereo === 'top_bottom' && whole < 1.3) return whole * 2;
  return whole;
}

export const isDome = (layout: Layout): boolean => layout === 'half' || layout === 'full';

/** Where the film is seen: a surface for each eye, and the textures of the two elements that it is played on. */
export class Screen {
  readonly group = new Group();
  extent: Extent = { distance: distances.middle, width: widthOf, height: (widthOf * 9) / 16 };
  #material = new MeshBasicMaterial({ side: DoubleSide, toneMapped: false });
  #textures = new Map<HTMLVideoElement, VideoTexture>();
  #built = '';
  #shownAt = -1;

  /** To be called for each frame with the element that is seen; builds anew what the settings changed. */
  show(video: HTMLVideoElement): void {
    const aspect = aspectOf(video, vrSettings.stereo);
    const wanted = [vrSettings.layout, vrSettings.stereo, vrSettings.seat, vrSettings.scale, aspect.toFixed(3)].join();
    if (wanted !== this.#built) this.#build(wanted, aspect);
    if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    const texture = this.#textureOf(video);
    if (this.#material.map !== texture) {
      this.#material.map = texture;
      this.#material.needsUpdate = true;
    } else if (video.currentTime === this.#shownAt) return;
    this.#shownAt = video.currentTime;
    // Frames of a headset's session do not come with the page's, which the texture waits for by itself.
    texture.needsUpdate = true;
  }

  dispose(): void {
    this.#clear();
    for (const texture of this.#textures.values()) texture.dispose();
    this.#material.dispose();
  }

  #build(wanted: string, aspect: number): void {
    this.#clear();
    this.#built = wanted;
    this.group.position.y = isDome(vrSettings.layout) ? 0 : distances[vrSettings.seat] * lift;
    const width = widthOf * vrSettings.scale;
    const distance = isDome(vrSettings.layout) ? domeRadius : distances[vrSettings.seat];
    this.extent = { distance, width, height: width / aspect };
    for (const { layer, cutout } of eyes[vrSettings.stereo]) {
      const mesh = new Mesh(sheet(vrSettings.layout, this.extent, cutout), this.#material);
      mesh.layers.set(layer);
      this.group.add(mesh);
    }
  }

  #clear(): void {
    for (const mesh of this.group.children) (mesh as Mesh).geometry.dispose();
    this.group.clear();
  }

  #textureOf(video: HTMLVideoElement): VideoTexture {
    let texture = this.#textures.get(video);
    if (!texture) {
      texture = new VideoTexture(video);
      texture.colorSpace = SRGBColorSpace;
      this.#textures.set(video, texture);
    }
    return texture;
  }
}
