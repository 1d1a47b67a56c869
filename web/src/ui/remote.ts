import { watchGamepad, type GamepadMove } from './gamepad';

type Way = 'left' | 'right' | 'up' | 'down';
const ways: Record<string, Way> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' };
const reachable = 'a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled]), summary, [tabindex="0"]';
const aside = 2.5; // how much worse it is to stand beside the way than further along it

interface Place {
  element: HTMLElement;
  x: number;
  y: number;
  width: number;
  height: number;
}

const placeOf = (element: HTMLElement): Place => {
  const { left, top, width, height } = element.getBoundingClientRect();
  return { element, x: left + width / 2, y: top + height / 2, width, height };
};

/** How far a place is from another in a direction; infinite where it does not lie there. */
function distance(from: Place, to: Place, way: Way): number {
  const isAcross = way === 'left' || way === 'right';
  const sign = way === 'right' || way === 'down' ? 1 : -1;
  const along = (isAcross ? to.x - from.x : to.y - from.y) * sign;
  // Tall and wide things overlap in part with what is beside them.
  const beside = isAcross ? Math.abs(to.y - from.y) - (from.height + to.height) / 2 : Math.abs(to.x - from.x) - (from.width + to.width) / 2;
  return along > 4 ? along + aside * Math.max(0, beside) : Infinity;
}

/** Moves the focus to the nearest thing in a direction; false where there is none. */
export function moveFocus(way: Way): boolean {
  const root = document.querySelector('dialog[open]') ?? document;
  const all = [...root.querySelectorAll<HTMLElement>(reachable)].filter((element) => element.checkVisibility({ visibilityProperty: true })).map(placeOf);
  const now = all.find(({ element }) => element === document.activeElement);
  if (!now) {
    all.find(({ element }) => element.closest('main'))?.element.focus();
    return all.length > 0;
  }
  let best: { place: Place; far: number } | undefined;
  for (const place of all) {
    const far = place === now ? Infinity : distance(now, place, way);
    if (far < (best?.far ?? Infinity)) best = { place, far };
  }
  best?.place.element.focus();
  best?.place.element.scrollIntoView({ block: 'nearest' });
  return best !== undefined;
}

/** Keys that a control needs for itself. */
function needsKey(target: HTMLElement, way: Way): boolean {
  if (target.closest('textarea, [role="img"], video')) return true;
  if (target.closest('select')) return way === 'up' || way === 'down';
  const input = target.closest('input');
  return input !== null && (way === 'left' || way === 'right' || input.type === 'radio' || input.type === 'number');
}

/** Lets a remote control's arrow keys, or a gamepad, lead through every page. The answer ends it. */
export function followRemote(): () => void {
  const pressed = (event: KeyboardEvent): void => {
    const way = ways[event.key];
    if (!way || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || needsKey(event.target as HTMLElement, way)) return;
    if (moveFocus(way)) event.preventDefault();
  };
  const moved = (move: GamepadMove): void => {
    if (document.querySelector('.overlay')) return; // the film's question takes the gamepad itself
    if (move === 'take') (document.activeElement as HTMLElement | null)?.click();
    else if (move === 'back') history.back();
    else if (move !== 'pause') moveFocus(move);
  };
  window.addEventListener('keydown', pressed);
  const endGamepad = watchGamepad(moved);
  return () => {
    window.removeEventListener('keydown', pressed);
    endGamepad();
  };
}
