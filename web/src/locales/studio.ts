import { bringWords } from './locale.svelte';
import english from './studio.en.json';

// Words that the pages of stories alone say come with them, so that the first page need not carry them.
await bringWords(english, async () => (await import('./studio.zh-CN.json')).default);
