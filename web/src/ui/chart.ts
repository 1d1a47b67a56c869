export type ChartValue = string | number | null;

/** One column of what a chart shows. */
export interface ChartColumn {
  name: string; // in files: the same in every language
  label: string;
  show?: (value: ChartValue) => string; // how the table writes it
}

/** What a chart shows, beside its picture. */
export interface Chart {
  name: string; // of its files
  title: string;
  columns: ChartColumn[];
  rows: () => ChartValue[][]; // made when somebody asks for them
  layers: (labelOf: (name: string) => string) => object[]; // of Vega-Lite
}

export const shown = (column: ChartColumn, value: ChartValue): string => (value === null ? '' : (column.show?.(value) ?? String(value)));

const quoted = (value: ChartValue): string => (typeof value === 'string' && /[",\n\r]/.test(value) ? `"${value.replaceAll('"', '""')}"` : String(value ?? ''));

/** RFC 4180, with the columns' names in the first line. */
export const csvOf = ({ columns, rows }: Chart): string => [columns.map((column) => column.name), ...rows()].map((row) => `${row.map(quoted).join(',')}\r\n`).join('');

/** A Vega-Lite specification with the data in it: drawn anew by whoever opens it. */
export function vegaLiteOf({ title, columns, rows, layers }: Chart): string {
  const values = rows().map((row) => Object.fromEntries(columns.map((column, place) => [column.name, row[place]])));
  const labelOf = (name: string): string => columns.find((column) => column.name === name)?.label ?? name;
  const spec = { $schema: 'https://vega.github.io/schema/vega-lite/v6.json', title, width: 640, height: 320, data: { values }, layer: layers(labelOf) };
  return JSON.stringify(spec, undefined, 1);
}

/** Several columns as lines of one colour each over a common one. */
export const lines = (over: string, names: string[]) => (labelOf: (name: string) => string): object[] => [
  {
    transform: [{ fold: names, as: ['line', 'height'] }],
    mark: { type: 'line', invalid: 'break-paths-filter-domains' }, // as the page breaks a line where nothing is known
    encoding: {
      x: { field: over, type: 'quantitative', title: labelOf(over) },
      y: { field: 'height', type: 'quantitative', title: null },
      color: { field: 'line', type: 'nominal', title: null, scale: { domain: names }, legend: { labelExpr: JSON.stringify(Object.fromEntries(names.map((name) => [name, labelOf(name)]))) + '[datum.value]' } },
    },
  },
];

const painted = ['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-dasharray', 'opacity', 'font-family', 'font-size', 'text-anchor'];

/** The picture as a file of its own: with the colours of now, without what only the page needs ([data-page-only]). */
export function svgFileOf(picture: SVGSVGElement, title: string): string {
  const copy = picture.cloneNode(true) as SVGSVGElement;
  const box = picture.getBoundingClientRect();
  const originals = picture.querySelectorAll<SVGElement>('*');
  copy.querySelectorAll<SVGElement>('*').forEach((element, index) => {
    const style = getComputedStyle(originals[index]!);
    for (const property of painted) element.setAttribute(property, style.getPropertyValue(property));
    if (style.getPropertyValue('vector-effect') !== 'none') element.setAttribute('vector-effect', style.getPropertyValue('vector-effect'));
    element.removeAttribute('class');
  });
  copy.querySelectorAll('[data-page-only]').forEach((element) => element.remove());
  for (const name of ['class', 'aria-label', 'aria-labelledby']) copy.removeAttribute(name);
  copy.setAttribute('width', String(Math.round(box.width)));
  copy.setAttribute('height', String(Math.round(box.height)));
  const name = document.createElementNS('http://www.w3.org/2000/svg', 'title');
  name.textContent = title;
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  const panel = picture.closest('.panel') ?? document.body;
  const { x, y } = picture.viewBox.baseVal; // the middle of some is 0
  for (const [attribute, value] of Object.entries({ x: `${x}`, y: `${y}`, width: '100%', height: '100%', fill: getComputedStyle(panel).backgroundColor })) ground.setAttribute(attribute, value);
  copy.prepend(name, ground);
  return new XMLSerializer().serializeToString(copy);
}

/** Gives the reader a file. */
export function save(name: string, type: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = Object.assign(document.createElement('a'), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address));
}
