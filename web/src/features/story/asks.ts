import { send, type StoryRequest } from '../../api/client';
import type { components } from '../../api/schema';

type Schemas = components['schemas'];
export type StoryOffers = Schemas['StoryOffers'];
export type OfferedEvent = StoryOffers['events'][number];
export type StoryRelaxation = Schemas['StoryRelaxation'];
export type StoryFinding = Schemas['StoryFinding'];
export type StoryDemand = StoryRelaxation['without'][number];

const json = async <T>(method: string, path: string, body?: unknown): Promise<T> => (await (await send(method, path, body)).json()) as T;

/** What only the pages of stories ask for, so that the first page need not carry it. */
export const asks = {
  offers: () => json<StoryOffers>('GET', '/story-offers'),
  findings: async (story: string) => (await json<{ findings: StoryFinding[] }>('GET', `/stories/${story}/findings`)).findings,
  relaxations: async (request: StoryRequest) => (await json<{ relaxations: StoryRelaxation[] }>('POST', '/stories/relaxations', request)).relaxations,
};
