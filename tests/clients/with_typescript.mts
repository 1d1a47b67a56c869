// usage: node with_typescript.mjs ADDRESS — uses the client that openapi-typescript and openapi-fetch make of the specification, as a program would.
// That this file is accepted by the compiler shows that the specification says what programs need to know.
import assert from 'node:assert/strict';
import createClient from 'openapi-fetch';
import type { components, paths } from './made/schema.js';

const client = createClient<paths>({ baseUrl: process.argv[2] ?? '' });

const { data: viewer } = await client.POST('/api/v1/viewers', { body: { name: 'TypeScript' } });
assert.equal(viewer?.name, 'TypeScript');

const { data: page } = await client.GET('/api/v1/films', { params: { query: { query: 'Tampopo', limit: 5 } } });
const film = page?.films[0];
assert.ok(film);
const ofViewer = { params: { path: { viewer: viewer.id } } };
const { data: receipt } = await client.POST('/api/v1/viewers/{viewer}/events', { ...ofViewer, body: { film: film.id, kind: 'rate', value: 5 } });
assert.ok(receipt?.event);

const asked = { path: { viewer: viewer.id }, query: { minutes: 150, count: 4 } };
const { data: picks } = await client.GET('/api/v1/viewers/{viewer}/recommendations', { params: asked });
const reasons: components['schemas']['Reason'][] = picks?.picks.flatMap((pick) => pick.reasons) ?? [];
assert.equal(picks?.picks.length, 4);
assert.ok(reasons.every(({ text }) => text.english && text.chinese));

const { data, error, response } = await client.GET('/api/v1/films/{film}', { params: { path: { film: '999999999' } } });
assert.equal(data, undefined);
assert.equal(response.status, 404);
assert.ok(error?.next_step);

// @ts-expect-error: there is no such kind of event, and the compiler knows
const refused = await client.POST('/api/v1/viewers/{viewer}/events', { ...ofViewer, body: { film: film.id, kind: 'teleported', value: 5 } });
assert.equal(refused.response.status, 400);
console.log('done');
