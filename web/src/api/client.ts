import type { components } from './schema';

type Schemas = components['schemas'];
export type Film = Schemas['Film'];
export type FilmKnowledge = Schemas['FilmKnowledge'];
export type Viewer = Schemas['Viewer'];
export type Pick = Schemas['Pick'];
export type Recommendation = Schemas['Recommendation'];
export type MoodPolicy = Schemas['MoodPolicy'];
export type Mood = Schemas['Mood'];
export type ScorePart = Schemas['ScorePart'];
export type Reason = Schemas['Reason'];
export type Contrast = Schemas['Contrast'];
export type Forecast = Schemas['Forecast'];
export type Calibration = Schemas['Calibration'];
export type NewEvent = Schemas['NewEvent'];
export type ModelVersion = Schemas['ModelVersion'];
export type NewConsent = Omit<Schemas['Consents']['consents'][number], 'at_ms'>;
export type EventReceipt = Schemas['EventReceipt'];
export type ViewerEvent = Schemas['Event'];
export type RatingEvaluation = Schemas['RatingEvaluation'];
export type Story = Schemas['Story'];
export type StoryEdit = Schemas['StoryEdit'];
export type EditedStory = Schemas['EditedStory'];
export type StorySummary = Schemas['StorySummary'];
export type StoryFormat = Schemas['StoryFormat'];
export type StoryRequest = Schemas['StoryRequest'];
export type StoryGraph = Schemas['StoryGraph'];
export type StoryNode = Schemas['StoryNode'];
export type FootagePiece = Schemas['FootagePiece'];
export type ArcShape = Schemas['ArcShape'];
export type HeardSignal = Schemas['HeardSignal'];
export type Job = Schemas['Job'];
export type LocalText = Schemas['LocalText'];
export type WhatIf = Schemas['WhatIf'];
export type PlotChange = Schemas['PlotChange'];
export type ChangeChoices = Schemas['ChangeChoices'];
export type FilmCut = Schemas['FilmCut'];
export type Privacy = Schemas['Privacy'];
export type ErasureReceipt = Schemas['ErasureReceipt'];
export type Bible = Schemas['Bible'];
export type Teller = 'templates' | 'embedded' | 'model';

/** What the server said went wrong: the cause, and what to do next. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly nextStep: string,
  ) {
    super(message);
  }
}

async function problemOf(response: Response): Promise<ApiError> {
  try {
    const problem = (await response.json()) as Schemas['Problem'];
    return new ApiError(response.status, problem.detail, problem.next_step);
  } catch {
    return new ApiError(response.status, response.statusText, '');
  }
}

/** What a browser that signed in must send with a change: only pages of this server can read it. */
export const pageToken = (): string | undefined => /(?:^|; )(?:__Host-)?cineloom-page=(\w+)/.exec(document.cookie)?.[1];

/** Asks below /api/v1; `more` are headers. What is refused is thrown as an ApiError. */
export async function send(method: string, path: string, body?: unknown, more: Record<string, string> = {}, signal: AbortSignal | null = null): Promise<Response> {
  const headers = { ...more };
  const init: RequestInit = { method, headers, signal };
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
    init.body = JSON.stringify(body);
  }
  const token = method === 'GET' ? undefined : pageToken();
  if (token) headers['X-Cineloom-Page'] = token;
  const response = await fetch(`api/v1${path}`, init);
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  return (await (await send(method, path, body)).json()) as T;
}

function query(parameters: Record<string, string | number | boolean | undefined>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== '');
  return given.length ? `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}` : '';
}

export type GroupPolicy = 'fair' | 'average' | 'least_misery';

/** The query of recommendations; what is left out is as the server has it. */
export interface TonightQuestion {
  mood?: string;
  draw?: string;
  minutes?: number;
  policy?: MoodPolicy;
  with?: string;
  group?: GroupPolicy;
  programme?: number;
  count?: number;
  mood_strength?: number;
  variety?: number;
  calibration?: number;
  popularity?: number;
  freshness?: number;
  surprise?: number;
  more?: string;
  less?: string;
  language?: string;
  since?: number;
  age?: number;
}

