// Keeps the page's own files, so that it opens without the server and says so. Answers about viewers and films, pictures and films
// themselves are never kept: nothing below api/ and media/ passes through here.
const shell = 'cineloom-shell';
const folder = new URL('./', self.location).pathname;

self.addEventListener('install', (event) => {
  event.waitUntil(keepShell().then(() => self.skipWaiting()));
});
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

/** The page with the files that it names. */
async function keepShell() {
  const page = await (await fetch('./')).text();
  const named = [...page.matchAll(/"\.\/(assets\/[^"]+)"/g)].map((match) => match[1]);
  await (await caches.open(shell)).addAll(['./', 'icon.svg', 'manifest.webmanifest', ...named]);
}

/** The page as the server has it now; a new one takes the files of the old one away with it. */
async function freshPage(request) {
  const cache = await caches.open(shell);
  try {
    const response = await fetch(request);
    if (!response.ok) return response;
    const [now, before] = await Promise.all([response.clone().text(), cache.match('./').then((kept) => kept?.text())]);
    if (now !== before) {
      for (const key of await cache.keys()) if (key.url.includes('/assets/')) await cache.delete(key);
      await cache.put('./', response.clone());
    }
    return response;
  } catch (error) {
    const kept = await cache.match('./');
    if (kept) return kept;
    throw error;
  }
}

/** A file whose name changes with its content. */
async function keptFile(request) {
  const cache = await caches.open(shell);
  const kept = await cache.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}

self.addEventListener('fetch', (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== 'GET' || origin !== self.location.origin || !pathname.startsWith(folder)) return;
  const name = pathname.slice(folder.length);
  if (name === '' || name === 'index.html') event.respondWith(freshPage(event.request));
  else if (name.startsWith('assets/') || name === 'icon.svg' || name === 'manifest.webmanifest') event.respondWith(keptFile(event.request));
});
