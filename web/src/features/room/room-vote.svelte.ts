import type { StoryNode } from '../../api/client';
import { told } from '../../locales/locale.svelte';
import { attempt } from '../../ui/toasts.svelte';
import { hostName, Seat } from './seat.svelte';

const longestText = 400; // of a question or an option

/** A room that votes on the choices of what this page plays or tells. */
export class RoomVote {
  seat = $state.raw<Seat>();
  #asked = $state(''); // the node whose choices are put to the vote
  #wanted = ''; // the node whose choices are open here; asking takes its time
  #unfollow: () => void = () => undefined;

  /** Comes back to the room that this tab has open, where it has one. */
  async resume(): Promise<void> {
    const code = Seat.opened('story');
    const kept = code ? await attempt(() => Seat.kept(code)) : undefined;
    if (kept?.isHost) this.#sit(kept);
  }

  async open(): Promise<void> {
    this.#sit(await Seat.open('story', hostName()));
  }

  leave(): void {
    void this.close();
    this.#unfollow();
    this.seat = undefined;
  }

  get isOpen(): boolean {
    return this.seat !== undefined && this.seat.ending === '';
  }

  /** Whether the room is voting on this node. */
  isVoting(node: string): boolean {
    return this.isOpen && this.#asked === node && this.seat?.room.phase === 'voting';
  }

  /** Votes so far by choice; nothing where this node is not put to the vote. */
  countsOf(node: string): Map<string, number> | undefined {
    if (!this.isOpen || this.#asked !== node) return undefined;
    return new Map(this.seat?.room.ballot?.options.map((option) => [option.id, option.votes]));
  }

  /** What the room chose of this node; empty as long as it has not. */
  chosenOf(node: string): string {
    return this.isOpen && this.#asked === node && this.seat?.room.phase === 'decided' ? (this.seat.room.result?.option ?? '') : '';
  }

  /** Puts the choices of a node to the vote; without seconds until everybody voted. */
  async ask(node: StoryNode, language: string, seconds: number): Promise<void> {
    const { seat } = this;
    if (!seat || !this.isOpen || node.choices.length < 2) return;
    this.#wanted = node.id;
    const options = node.choices.map(({ id, label }) => ({ id, text: told(label, language).slice(0, longestText) }));
    const isAsked = await attempt(async () => {
      await seat.ballot({ question: told(node.question, language).slice(0, longestText), options, seconds });
      return true;
    });
    if (!isAsked) return;
    if (this.#wanted === node.id) this.#asked = node.id;
    else if (!this.#wanted) await this.close();
  }

  /** Ends the vote, where there is one: its time is up, or the host chose. */
  async close(): Promise<void> {
    const { seat } = this;
    if (seat?.room.phase === 'voting' && this.isOpen) await attempt(() => seat.close());
  }

  /** The node is left; what the room thinks of it does not count any more. */
  async forget(): Promise<void> {
    this.#asked = this.#wanted = '';
    await this.close();
  }

  #sit(seat: Seat): void {
    this.#unfollow();
    this.seat = seat;
    this.#unfollow = seat.follow();
  }
}
