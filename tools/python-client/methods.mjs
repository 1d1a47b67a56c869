// Operations of the specification as methods of Python.
import { refName, snake } from './types.mjs';

const pascal = (text) => text[0].toUpperCase() + text.slice(1);

const resolved = (specification, parameter) => (parameter.$ref ? specification.components.parameters[refName(parameter.$ref)] : parameter);

/** How an answer is read, and as what. */
function answerOf(operation, types, name) {
  const contents = Object.entries(operation.responses)
    .filter(([status]) => /^2/.test(status))
    .flatMap(([, { content = {} }]) => Object.entries(content));
  const json = contents.find(([media]) => media === 'application/json');
  const hasEvents = contents.some(([media]) => media === 'text/event-stream');
  if (json) return { read: '_json', type: types.of(json[1].schema, `${pascal(name)}Answer`), hasEvents };
  if (hasEvents) return { read: '_events', type: 'Iterator[StreamEvent]', hasEvents: false };
  if (contents.length === 0) return { read: '_bytes', type: 'None', hasEvents };
  const isText = contents.every(([media]) => media.startsWith('text/'));
  return { read: isText ? '_text' : '_bytes', type: isText ? 'str' : 'bytes', hasEvents };
}

function bodyOf(operation, types, name) {
  if (!operation.requestBody) return null;
  const [media, { schema }] = Object.entries(operation.requestBody.content)[0];
  return { type: media === 'application/json' ? types.of(schema, `${pascal(name)}Body`) : 'bytes', isRequired: operation.requestBody.required === true };
}

const pathOf = (path) => (path.includes('{') ? `f"${path.replace(/\{([^}]+)\}/g, (_, part) => `{_part(${snake(part)})}`)}"` : `"${path}"`);
const table = (parameters) => `{${parameters.map(({ name }) => `"${name}": ${snake(name)}`).join(', ')}}`;

function documentation(operation, parameters) {
  const told = parameters.filter(({ description }) => description).map(({ name, description }) => `        ${snake(name)}: ${description.replaceAll('\\', '\\\\')}`);
  const summary = operation.summary.replaceAll('\\', '\\\\').replace(/\.?$/, '.');
  return told.length ? `        """${summary}\n\n${told.join('\n')}\n        """` : `        """${summary}"""`;
}

function signature(parts, body, optional, types, name) {
  const said = ['self', ...parts.map(({ name: part }) => `${snake(part)}: str`)];
  if (body?.isRequired) said.push(`body: ${body.type}`);
  const named = optional.map((one) => {
    const type = types.of(one.schema, `${pascal(name)}${pascal(snake(one.name))}`);
    return one.required ? `${snake(one.name)}: ${type}` : `${snake(one.name)}: ${type} | None = None`;
  });
  if (body && !body.isRequired) named.push(`body: ${body.type} | None = None`);
  return (named.length ? [...said, '*', ...named] : said).join(', ');
}

/** One method, or two where an answer can also be read while it is made. */
function methodsOfOne(specification, types, path, shared, method, operation) {
  const name = operation.operationId;
  const all = [...shared, ...(operation.parameters ?? [])].map((one) => resolved(specification, one));
  const answer = answerOf(operation, types, name);
  const isSwitch = (one) => answer.hasEvents && one.in === 'query' && one.name === 'stream';
  const parts = all.filter((one) => one.in === 'path');
  const query = all.filter((one) => one.in === 'query' && !isSwitch(one));
  const headers = all.filter((one) => one.in === 'header');
  const body = bodyOf(operation, types, name);
  const written = (title, read, type, streaming) => {
    const asked = [];
    const isInQuery = all.some(isSwitch);
    if (query.length || (streaming && isInQuery)) asked.push(`query=${streaming && isInQuery ? `${table(query).replace(/\}$/, query.length ? ', ' : '')}"stream": True}` : table(query)}`);
    if (headers.length) asked.push(`headers=${table(headers)}`);
    if (body) asked.push(streaming && !isInQuery ? 'body={**body, "stream": True}' : 'body=body');
    const call = `self.${read}("${method.toUpperCase()}", ${[pathOf(path), ...asked].join(', ')})`;
    const head = `    def ${title}(${signature(parts, body, [...query, ...headers], types, name)}) -> ${type}:\n${documentation(operation, [...parts, ...query, ...headers])}\n`;
    return `${head}        ${type === 'None' ? call : `return ${call}`}\n`;
  };
  const methods = [written(snake(name), answer.read, answer.type, false)];
  if (answer.hasEvents) methods.push(written(`${snake(name)}_stream`, '_events', 'Iterator[StreamEvent]', true));
  return methods;
}

export function methodsOf(specification, types) {
  return Object.entries(specification.paths).flatMap(([path, { parameters = [], ...operations }]) =>
    Object.entries(operations).flatMap(([method, operation]) => methodsOfOne(specification, types, path, parameters, method, operation)),
  );
}
