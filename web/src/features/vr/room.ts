import { BackSide, CanvasTexture, CircleGeometry, Group, Mesh, MeshBasicMaterial, SphereGeometry, SRGBColorSpace, type Texture } from 'three';

const eyeHeight = 1.25; // m, of somebody who sits

function drawn(width: number, height: number, draw: (context: CanvasRenderingContext2D) => void): Texture {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  draw(canvas.getContext('2d')!);
  const texture = new CanvasTexture(canvas);
  texture.colorSpace = SRGBColorSpace;
  return texture;
}

function sky(context: CanvasRenderingContext2D): void {
  const colors = context.createLinearGradient(0, 0, 0, 512);
  for (const [at, color] of [[0, '#05060a'], [0.4, '#0e0d14'], [0.485, '#2a1f1b'], [0.5, '#3a2a20'], [0.503, '#15100d'], [1, '#070505']] as const) colors.addColorStop(at, color);
  context.fillStyle = colors;
  context.fillRect(0, 0, 8, 512);
}

/** A floor with rings that grow faint, so that the eye has something that stands still. */
function floor(context: CanvasRenderingContext2D): void {
  const colors = context.createRadialGradient(512, 512, 0, 512, 512, 512);
  for (const [at, color] of [[0, '#2c2018'], [0.4, '#1a130f'], [1, 'rgba(18, 13, 11, 0)']] as const) colors.addColorStop(at, color);
  context.fillStyle = colors;
  context.fillRect(0, 0, 1024, 1024);
  for (let ring = 1; ring <= 9; ++ring) {
    context.strokeStyle = `rgba(201, 163, 106, ${0.34 * (1 - ring / 10)})`;
    context.lineWidth = 2.5;
    context.beginPath();
    context.arc(512, 512, ring * 52, 0, 2 * Math.PI);
    context.stroke();
  }
}

/** The dark room around the screen: a sky with a horizon, and a floor. */
export class Room {
  readonly group = new Group();
  #meshes: Mesh<SphereGeometry | CircleGeometry, MeshBasicMaterial>[];

  constructor() {
    const above = new Mesh(new SphereGeometry(40, 24, 24), new MeshBasicMaterial({ map: drawn(8, 512, sky), side: BackSide, depthWrite: false, toneMapped: false }));
    above.renderOrder = -10;
    const below = new Mesh(new CircleGeometry(16, 48), new MeshBasicMaterial({ map: drawn(1024, 1024, floor), transparent: true, depthWrite: false, toneMapped: false }));
    below.renderOrder = -9;
    below.rotation.x = -Math.PI / 2;
    below.position.y = -eyeHeight;
    this.#meshes = [above, below];
    this.group.add(above, below);
  }

  dispose(): void {
    for (const { geometry, material } of this.#meshes) {
      geometry.dispose();
      material.map?.dispose();
      material.dispose();
    }
  }
}