/** What is wanted of a film; one of these. */
export interface CutQuestion {
  recap_to_ms?: number;
  summary_to_ms?: number;
  shortest?: boolean;
  skip?: string;
  character?: string;
}

/** Every call of api/openapi.yaml that the pages need. */
export const api = {
  session: () => ask<Schemas['SessionState']>('GET', '/session'),
  signIn: (name: string, password: string) => ask<Schemas['Account']>('POST', '/session', { name, password }),
  setUp: (token: string, name: string, password: string) => ask<Schemas['Account']>('POST', '/setup', { token, name, password }),
  signOut: () => send('DELETE', '/session'),
  films: (parameters: { query?: string; genre?: string; analyzed?: boolean; limit?: number; cursor?: string }) =>
    ask<Schemas['FilmPage']>('GET', `/films${query(parameters)}`),
  arcs: async (drawn: number[]) => (await ask<{ films: Schemas['ArcMatch'][] }>('GET', `/arcs${query({ draw: drawn.join(',') })}`)).films,
  film: (id: string) => ask<Film>('GET', `/films/${id}`),
  knowledge: (id: string) => ask<FilmKnowledge>('GET', `/films/${id}/knowledge`),
  audienceReport: (id: string, language: 'en' | 'zh') => `api/v1/films/${id}/audience-report?language=${language}`,
  branches: (id: string) => ask<StoryGraph>('GET', `/films/${id}/branches`),
  changeChoices: (id: string) => ask<ChangeChoices>('GET', `/films/${id}/whatif`),
  bend: (id: string, changes: string[], language: 'en' | 'zh') => ask<WhatIf>('POST', `/films/${id}/whatif`, { changes, language }),
  cut: (id: string, question: CutQuestion) => ask<FilmCut>('GET', `/films/${id}/cut${query({ ...question })}`),
  cutFile: (id: string, question: CutQuestion, format: string) => `api/v1/films/${id}/cut${query({ ...question, format })}`,
  analyze: (id: string) => ask<Job>('POST', `/films/${id}/analysis`),
  viewers: async () => (await ask<{ viewers: Viewer[] }>('GET', '/viewers')).viewers,
  addViewer: (name: string) => ask<Viewer>('POST', '/viewers', { name }),
  /** Without a viewer: no history is read and nothing is noted. */
  recommendToAnybody: ({ with: _, group: __, ...question }: TonightQuestion) => ask<Recommendation>('GET', `/recommendations${query({ ...question })}`),
  recommend: (viewer: string, question: TonightQuestion) =>
    ask<Recommendation>('GET', `/viewers/${viewer}/recommendations${query({ ...question })}`),
  absent: (viewer: string, film: string, question: TonightQuestion) =>
    ask<Contrast>('GET', `/viewers/${viewer}/recommendations/absent/${film}${query({ ...question })}`),
  forecasts: async (viewer: string) => (await ask<{ forecasts: Forecast[] }>('GET', `/viewers/${viewer}/forecasts`)).forecasts,
  lockForecast: (viewer: string, film: string) => ask<Forecast>('POST', `/viewers/${viewer}/forecasts`, { film }),
  calibration: (viewer: string) => ask<Calibration>('GET', `/viewers/${viewer}/accuracy`),
  events: async (viewer: string) => (await ask<{ events: ViewerEvent[] }>('GET', `/viewers/${viewer}/events`)).events,
  tell: (viewer: string, event: NewEvent) => ask<EventReceipt>('POST', `/viewers/${viewer}/events`, event),
  takeBack: (viewer: string, event: string) => send('DELETE', `/viewers/${viewer}/events/${event}`),
  stories: async () => (await ask<{ stories: StorySummary[] }>('GET', '/stories')).stories,
  story: (id: string, view?: 'scene' | 'dialogue' | 'synopsis') => ask<Story>('GET', `/stories/${id}${query({ view })}`),
  writeStory: (request: StoryRequest, viewer: string, teller: Teller) => ask<Story>('POST', `/stories${query({ viewer, tell_with: teller })}`, request),
  replanStory: (id: string, seen: string[], signals: HeardSignal[]) => ask<Story>('POST', `/stories/${id}/replanning`, { seen, signals }),
  storyFormats: async () => (await ask<{ formats: StoryFormat[] }>('GET', '/story-formats')).formats,
  removeStory: (id: string) => send('DELETE', `/stories/${id}`),
  storyEdits: (id: string) => ask<EditedStory>('GET', `/stories/${id}/edits`),
  editStory: (id: string, edit: StoryEdit) => ask<EditedStory>('POST', `/stories/${id}/edits`, edit),
  undoEdit: (id: string) => ask<EditedStory>('POST', `/stories/${id}/undo`),
  redoEdit: (id: string) => ask<EditedStory>('POST', `/stories/${id}/redo`),
  privacy: () => ask<Privacy>('GET', '/privacy'),
  dataFile: (viewer: string, format: 'json' | 'csv') => `api/v1/viewers/${viewer}/data?format=${format}`,
  consents: async (viewer: string) => (await ask<Schemas['Consents']>('GET', `/viewers/${viewer}/consents`)).consents,
  noteConsent: async (viewer: string, consent: NewConsent) => (await ask<Schemas['Consents']>('POST', `/viewers/${viewer}/consents`, consent)).consents,
  forget: (viewer: string) => ask<ErasureReceipt>('DELETE', `/viewers/${viewer}`),
  evaluation: (seed: number) => ask<RatingEvaluation>('GET', `/evaluation?seed=${seed}`),
  modelVersions: async () => (await ask<{ versions: ModelVersion[] }>('GET', '/model/versions')).versions,
  modelHealth: () => ask<Schemas['ModelHealth']>('GET', '/model/health'),
  useModel: (version: number) => ask<ModelVersion>('PUT', '/model/active', { number: version }),
  train: () => ask<Job>('POST', '/training'),
  playing: () => send('POST', '/playing'),
  jobs: () => ask<{ jobs: Job[]; is_resting: boolean }>('GET', '/jobs'),
  restJobs: (isResting: boolean) => ask<{ is_resting: boolean }>('PUT', '/jobs/rest', { is_resting: isResting }),
  cancel: (id: string) => ask<Job>('DELETE', `/jobs/${id}`),
};

