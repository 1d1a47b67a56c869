import { api, type FootagePiece, type HeardSignal, type Story, type StoryGraph } from '../../api/client';
import { attempt } from '../../ui/toasts.svelte';
import type { Walk } from '../../ui/walk.svelte';
import type { Play } from './play.svelte';

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
    play.whenBegun = () => void this.#replan();
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
    this.heard = isTakenBack ? others : [...others, { node, signal }];
  }

  /** Plans anew what comes behind the passage that begins. An answer that comes when the next choice is asked already is too late. */
  async #replan(): Promise<void> {
    const [walk, play] = [this.#walk!, this.#play!];
    const hasMore = walk.node.choices.length > 0;
    if (!this.isLed || this.heard.length === 0 || !hasMore) return;
    const [seen, signals] = [walk.path.map((step) => step.node), this.heard];
    this.heard = [];
    const anew = await attempt(() => api.replanStory(this.id, seen, signals));
    if (!anew) return;
    const isHere = walk.path.map((step) => step.node).join() === seen.join() && !play.isAsking && !play.isOver;
    const known = filesOf(walk.graph);
    const isPlayable = [...filesOf(anew.graph)].every((file) => known.has(file));
    const old = isHere && isPlayable ? this.id : anew.id;
    if (old !== anew.id) {
      walk.graph = anew.graph;
      this.id = anew.id;
      this.plans += 1;
    }
    // Of the plans on the way only the last is kept, beside the story as it was.
    if (old !== this.#first) await api.removeStory(old).catch(() => undefined);
  }
}
