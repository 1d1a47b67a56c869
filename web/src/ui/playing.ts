import { api } from '../api/client';

const everyMs = 4000;
let toldAt = -everyMs;

/** Tells the server now and then that a film plays here: films that are being analysed rest meanwhile. */
export function notePlaying(): void {
  const now = performance.now();
  if (now - toldAt < everyMs) return;
  toldAt = now;
  // A film plays on without it.
  api.playing().catch(() => undefined);
}
