// usage: node tools/python-client/make.mjs FILE — writes a Python client of the whole interface, made from api/openapi.yaml.
// It is one file of the standard library alone (Python 3.11): answers are typed dictionaries, refusals are raised as CineloomError.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { methodsOf } from './methods.mjs';
import { Types } from './types.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const { parse } = createRequire(join(root, 'web/package.json'))('yaml');

const [file] = process.argv.slice(2);
if (!file) throw new Error('usage: node tools/python-client/make.mjs FILE');
const specification = parse(readFileSync(join(root, 'api/openapi.yaml'), 'utf8'));

const types = new Types();
for (const [name, schema] of Object.entries(specification.components.schemas)) types.declare(name, schema);
const methods = methodsOf(specification, types);

const head = `"""Client of a Cineloom server (version ${specification.info.version}). Made from its specification by tools/python-client; changes are lost."""\n\n`;
const client = `class Cineloom(Transport):\n    """The server's operations, by the names of its specification."""\n\n${methods.join('\n')}`;
writeFileSync(file, [head + readFileSync(join(here, 'transport.py'), 'utf8'), types.text(), client].join('\n\n'));
