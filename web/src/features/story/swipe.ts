import type { Attachment } from 'svelte/attachments';

const far = 60; // pixels that a finger goes to the side
const aslant = 0.6; // of that at most up or down, where the page scrolls
const longMs = 900; // what takes longer is no swipe

/** Hears a finger that goes quickly to the left or to the right over an element. */
export const swipe =
  (left: () => void, right: () => void): Attachment<HTMLElement> =>
  (element) => {
    let start: { x: number; y: number; at: number } | undefined;
    const begin = ({ touches, timeStamp }: TouchEvent): void => {
      const [finger, another] = touches;
      start = finger && !another ? { x: finger.clientX, y: finger.clientY, at: timeStamp } : undefined;
    };
    const end = ({ changedTouches: [finger], timeStamp }: TouchEvent): void => {
      if (!start || !finger || timeStamp - start.at > longMs || getSelection()?.toString()) return;
      const [x, y] = [finger.clientX - start.x, finger.clientY - start.y];
      start = undefined;
      if (Math.abs(x) < far || Math.abs(y) > Math.abs(x) * aslant) return;
      if (x < 0) left();
      else right();
    };
    element.addEventListener('touchstart', begin, { passive: true });
    element.addEventListener('touchend', end, { passive: true });
    return () => {
      element.removeEventListener('touchstart', begin);
      element.removeEventListener('touchend', end);
    };
  };
