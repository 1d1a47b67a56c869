import { prefersReducedMotion } from 'svelte/motion';

/** How long a movement lasts, in ms; nothing moves for those who asked for that. */
export const motion = (milliseconds: number): number => (prefersReducedMotion.current ? 0 : milliseconds);
