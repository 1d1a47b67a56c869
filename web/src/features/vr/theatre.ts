import { Group, Matrix4, PerspectiveCamera, Quaternion, Scene, Vector3, WebGLRenderer } from 'three';
import { locale } from '../../locales/locale.svelte';
import type { Walk } from '../../ui/walk.svelte';
import type { Play } from '../watch/play.svelte';
import { Board } from './board';
import { Captions } from './captions';
import { LookAround } from './look-around';
import { Pointers } from './pointers';
import { Programme, type Offer } from './programme';
import { Room } from './room';
import { isDome, Screen } from './screen';
import { vrSettings } from './settings.svelte';
import { Voice } from './voice';

const turnedAway = 0.9; // radians from a board that is out of sight then

const around = (angle: number): number => Math.atan2(Math.sin(angle), Math.cos(angle)); // -pi .. pi

/** A cinema around the viewer that shows what the page plays: in a headset, or on the page to look around in. */
export class Theatre {
  readonly canvas = document.createElement('canvas');
  onleft: () => void = () => undefined;
  #play: Play;
  #programme: Programme;
  #renderer: WebGLRenderer;
  #scene = new Scene();
  #camera = new PerspectiveCamera(62, 16 / 9, 0.05, 100);
  #seat = new Group(); // the eye's height and direction when somebody sat down; nothing but recentring moves it
  #parts = { room: new Room(), screen: new Screen(), captions: new Captions(), board: new Board() };
  #pointers: Pointers;
  #voice = new Voice();
  #lookAround: LookAround;
  #shown = '';
  #question = '';
  #picked = '';
  #mustCentre = true;
  #lastMs = 0;
  #head = { position: new Vector3(), direction: new Vector3(0, 0, -1) };

