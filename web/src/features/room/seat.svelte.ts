import { ApiError } from '../../api/client';
import { viewer } from '../../api/viewer.svelte';
import { t } from '../../locales/locale.svelte';
import { rooms, type Room, type RoomFilm, type RoomKind } from './rooms';

const pollMilliseconds = 5000;
const keyOf = (code: string): string => `cineloom.room.${code}`;
const openKey = (kind: RoomKind): string => `cineloom.room-open.${kind}`;

/** Why a seat is no more: the room has ended, or the host took the seat away. */
export type Ending = '' | 'over' | 'removed';

/** What the host is called: by their name, unless that means somebody else to whoever reads it. */
export function hostName(): string {
  const name = viewer.nameOf(viewer.id);
  return name === t('viewer.you') ? t('room.host_name') : name;
}

interface Kept {
  key: string;
  films: RoomFilm[]; // those that this member chose, so that they have titles after a reload
}

function keptOf(code: string): Kept | undefined {
  try {
    const kept = JSON.parse(sessionStorage.getItem(keyOf(code)) ?? 'null') as Kept | null;
    return kept?.key ? kept : undefined;
  } catch {
    return undefined; // somebody else's value under our key
  }
}

/** A member's place in a room, kept in this tab: what the room is like now, and what the member does in it. */
export class Seat {
  room = $state.raw() as Room;
  ending = $state<Ending>('');
  isBroken = $state(false); // the stream does not come through; the room is asked for every few seconds
  films = $state.raw<RoomFilm[]>([]);
  readonly code: string;
  readonly #key: string;
  #stop: () => void = () => undefined;

  private constructor(room: Room, kept: Kept) {
    this.code = room.code;
    this.room = room;
    this.films = kept.films;
    this.#key = kept.key;
    this.keepFilms(kept.films);
  }

  /** The seat that this tab has in a room; nothing where it has none (any more). Other failures are thrown. */
  static async kept(code: string): Promise<Seat | undefined> {
    const kept = keptOf(code);
    if (!kept) return undefined;
    try {
      return new Seat(await rooms.view(code, kept.key), kept);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return void sessionStorage.removeItem(keyOf(code));
      throw error;
    }
  }

  static async join(code: string, name: string): Promise<Seat> {
    const { key, room } = await rooms.join(code, name);
    return new Seat(room, { key, films: [] });
  }

  /** Whoever sits in front of the page becomes the host, with their history unless they keep it out of picks. */
  static async open(kind: RoomKind, name: string): Promise<Seat> {
    const { key, room } = await rooms.open(kind, viewer.isPersonal ? viewer.id : null, name);
    sessionStorage.setItem(openKey(kind), room.code);
    return new Seat(room, { key, films: [] });
  }

  /** The code of the room of this kind that this tab opened; empty = none. */
  static opened = (kind: RoomKind): string => sessionStorage.getItem(openKey(kind)) ?? '';

  get isHost(): boolean {
    return this.room.members.some((member) => member.is_host && member.number === this.room.you);
  }

  get hasWished(): boolean {
    return this.room.members.some((member) => member.number === this.room.you && member.has_wishes);
  }

  nameOf(number: number): string {
    return this.room.members.find((member) => member.number === number)?.name ?? '';
  }

  keepFilms(films: RoomFilm[]): void {
    this.films = films;
    sessionStorage.setItem(keyOf(this.code), JSON.stringify({ key: this.#key, films } satisfies Kept));
  }

  /** Follows the room until the returned function is called. */
  follow(): () => void {
    let stream = this.#stream();
    const poll = setInterval(() => {
      if (!this.isBroken) return;
      void this.look();
      if (stream.readyState === EventSource.CLOSED) stream = this.#stream();
    }, pollMilliseconds);
    this.#stop = () => {
      clearInterval(poll);
      stream.close();
    };
    return this.#stop;
  }

  wish = (wishes: Parameters<typeof rooms.wish>[2]): Promise<void> => this.#do(() => rooms.wish(this.code, this.#key, wishes));
  vote = (option: string): Promise<void> => this.#do(() => rooms.vote(this.code, this.#key, option));
  lock = (isLocked: boolean): Promise<void> => this.#do(() => rooms.lock(this.code, this.#key, isLocked));
  pick = (): Promise<void> => this.#do(() => rooms.pick(this.code, this.#key));
  ballot = (ballot: Parameters<typeof rooms.ballot>[2]): Promise<void> => this.#do(() => rooms.ballot(this.code, this.#key, ballot));
  close = (option = ''): Promise<void> => this.#do(() => rooms.close(this.code, this.#key, option));

  /** A guest goes; oneself leaves with it where it is oneself. */
  async remove(guest: number): Promise<void> {
    await rooms.remove(this.code, this.#key, guest);
    if (guest === this.room.you) this.#leave('removed');
    else await this.look();
  }

  async end(): Promise<void> {
    await rooms.end(this.code, this.#key);
    this.#leave('over');
  }

  #stream(): EventSource {
    const stream = new EventSource(`api/v1/rooms/${this.code}/events`);
    stream.addEventListener('open', () => {
      this.isBroken = false;
      void this.look(); // what happened before
    });
    stream.addEventListener('error', () => (this.isBroken = true));
    stream.addEventListener('room', ({ data }) => {
      const { revision, is_over: isOver } = JSON.parse(data as string) as { revision: number; is_over?: boolean };
      if (isOver) this.#leave('over');
      else if (revision > this.room.revision) void this.look();
    });
    return stream;
  }

  async #do(work: () => Promise<Room>): Promise<void> {
    try {
      this.#put(await work());
    } catch (error) {
      if (!(await this.#hasEnded(error))) throw error;
    }
  }

  /** Asks how the room stands; the server closes a vote whose time is up when it is asked. */
  async look(): Promise<void> {
    try {
      this.#put(await rooms.view(this.code, this.#key));
    } catch (error) {
      if (!(await this.#hasEnded(error))) this.isBroken = true;
    }
  }

  /** Answers may overtake each other; only a newer one counts. */
  #put(room: Room): void {
    if (room.revision >= this.room.revision) this.room = room;
  }

  /** A key that nobody has in a room that is still there was taken away. */
  async #hasEnded(error: unknown): Promise<boolean> {
    if (!(error instanceof ApiError) || error.status !== 404) return false;
    const isThere = await rooms.view(this.code).then(
      () => true,
      (other: unknown) => !(other instanceof ApiError && other.status === 404),
    );
    this.#leave(isThere ? 'removed' : 'over');
    return true;
  }

  #leave(ending: Ending): void {
    this.ending = ending;
    this.#stop();
    sessionStorage.removeItem(keyOf(this.code));
    for (const kind of ['picks', 'story'] as const) if (Seat.opened(kind) === this.code) sessionStorage.removeItem(openKey(kind));
  }
}
