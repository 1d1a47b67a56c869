/** Waits until what is on the page now has been painted and nothing more urgent is to be done. */
export const painted = (): Promise<void> =>
  new Promise((resolve) => requestAnimationFrame(() => ('requestIdleCallback' in window ? requestIdleCallback(() => resolve(), { timeout: 50 }) : setTimeout(resolve))));