/** An address from the server as one relative to the page, so that it works below a proxy's path too. */
export const fromPage = (url: string): string => url.replace(/^\//, '');

/** The film's keyframe to show first. */
export const best = (keyframes: FilmKnowledge['video']['keyframes']): FilmKnowledge['video']['keyframes'][number] | undefined =>
  keyframes.find((keyframe) => keyframe.rank === 0);

/** A passage of a story that is being told. */
export interface ToldPassage {
  node: string;
  title: LocalText;
  text: LocalText;
  told: number;
  all: number;
}

/** Writes a story and hears each passage as soon as it is told; resolves with the whole. Stopping takes the story back. */
export async function writeStoryLive(request: StoryRequest, viewer: string, teller: Teller, onpassage: (passage: ToldPassage) => void, signal: AbortSignal): Promise<Story> {
  const response = await send('POST', `/stories${query({ viewer, tell_with: teller, stream: true })}`, request, {}, signal);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) throw new TypeError('the stream ended before the story'); // as when the server is gone
    const events = (waiting + value).split('\n\n');
    waiting = events.pop()!;
    for (const event of events) {
      const [, name, data] = /^event: (\w+)\ndata: (.*)$/s.exec(event) ?? [];
      if (name === 'passage') onpassage(JSON.parse(data!) as ToldPassage);
      if (name === 'story') return JSON.parse(data!) as Story;
      if (name === 'problem') {
        const { cause, next_step: nextStep } = JSON.parse(data!) as { cause: string; next_step: string };
        throw new ApiError(500, cause, nextStep);
      }
    }
  }
}