  constructor(play: Play, walk: Walk) {
    this.#play = play;
    this.#programme = new Programme(play, walk, { recentre: () => this.recentre(), leave: () => void this.#renderer.xr.getSession()?.end() });
    this.#renderer = new WebGLRenderer({ canvas: this.canvas, antialias: true });
    this.#renderer.xr.enabled = true;
    this.#renderer.xr.setReferenceSpaceType('local');
    this.#renderer.xr.addEventListener('sessionend', () => this.#left());
    this.#scene.add(this.#seat, this.#camera);
    this.#camera.layers.enable(1); // on the page one sees what the left eye would
    for (const part of Object.values(this.#parts)) this.#seat.add(part.group);
    this.#pointers = new Pointers(this.#renderer, this.#scene);
    this.#lookAround = new LookAround(this.canvas, this.#camera, this.#renderer);
    this.#renderer.setAnimationLoop((time, frame?: XRFrame) => this.#draw(time, frame));
  }

  /** Asks for the headset; to be called from a click. */
  async enter(): Promise<void> {
    const session = await navigator.xr!.requestSession('immersive-vr', { optionalFeatures: ['hand-tracking'] });
    session.addEventListener('visibilitychange', () => session.visibilityState === 'hidden' && this.#play.footage.front.pause());
    this.recentre();
    await this.#renderer.xr.setSession(session);
    this.#renderer.xr.getReferenceSpace()?.addEventListener('reset', () => this.recentre());
  }

  /** Puts the cinema in front of where somebody looks now. */
  recentre(): void {
    this.#mustCentre = true;
  }

  dispose(): void {
    this.#renderer.setAnimationLoop(null);
    void this.#renderer.xr.getSession()?.end();
    this.#voice.stop();
    this.#lookAround.stop();
    this.#parts.board.clear();
    for (const part of [this.#parts.room, this.#parts.screen, this.#parts.captions, this.#pointers, this.#renderer]) part.dispose();
    this.canvas.remove();
  }

  #left(): void {
    this.#voice.stop();
    this.#programme.isMenuOpen = false;
    this.#camera.position.set(0, 0, 0);
    this.#camera.rotation.set(0, 0, 0);
    this.recentre();
    this.onleft();
  }

  #draw(time: number, frame?: XRFrame): void {
    const passedMs = Math.min(300, time - this.#lastMs);
    this.#lastMs = time;
    if (!this.#findHead(frame)) return;
    if (this.#mustCentre) this.#centre();
    const { screen, captions, board } = this.#parts;
    screen.show(this.#play.footage.front);
    this.#play.watchTime(); // a page that is not seen is told the time less often
    const yaw = this.#yaw();
    this.#offer(Boolean(frame), yaw);
    captions.update(this.#play.footage.front, screen, board, yaw, locale.language);
    if (this.canvas.dataset.caption !== captions.text) this.canvas.dataset.caption = captions.text;
    if (frame) this.#pointers.update({ origin: this.#head.position, direction: this.#head.direction }, passedMs);
    for (const tile of board.tiles) tile.state = tile.use.id === this.#picked ? 'picked' : this.#pointers.hot.has(tile.use.id) ? 'hot' : 'plain';
    this.#renderer.render(this.#scene, this.#camera);
  }

  /** Where the head is and looks; false while the headset does not know. */
  #findHead(frame?: XRFrame): boolean {
    if (!frame) {
      this.#camera.getWorldPosition(this.#head.position);
      this.#camera.getWorldDirection(this.#head.direction);
      return true;
    }
    const space = this.#renderer.xr.getReferenceSpace();
    const pose = space && frame.getViewerPose(space);
    if (!pose) return false;
    const matrix = new Matrix4().fromArray(pose.transform.matrix);
    this.#head.position.setFromMatrixPosition(matrix);
    this.#head.direction.set(0, 0, -1).applyQuaternion(new Quaternion().setFromRotationMatrix(matrix));
    return true;
  }

  #centre(): void {
    this.#mustCentre = false;
    this.#seat.position.copy(this.#head.position);
    this.#seat.rotation.y = Math.atan2(-this.#head.direction.x, -this.#head.direction.z);
    this.#seat.updateMatrixWorld(true);
    this.#shown = '';
  }

  /** Where somebody looks, in radians from straight ahead; to the left is positive. */
  #yaw(): number {
    return around(Math.atan2(-this.#head.direction.x, -this.#head.direction.z) - this.#seat.rotation.y);
  }

  /** Shows what can be picked now; on the page its own buttons do that. */
  #offer(isInHeadset: boolean, yaw: number): void {
    const { board } = this.#parts;
    if (!isInHeadset) return void (board.tiles.length && this.#clear());
    const offer = this.#programme.offer();
    this.#picked = offer.picked;
    const shown = JSON.stringify([offer.question, offer.rows.map((row) => row.uses), locale.language, vrSettings.layout]);
    const away = Math.abs(around(yaw - board.group.rotation.y));
    if (shown === this.#shown && (away < turnedAway || this.#pointers.hot.size > 0)) return;
    const isNew = offer.question !== this.#question;
    board.group.rotation.y = isDome(vrSettings.layout) || Math.abs(yaw) > turnedAway ? yaw : 0;
    board.open(offer.question, offer.rows, locale.language);
    this.#pointers.show(board.tiles, !isNew);
    [this.#shown, this.#question] = [shown, offer.question];
    this.#describe(offer);
    if (isNew) this.#listen(offer);
  }

  #clear(): void {
    this.#parts.board.clear();
    this.#pointers.show([], false);
    [this.#shown, this.#question] = ['', ''];
    delete this.canvas.dataset.scene;
  }

  /** Says what stands where, for programs that read the scene to somebody, or point for them. */
  #describe(offer: Offer): void {
    this.#seat.updateMatrixWorld(true);
    const things = this.#parts.board.tiles.map((tile) => {
      const { x, y, z } = tile.group.getWorldPosition(new Vector3());
      return { id: tile.use.id, label: tile.use.label, at: [x, y, z], width: tile.width, height: tile.height };
    });
    const { distance, width } = this.#parts.screen.extent;
    const screen = { layout: vrSettings.layout, distance, width, eyes: this.#parts.screen.group.children.length };
    this.canvas.dataset.scene = JSON.stringify({ question: offer.question, screen, ahead: this.#seat.rotation.y, things });
  }

  #listen({ choices }: Offer): void {
    if (!vrSettings.hasVoice || choices.length < 2) return this.#voice.stop();
    this.#voice.listen(locale.language, choices.map((choice) => choice.label), (index) => choices[index]!.onpick());
  }
}
