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
  #last = ''; // the node that was put to the vote last
  #turn: Promise<unknown> = Promise.resolve();
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
  ask(node: StoryNode, language: string, seconds: number): Promise<void> {
    this.#wanted = node.id;
    return this.#inTurn(async (seat) => {
      if (this.#wanted !== node.id || node.choices.length < 2) return;
      const options = node.choices.map(({ id, label }) => ({ id, text: told(label, language).slice(0, longestText) }));
      await seat.ballot({ question: told(node.question, language).slice(0, longestText), options, seconds });
      this.#last = node.id;
      if (this.#wanted === node.id) this.#asked = node.id;
    });
  }

  /** Ends the vote, where there is one: its time is up, or it is asked no more. */
  close(): Promise<void> {
    return this.#inTurn(async (seat) => {
      if (seat.room.phase === 'voting') await seat.close();
    });
  }

  /** The node is left; what the room thinks of it does not count any more, and what was taken instead is told. */
  forget(taken: () => string): Promise<void> {
    const node = this.#wanted;
    this.#asked = this.#wanted = '';
    return this.#inTurn(async (seat) => {
      const choice = taken();
      if (choice) await this.#tell(seat, node, choice);
      else if (seat.room.phase === 'voting') await seat.close();
    });
  }

  /** A choice of this node was taken: those in the room are told where it is not theirs. */
  take(node: string, choice: string): Promise<void> {
    return this.#inTurn((seat) => this.#tell(seat, node, choice));
  }

  async #tell(seat: Seat, node: string, choice: string): Promise<void> {
    if (this.#last === node && seat.room.result?.option !== choice) await seat.close(choice);
  }

  /** One thing after the other, as they were done: a vote must not end the one behind it. */
  #inTurn(work: (seat: Seat) => Promise<void>): Promise<void> {
    const done = this.#turn.then(async () => {
      const { seat } = this;
      if (seat && this.isOpen) await attempt(() => work(seat));
    });
    this.#turn = done;
    return done;
  }

  #sit(seat: Seat): void {
    this.#unfollow();
    this.seat = seat;
    this.#unfollow = seat.follow();
  }
}
