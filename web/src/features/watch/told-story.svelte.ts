import { api, type FootagePiece, type HeardSignal, type Story, type StoryGraph } from '../../api/client';
import type { Walk } from '../../ui/walk.svelte';
import type { Play } from './play.svelte';

const most = 200; // signals that are kept; the oldest say least
const ledKey = 'cineloom.story-led';
const filesOf = (graph: StoryGraph): Set<string> => new Set(graph.nodes.flatMap((node) => node.footage.map((piece) => piece.url ?? '')));

/** A written story that is played with a film's pictures: what its viewer does while it plays leads how it goes on. */
export class ToldStory {
  isLed = $state(localStorage.getItem(ledKey) !== 'no');
  heard = $state.raw<HeardSignal[]>([]); // since the rest was planned last
  plans = $state(0); // made for this viewer so far
  id = $state('');
  readonly language: string;
  readonly #first: string; // the story as it was opened: it stays
  #walk: Walk | undefined;
  #play: Play | undefined;

  constructor(story: Story) {
    this.id = this.#first = story.id;
    this.language = story.request.language ?? 'en';
  }

  attach(walk: Walk, play: Play): void {
    [this.#walk, this.#play] = [walk, play];
    play.footage.narrator = (pieces: FootagePiece[]) => walk.graph.nodes.find((node) => node.footage === pieces)?.text ?? '';
    play.language = 'told';
    play.footage.front.muted = true; // its voices say the film's words, not the story's
    play.whenHeard = (signal, node) => this.hear(signal, node);
    play.whenGoneOn = () => void this.#replan();
  }

  lead(isLed: boolean): void {
    this.isLed = isLed;
    this.heard = [];
    localStorage.setItem(ledKey, isLed ? 'yes' : 'no');
  }

  said(signal: HeardSignal['signal']): boolean {
    return this.heard.some((one) => one.node === this.#walk?.node.id && one.signal === signal);
  }

  /** What is liked is said once for a passage, and taken back by saying it again; what is done is heard as often as it is. */
  hear(signal: HeardSignal['signal'], node = this.#walk?.node.id ?? ''): void {
    if (!this.isLed) return;
    const isVerdict = signal === 'like' || signal === 'dislike';
    const isTakenBack = isVerdict && this.said(signal);
    const others = isVerdict ? this.heard.filter((one) => one.node !== node || (one.signal !== 'like' && one.signal !== 'dislike')) : this.heard;
    this.heard = isTakenBack ? others : [...others, { node, signal }].slice(-most);
  }

  /** Plans anew what comes behind the passage that begins. An answer that comes when the next choice is asked already is too late. */
  async #replan(): Promise<void> {
    const [walk, play] = [this.#walk!, this.#play!];
    const hasMore = walk.node.choices.length > 0;
    if (!this.isLed || this.heard.length === 0 || !hasMore) return;
    const [seen, signals, known] = [walk.path.map((step) => step.node), this.heard, filesOf(walk.graph)];
    this.heard = [];
    const anew = await api.replanStory(this.id, seen, signals).catch(() => undefined); // then it goes on as it was planned
    const isHere = walk.path.map((step) => step.node).join() === seen.join() && !play.isOver && !play.isAsking;
    const isPlayable = anew !== undefined && [...filesOf(anew.graph)].every((file) => known.has(file));
    if (!anew || !isHere || !isPlayable) {
      this.heard = [...signals, ...this.heard].slice(-most);
      return this.#drop(anew?.id ?? '');
    }
    const old = this.id;
    walk.graph = anew.graph;
    this.id = anew.id;
    this.plans += 1;
    await this.#drop(old);
  }

  /** Of the plans on the way only the last is kept, beside the story as it was. */
  async #drop(plan: string): Promise<void> {
    if (plan && plan !== this.#first) await api.removeStory(plan).catch(() => undefined);
  }
}
