// usage: node tests/ink_walk.mjs FILE.ink... — compiles each with inkjs and walks every state of it; prints one JSON line a file:
// {"file", "problems", "endings", "knots", "visited", "trapped"}. Warnings count as problems: a loose end is only a warning to ink.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const { Compiler, CompilerOptions } = createRequire(import.meta.url)('inkjs/full');
const mostStates = 20_000;

/** What the rest of a play depends on; the whole saved state would tell apart plays that go on alike. */
const keyOf = (story) =>
  JSON.stringify([
    story.currentChoices.map((choice) => [choice.text, choice.pathStringOnChoice, choice.sourcePath]),
    story.variablesState.toJson ? story.variablesState.toJson() : [...(story.variablesState.$globalVariables ?? [])],
  ]);

/** Plays on to the next choice; the endings' tags are gathered on the way. */
const play = (story, endings) => {
  while (story.canContinue) {
    story.Continue();
    for (const tag of story.currentTags ?? []) if (tag.startsWith('ending_')) endings.add(tag.slice('ending_'.length));
  }
};

const walk = (story, problems) => {
  const knots = [...story.mainContentContainer.namedOnlyContent.keys()].filter((name) => name !== 'global decl');
  const visited = new Set();
  const endings = new Set();
  const seen = new Map();
  play(story, endings);
  const open = [{ state: story.state.ToJson(), key: keyOf(story) }];
  seen.set(open[0].key, []);
  while (open.length > 0 && seen.size < mostStates) {
    const { state, key } = open.pop();
    story.state.LoadJson(state);
    for (const knot of knots) if (story.state.VisitCountAtPathString(knot) > 0) visited.add(knot);
    const choices = story.currentChoices.length;
    for (let i = 0; i < choices; ++i) {
      story.state.LoadJson(state);
      story.ChooseChoiceIndex(i);
      play(story, endings);
      const next = story.currentChoices.length ? keyOf(story) : `end of ${story.state.ToJson()}`;
      seen.get(key).push(next);
      if (seen.has(next)) continue;
      seen.set(next, []);
      open.push({ state: story.state.ToJson(), key: next });
    }
  }
  if (seen.size >= mostStates) problems.push(`more than ${mostStates} states`);
  return { endings: [...endings].sort(), knots: knots.length, visited: visited.size, trapped: countTrapped(seen) };
};

/** States from which no state without choices can be reached. */
const countTrapped = (seen) => {
  const saved = new Set([...seen].filter(([, next]) => next.length === 0).map(([key]) => key));
  for (let hasGrown = true; hasGrown; ) {
    hasGrown = false;
    for (const [key, next] of seen) {
      if (saved.has(key) || !next.some((one) => saved.has(one))) continue;
      saved.add(key);
      hasGrown = true;
    }
  }
  return seen.size - saved.size;
};

/** Compiles a story and walks it: {"problems", "endings", "knots", "visited", "trapped"}. */
export const walkInk = (text) => {
  const problems = [];
  let found = { endings: [], knots: 0, visited: 0, trapped: 0 };
  try {
    const options = new CompilerOptions(null, [], true, (message) => problems.push(message), null);
    const story = new Compiler(text, options).Compile();
    if (story && problems.length === 0) found = walk(story, problems);
  } catch (error) {
    problems.push(String(error));
  }
  return { problems, ...found };
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const file of process.argv.slice(2)) console.log(JSON.stringify({ file, ...walkInk(readFileSync(file, 'utf8')) }));
}
