import { readFileSync } from 'node:fs';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';

const first = new Set<string>(JSON.parse(readFileSync(new URL('src/locales/first.json', import.meta.url), 'utf8'))); // keys, and groups of keys
const isFirst = (key: string): boolean => first.has(key) || first.has(key.split('.')[0]!);

/** `en.json?part=first` has the words of the first page, `?part=rest` all others, so that nobody waits for words that are not on it. */
const wordsInParts: Plugin = {
  name: 'words-in-parts',
  enforce: 'pre',
  load(id) {
    const [, file, part] = /^(.*\.json)\?part=(first|rest)$/.exec(id) ?? [];
    if (!file) return null;
    this.addWatchFile(file);
    const words = Object.entries<string>(JSON.parse(readFileSync(file, 'utf8')));
    const wanted = words.filter(([key]) => isFirst(key) === (part === 'first'));
    return { code: `export default ${JSON.stringify(Object.fromEntries(wanted))}`, map: null };
  },
};

// Addresses in the page are relative, so that it also works below a path of a proxy.
export default defineConfig({
  base: './',
  plugins: [wordsInParts, svelte()],
  build: { target: 'es2022', cssTarget: ['chrome123', 'firefox120', 'safari17.5'], assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { proxy: { '/api': 'http://127.0.0.1:8787', '/media': 'http://127.0.0.1:8787' } },
});
