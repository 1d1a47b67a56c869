// usage: node tests/story_exports.mjs FOLDER — reads exported stories with programs that are not ours. Beside NAME.expected (nodes, endings, choices, cues) lie
// NAME.ink, NAME.twee, NAME.fountain, NAME.vtt, NAME.mmd and NAME.jsonld, each where the story has it. Prints a JSON line a file: {"file", "problems"}.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { JSDOM } from 'jsdom';
import { parseTwee, parseTwine2HTML } from 'extwee';
import { walkInk } from './ink_walk.mjs';

const require = createRequire(import.meta.url);
const { Fountain } = require('fountain-js');
const webvtt = require('node-webvtt');
const jsonld = require('jsonld');

const page = new JSDOM('<!DOCTYPE html><body></body>');
globalThis.window = page.window;
globalThis.document = page.window.document;
const mermaid = (await import('mermaid')).default;

const same = (problems, what, found, wanted) => {
  if (JSON.stringify(found) !== JSON.stringify(wanted)) problems.push(`${what}: ${JSON.stringify(found)}, expected ${JSON.stringify(wanted)}`.slice(0, 500));
};

const checks = {
  ink(text, story, problems) {
    const walked = walkInk(text);
    problems.push(...walked.problems);
    same(problems, 'endings', walked.endings.length, story.endings);
    same(problems, 'visited', walked.visited, story.nodes);
    same(problems, 'knots', walked.knots, story.nodes);
    same(problems, 'trapped', walked.trapped, 0);
  },
  twee(text, story, problems) {
    const parsed = parseTwee(text);
    const passages = parsed.passages.filter((passage) => passage.name !== 'StoryTitle' && passage.name !== 'StoryData');
    same(problems, 'passages', passages.length, story.nodes);
    if (!/^[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$/.test(parsed.IFID)) problems.push(`IFID ${parsed.IFID}`);
    const names = new Set(passages.map((passage) => passage.name));
    if (!names.has(parsed.start)) problems.push(`no passage '${parsed.start}' to start with`);
    const links = passages.flatMap((passage) => [...passage.text.matchAll(/\[\[(.*?)\]\]/g)].map((link) => link[1]));
    same(problems, 'links', links.length, story.choices);
    for (const link of links) if (!names.has(link.split('->').at(-1))) problems.push(`'${link}' leads nowhere`);
    const again = parseTwine2HTML(parsed.toTwine2HTML());
    same(problems, 'passages of the Twine 2 file', again.passages.map(({ name, text: words }) => [name, words]), passages.map(({ name, text: words }) => [name, words]));
  },
  fountain(text, story, problems) {
    const { tokens } = new Fountain().parse(text, true);
    same(problems, 'sections', tokens.filter((token) => token.type === 'section').length, story.nodes);
    same(problems, 'scenes', tokens.filter((token) => token.type === 'scene_heading').length, story.nodes);
    same(problems, 'notes', tokens.filter((token) => token.type === 'note').length, story.choices);
  },
  vtt(text, story, problems) {
    const parsed = webvtt.parse(text, { strict: true });
    if (!parsed.valid) problems.push(...parsed.errors.map(String));
    same(problems, 'cues', parsed.cues.length, story.cues);
    parsed.cues.forEach((cue, i) => {
      if (cue.end <= cue.start || (i > 0 && cue.start < parsed.cues[i - 1].end)) problems.push(`cue ${i} from ${cue.start} to ${cue.end}`);
    });
  },
  async mmd(text, story, problems) {
    if (!(await mermaid.parse(text))) problems.push('not read');
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
    const vertices = db.getVertices();
    same(problems, 'vertices', vertices.size ?? Object.keys(vertices).length, story.nodes);
    same(problems, 'edges', db.getEdges().length, story.choices);
  },
  async jsonld(text, story, problems) {
    const offline = { documentLoader: (address) => Promise.reject(new Error(`asks for ${address}`)) };
    const quads = await jsonld.toRDF(JSON.parse(text), offline);
    const of = (name) => quads.filter((quad) => quad.predicate.value === name).length;
    same(problems, 'nodes', of('https://schema.org/hasPart'), story.nodes);
    same(problems, 'choices', of('urn:cineloom:story#leadsTo'), story.choices);
    same(problems, 'endings', of('urn:cineloom:story#ending'), story.endings);
  },
};

const folder = process.argv[2];
for (const name of readdirSync(folder).filter((file) => file.endsWith('.expected'))) {
  const story = JSON.parse(readFileSync(join(folder, name), 'utf8'));
  for (const [ending, check] of Object.entries(checks)) {
    const file = name.replace(/expected$/, ending);
    if (!existsSync(join(folder, file))) continue;
    const problems = [];
    try {
      await check(readFileSync(join(folder, file), 'utf8'), story, problems);
    } catch (error) {
      problems.push(String(error.stack ?? error).slice(0, 500));
    }
    console.log(JSON.stringify({ file, problems }));
  }
}
process.exit(0);
