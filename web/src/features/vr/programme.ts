import { local, t, type Key } from '../../locales/locale.svelte';
import type { Walk } from '../../ui/walk.svelte';
import type { Play } from '../watch/play.svelte';
import type { Row } from './board';
import { after, layouts, seats, stereos, vrSettings } from './settings.svelte';
import type { TileUse } from './tile';

/** What a headset's viewer can do beside choosing. */
export interface Comfort {
  recentre: () => void;
  leave: () => void;
}

export interface Offer {
  question: string;
  rows: Row[];
  picked: string;
  choices: TileUse[]; // those that are the film's question
}

const sizes = [0.7, 0.85, 1, 1.2, 1.5];
const captionSizes = [1, 1.4, 1.8, 0.8];

/** The next size; after the last one none, then the first again. */
function changeCaptions(): void {
  if (!vrSettings.hasCaptions) [vrSettings.hasCaptions, vrSettings.captionScale] = [true, captionSizes[0]!];
  else if (vrSettings.captionScale === captionSizes.at(-1)) vrSettings.hasCaptions = false;
  else vrSettings.captionScale = after(captionSizes, vrSettings.captionScale);
}

/** What is offered in the headset at this moment: the same that the page offers, from the same state. */
export class Programme {
  isMenuOpen = false;
  #play: Play;
  #walk: Walk;
  #comfort: Comfort;

  constructor(play: Play, walk: Walk, comfort: Comfort) {
    this.#play = play;
    this.#walk = walk;
    this.#comfort = comfort;
  }

  offer(): Offer {
    if (this.isMenuOpen) return { question: '', rows: this.#menu(), picked: '', choices: [] };
    const { node } = this.#walk;
    const menu = { uses: [this.#use('menu', 'vr.menu', () => (this.isMenuOpen = true))], isSmall: true, isLow: true };
    if (!this.#play.hasBegun) return this.#plain('', [this.#use('begin', 'watch.start', () => void this.#play.start())], menu);
    if (this.#play.isOver && node.choices.length === 0) return this.#plain(t('watch.ending', { name: node.ending ? local(node.ending) : '' }), this.#again(), menu);
    return this.#play.isAsking ? this.#question(menu) : this.#plain('', [], menu);
  }

  #plain(question: string, uses: TileUse[], menu: Row): Offer {
    return { question, rows: [{ uses }, menu], picked: '', choices: [] };
  }

  #question(menu: Row): Offer {
    const { node } = this.#walk;
    const choices = node.choices.map((choice) => ({ id: `choice:${choice.id}`, label: local(choice.label), onpick: () => this.#play.pick(choice.id) }));
    const rows: Row[] = [{ uses: choices }];
    const { secondsLeft } = this.#play;
    if (secondsLeft > 0) {
      const label = t('watch.more_time', { seconds: Math.ceil(secondsLeft / 5) * 5 });
      rows.push({ uses: [{ id: 'more_time', label, onpick: () => this.#play.giveTime() }], isSmall: true });
    }
    return { question: local(node.question) || t('watch.choose'), rows: [...rows, menu], picked: this.#play.picked && `choice:${this.#play.picked}`, choices };
  }

  #again(): TileUse[] {
    return [this.#use('again', 'watch.again', () => this.#play.restart()), this.#use('back', 'watch.back', () => this.#play.back())];
  }

  #menu(): Row[] {
    const toggle = (): void => this.#play.togglePause();
    const then = (change: () => void) => (): void => {
      change();
      vrSettings.keep();
    };
    const setting = (id: string, label: string, change: () => void): TileUse => ({ id, label, onpick: then(change) });
    return [
      { isSmall: true, uses: [this.#use('pause', this.#play.footage.front.paused ? 'watch.play' : 'watch.pause', toggle), this.#use('recentre', 'vr.recentre', this.#comfort.recentre), this.#use('leave', 'vr.leave', this.#comfort.leave)] },
      {
        isSmall: true,
        uses: [
          setting('layout', `${t('vr.layout')}: ${t(`vr_layout.${vrSettings.layout}`)}`, () => (vrSettings.layout = after(layouts, vrSettings.layout))),
          setting('stereo', t(`vr_stereo.${vrSettings.stereo}`), () => (vrSettings.stereo = after(stereos, vrSettings.stereo))),
          setting('seat', `${t('vr.seat')}: ${t(`vr_seat.${vrSettings.seat}`)}`, () => (vrSettings.seat = after(seats, vrSettings.seat))),
        ],
      },
      {
        isSmall: true,
        uses: [
          setting('size', t('vr.size_now', { size: vrSettings.scale }), () => (vrSettings.scale = after(sizes, vrSettings.scale))),
          setting('captions', vrSettings.hasCaptions ? t('vr.captions_now', { size: vrSettings.captionScale }) : t('vr.captions_off'), changeCaptions),
          this.#use('close', 'vr.close', () => (this.isMenuOpen = false)),
        ],
      },
    ];
  }

  #use(id: string, key: Key, onpick: () => void): TileUse {
    return { id, label: t(key), onpick };
  }
}
