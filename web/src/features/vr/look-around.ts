import type { PerspectiveCamera, WebGLRenderer } from 'three';

const turn = 0.06; // radians a key press

/** The room on the page: its size follows the place it stands in, and dragging or the arrow keys turn the view. */
export class LookAround {
  #canvas: HTMLCanvasElement;
  #camera: PerspectiveCamera;
  #renderer: WebGLRenderer;
  #observer = new ResizeObserver(() => this.#fit());

  constructor(canvas: HTMLCanvasElement, camera: PerspectiveCamera, renderer: WebGLRenderer) {
    [this.#canvas, this.#camera, this.#renderer] = [canvas, camera, renderer];
    camera.rotation.order = 'YXZ';
    canvas.addEventListener('pointerdown', (event) => canvas.setPointerCapture(event.pointerId));
    canvas.addEventListener('pointermove', (event) => event.buttons && this.#turn(event.movementX * 0.004, event.movementY * 0.004));
    canvas.addEventListener('keydown', (event) => this.#pressed(event));
    this.#observer.observe(canvas);
  }

  stop(): void {
    this.#observer.disconnect();
  }

  #fit(): void {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (this.#renderer.xr.isPresenting || !width || !height) return;
    this.#renderer.setPixelRatio(Math.min(2, devicePixelRatio));
    this.#renderer.setSize(width, height, false);
    this.#camera.aspect = width / height;
    this.#camera.updateProjectionMatrix();
  }

  #turn(yaw: number, pitch: number): void {
    const { rotation } = this.#camera;
    rotation.y += yaw;
    rotation.x = Math.max(-1.5, Math.min(1.5, rotation.x + pitch));
  }

  #pressed(event: KeyboardEvent): void {
    const steps: Record<string, [number, number]> = { ArrowLeft: [turn, 0], ArrowRight: [-turn, 0], ArrowUp: [0, turn], ArrowDown: [0, -turn] };
    const step = steps[event.key];
    if (!step) return;
    event.preventDefault();
    this.#turn(...step);
  }
}
