import { watchGamepad, type GamepadMove } from './gamepad';

type Way = 'left' | 'right' | 'up' | 'down';
const ways: Record<string, Way> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' };
const reachable = 'a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled]), summary, [tabindex="0"]';
const aside = 2.5; // how much worse it is to stand beside the way than further along it
const overlap = 4; // pixels that neighbours may share

interface Place {
  element: HTMLElement;
  box: DOMRect;
}

const gapOf = (low: number, high: number, otherLow: number, otherHigh: number): number => Math.max(0, otherLow - high, low - otherHigh);

/** How far a place is from another in a direction, edge to edge; infinite where it does not lie wholly that way. */
function distance({ box: from }: Place, { box: to }: Place, way: Way): number {
  const along = { left: from.left - to.right, right: to.left - from.right, up: from.top - to.bottom, down: to.top - from.bottom }[way];
  const beside = way === 'left' || way === 'right' ? gapOf(from.top, from.bottom, to.top, to.bottom) : gapOf(from.left, from.right, to.left, to.right);
  return along > -overlap ? Math.max(0, along) + aside * beside : Infinity;
}

/** Moves the focus to the nearest thing in a direction; false where there is none. */
export function moveFocus(way: Way): boolean {
  const root = document.querySelector('dialog[open]') ?? document;
  const all = [...root.querySelectorAll<HTMLElement>(reachable)].filter((element) => element.checkVisibility({ visibilityProperty: true })).map((element) => ({ element, box: element.getBoundingClientRect() }));
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

const tellsOpen = CSS.supports('selector(select:open)');
/** A list that shows its choices; where browsers do not tell, any. */
const isOpen = (select: HTMLSelectElement): boolean => !tellsOpen || select.matches(':open');

/** Keys that a control needs for itself. */
function needsKey(target: HTMLElement, way: Way): boolean {
  if (target.closest('textarea, [role="img"], video')) return true;
  const select = target.closest('select');
  if (select) return (way === 'up' || way === 'down') && isOpen(select);
  const input = target.closest('input');
  return input !== null && (way === 'left' || way === 'right' || input.type === 'radio' || input.type === 'number');
}

/** Lets a remote control's arrow keys, or a gamepad, lead through every page. The answer ends it. */
export function followRemote(): () => void {
  const pressed = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && event.target instanceof HTMLSelectElement && !isOpen(event.target)) {
      event.target.showPicker();
      event.preventDefault();
    }
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
