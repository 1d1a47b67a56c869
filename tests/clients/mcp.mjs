// The official clients of the Model Context Protocol: one that speaks revision 2026-07-28, and the last that only knows the handshake.
import assert from 'node:assert/strict';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as EarlierClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as EarlierHttp } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { StdioClientTransport as EarlierStdio } from '@modelcontextprotocol/sdk/client/stdio.js';
import { check } from '../../web/tests/harness.mjs';

const info = { name: 'cineloom-test', version: '1' };
const tools = ['film_facts', 'rate_film', 'recommend', 'record_event', 'search_films', 'tell_story'];

/** What every client must be able to do, whatever it speaks. */
async function useTools(client) {
  const list = await client.listTools();
  assert.deepEqual(list.tools.map(({ name }) => name).sort(), tools);
  for (const tool of list.tools) assert.equal(tool.inputSchema.type, 'object');
  const call = async (name, args) => {
    const result = await client.callTool({ name, arguments: args });
    assert.ok(!result.isError, JSON.stringify(result.content));
    assert.equal(result.content[0].type, 'text');
    return result;
  };
  const found = await call('search_films', { query: 'Tampopo', limit: 5 });
  assert.ok(found.structuredContent.films.some(({ key }) => key === 'tampopo-1985'), found.content[0].text);
  const facts = await call('film_facts', { film: 'the-moon-in-the-reeds' });
  assert.ok(facts.structuredContent.findings.characters.length > 1);
  assert.ok(!('ending' in facts.structuredContent.film));
  await call('rate_film', { film: 'tampopo-1985', stars: 5, viewer: 'Ada' });
  const picks = await call('recommend', { viewer: 'Ada', count: 4, language: 'zh' });
  assert.equal(picks.structuredContent.picks.length, 4);
  for (const pick of picks.structuredContent.picks) assert.ok(pick.reasons.length > 0);
  const hidden = picks.structuredContent.picks[0].film;
  await call('record_event', { film: hidden.id, kind: 'hide', viewer: 'Ada' });
  const after = await call('recommend', { viewer: 'Ada', count: 20 });
  assert.ok(after.structuredContent.picks.every(({ film }) => film.id !== hidden.id), 'a hidden film came back');
  await call('record_event', { film: hidden.id, kind: 'unhide', viewer: 'Ada' });
  const story = await call('tell_story', { premise: 'A lighthouse keeper finds a letter.', decisions: 1, seed: 3 });
  assert.ok(story.content[0].text.length > 500);
  const refused = await client.callTool({ name: 'rate_film', arguments: { film: 'tampopo-1985', stars: 9, viewer: 'Ada' } });
  assert.equal(refused.isError, true);
  const unknown = await client.callTool({ name: 'film_facts', arguments: { film: 'no such film at all' } });
  assert.equal(unknown.isError, true);
  await assert.rejects(client.callTool({ name: 'no_such_tool', arguments: {} }));
}

async function withClient(client, transport, work) {
  await client.connect(transport);
  try {
    await work(client);
  } finally {
    await client.close();
  }
}

const modern = () => new Client(info, { versionNegotiation: { mode: 'auto' } });
const stdio = (program, data) => ({ command: program, args: ['mcp', '--data', data, '--user', 'Ada'], stderr: 'inherit' });

export async function checkMcpOverHttp(base) {
  const address = () => new URL(`${base}/mcp`);
  await check('MCP: a client of revision 2026-07-28 over HTTP', () =>
    withClient(modern(), new StreamableHTTPClientTransport(address()), async (client) => {
      assert.equal(client.getProtocolEra(), 'modern');
      await useTools(client);
    }));
  await check('MCP: a client of the handshake over HTTP', () =>
    withClient(new EarlierClient(info), new EarlierHttp(address()), async (client) => {
      assert.equal(client.getServerVersion().name, 'cineloom');
      await useTools(client);
    }));
  await check('MCP: headers that say something else are refused, and so are unknown revisions', async () => {
    const meta = (version) => ({ _meta: { 'io.modelcontextprotocol/protocolVersion': version, 'io.modelcontextprotocol/clientCapabilities': {} } });
    const post = (headers, message) =>
      fetch(address(), { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...message }) });
    const said = { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' };
    assert.equal((await post(said, { method: 'tools/list', params: meta('2026-07-28') })).status, 200);
    const other = await post(said, { method: 'server/discover', params: meta('2026-07-28') });
    assert.equal(other.status, 400);
    assert.equal((await other.json()).error.code, -32020);
    const later = await post({ ...said, 'mcp-protocol-version': '2099-01-01' }, { method: 'tools/list', params: meta('2099-01-01') });
    assert.equal((await later.json()).error.code, -32022);
    assert.equal((await post({}, { method: 'no/such', params: {} })).status, 200);
    assert.equal((await fetch(address(), { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' })).status, 400);
    assert.equal((await fetch(address())).status, 405);
  });
}

export async function checkMcpOverStdio(program, data) {
  await check('MCP: a client of revision 2026-07-28 over standard input', () =>
    withClient(modern(), new StdioClientTransport(stdio(program, data)), async (client) => {
      assert.equal(client.getProtocolEra(), 'modern');
      await useTools(client);
    }));
  await check('MCP: a client of the handshake over standard input', () => withClient(new EarlierClient(info), new EarlierStdio(stdio(program, data)), useTools));
}
