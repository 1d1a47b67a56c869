// JSON schemas of the specification as types of Python: objects as TypedDict, all else as aliases.
const keywords = new Set('False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'.split(' '));
const taken = new Set('Any Cineloom CineloomError Iterator Literal Mapping NamedTuple NotRequired StreamEvent Transport TypedDict'.split(' '));
const isName = (text) => /^[A-Za-z_]\w*$/.test(text) && !keywords.has(text);
const pascal = (text) => text.replace(/(^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, __, letter) => letter.toUpperCase());
const simple = { string: 'str', integer: 'int', number: 'float', boolean: 'bool', null: 'None' };
export const refName = (ref) => ref.split('/').at(-1);

/** A name of the specification as one of Python: snake case, and none of Python's own. */
export function snake(text) {
  const words = text.replace(/([a-z0-9])([A-Z])/g, '$1_$2').replace(/\W+/g, '_').toLowerCase();
  return isName(words) ? words : `${words}_`;
}

/** Collects the types that are met, each declared once. */
export class Types {
  #classes = new Map(); // name -> {bases, lines}
  #aliases = new Map(); // name -> type

  /** The type of a schema in words of Python; objects within get the name they stand under. */
  of(schema, name) {
    if (!schema || schema === true) return 'Any';
    if (schema.$ref) return refName(schema.$ref);
    if ('const' in schema) return `Literal[${JSON.stringify(schema.const)}]`;
    if (schema.enum) return `Literal[${schema.enum.map((one) => (one === null ? 'None' : JSON.stringify(one))).join(', ')}]`;
    const either = schema.oneOf ?? schema.anyOf;
    if (either) return this.#union(either.map((one, index) => this.of(one, either.length > 1 ? `${name}${index + 1}` : name)));
    if (Array.isArray(schema.type)) return this.#union(schema.type.map((type) => this.of({ ...schema, type }, name)));
    if (schema.type === 'array') return `list[${this.of(schema.items, `${name}Item`)}]`;
    if (schema.type === 'object' || schema.properties || schema.allOf) return this.#object(schema, name);
    return simple[schema.type] ?? 'Any';
  }

  declare(name, schema) {
    if (taken.has(name)) throw new Error(`the specification's ${name} would hide a name of the client's own`);
    const isClass = schema.properties || schema.allOf;
    if (isClass) this.#object(schema, name);
    else this.#aliases.set(name, this.of(schema, name));
  }

  #union(types) {
    return [...new Set(types)].join(' | ');
  }

  #object(schema, name) {
    const parts = schema.allOf ?? [schema];
    const own = parts.filter((part) => part.properties);
    const bases = parts.filter((part) => part.$ref).map((part) => refName(part.$ref));
    if (own.length === 0 && bases.length === 0) return `dict[str, ${schema.additionalProperties ? this.of(schema.additionalProperties, `${name}Value`) : 'Any'}]`;
    if (own.length === 0 && bases.length === 1) return bases[0]; // the same under another description
    this.#classes.set(name, null); // keeps its place before what it holds
    const fields = own.flatMap((part) => Object.entries(part.properties).map(([key, value]) => [key, this.#field(value, `${name}${pascal(key)}`, part.required?.includes(key))]));
    this.#classes.set(name, { bases, fields });
    return name;
  }

  #field(schema, name, isRequired) {
    const type = this.of(schema, name);
    return isRequired ? type : `NotRequired[${type}]`;
  }

  #classText(name, { bases, fields }) {
    // Names that Python keeps for itself can only be keys of a table.
    if (!fields.every(([key]) => isName(key))) return `${name} = TypedDict("${name}", {${fields.map(([key, type]) => `${JSON.stringify(key)}: ${JSON.stringify(type)}`).join(', ')}})\n`;
    const body = fields.map(([key, type]) => `    ${key}: ${type}\n`).join('') || '    pass\n';
    return `class ${name}(${bases.length ? bases.join(', ') : 'TypedDict'}):\n${body}`;
  }

  /** What stands in the module: what rests on nothing first. */
  text() {
    const texts = [];
    const seen = new Set();
    const say = (name) => {
      if (seen.has(name) || !this.#classes.has(name)) return;
      seen.add(name);
      const one = this.#classes.get(name);
      one.bases.forEach(say);
      texts.push(this.#classText(name, one));
    };
    [...this.#classes.keys()].forEach(say);
    const sayAlias = (name) => {
      if (seen.has(name) || !this.#aliases.has(name)) return;
      seen.add(name);
      const type = this.#aliases.get(name);
      (type.match(/[A-Z]\w*/g) ?? []).forEach(sayAlias);
      texts.push(`${name} = ${type}\n`);
    };
    [...this.#aliases.keys()].forEach(sayAlias);
    return texts.join('\n\n');
  }
}
