import { send } from '../../api/client';
import type { components } from '../../api/schema';

type Schemas = components['schemas'];
export type Room = Schemas['Room'];
export type RoomKind = Schemas['RoomKind'];
export type RoomFilm = Schemas['RoomFilm'];
export type RoomOption = Schemas['RoomOption'];
export type RoomWishes = Schemas['RoomWishes'];
export type RoomPick = Room['picks'][number];
type Joined = Schemas['RoomJoined'];

/** Bounds of what a member may say, as the contract has them. */
export const most = { liked: 12, vetoed: 24, without: 12, mood: 400, name: 40 };

async function ask<T>(method: string, path: string, key = '', body?: unknown): Promise<T> {
  const response = await send(method, `/rooms${path}`, body, key ? { 'X-Cineloom-Member': key } : {});
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** The rooms of api/openapi.yaml; `key` is a member's. */
export const rooms = {
  open: (kind: RoomKind, viewer: string | null, name: string) => ask<Joined>('POST', '', '', { kind, viewer, name }),
  join: (code: string, name: string) => ask<Joined>('POST', `/${code}/guests`, '', { name }),
  view: (code: string, key = '') => ask<Room>('GET', `/${code}`, key),
  end: (code: string, key: string) => ask<void>('DELETE', `/${code}`, key),
  films: async (code: string, query: string) => (await ask<{ films: RoomFilm[] }>('GET', `/${code}/films${query && `?${new URLSearchParams({ query })}`}`)).films,
  remove: (code: string, key: string, guest: number) => ask<void>('DELETE', `/${code}/guests/${guest}`, key),
  lock: (code: string, key: string, is_locked: boolean) => ask<Room>('PUT', `/${code}/lock`, key, { is_locked }),
  wish: (code: string, key: string, wishes: RoomWishes) => ask<Room>('PUT', `/${code}/wishes`, key, wishes),
  pick: (code: string, key: string) => ask<Room>('POST', `/${code}/picks`, key),
  ballot: (code: string, key: string, ballot: { question: string; options: RoomOption[]; seconds: number }) => ask<Room>('PUT', `/${code}/ballot`, key, ballot),
  vote: (code: string, key: string, option: string) => ask<Room>('PUT', `/${code}/vote`, key, { option }),
  /** Without an option: what most want. */
  close: (code: string, key: string, option = '') => ask<Room>('POST', `/${code}/result`, key, option ? { option } : undefined),
};

/** A code as people type it ("AB2C-9XYZ ") as addresses have it. */
export const plainCode = (typed: string): string => typed.toLowerCase().replace(/[^a-z0-9]/g, '');

/** A code as people read it out: in fours. */
export const spokenCode = (code: string): string => code.replace(/(.{4})(?=.)/g, '$1-');

/** Where guests come in, also below the path of a proxy. */
export const addressOf = (code: string): string => `${location.origin}${location.pathname}#/join/${code}`;

/** Whether only this machine can open the page's own address. */
export const isLoopback = (): boolean => /^(127(\.\d+){3}|localhost|.+\.localhost|\[::1\])$/.test(location.hostname);
