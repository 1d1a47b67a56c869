/** What a gamepad's button means here, by the standard layout. */
export type GamepadMove = 'left' | 'right' | 'up' | 'down' | 'take' | 'back' | 'pause';
const buttons: [number, GamepadMove][] = [[12, 'up'], [13, 'down'], [14, 'left'], [15, 'right'], [0, 'take'], [1, 'back'], [9, 'pause']];
const tilt = 0.6; // of the stick, until it counts

function held(): Set<GamepadMove> {
  const moves = new Set<GamepadMove>();
  for (const pad of navigator.getGamepads()) {
    if (!pad) continue;
    for (const [index, move] of buttons) if (pad.buttons[index]?.pressed) moves.add(move);
    const [x = 0, y = 0] = pad.axes;
    if (Math.abs(x) > tilt) moves.add(x < 0 ? 'left' : 'right');
    if (Math.abs(y) > tilt) moves.add(y < 0 ? 'up' : 'down');
  }
  return moves;
}

/** Tells each press once while a gamepad is there; the answer ends it. Browsers give no events for presses: they are asked for. */
export function watchGamepad(onmove: (move: GamepadMove) => void): () => void {
  let before = new Set<GamepadMove>();
  let next = 0;
  const look = (): void => {
    const now = held();
    for (const move of now) if (!before.has(move)) onmove(move);
    before = now;
    next = requestAnimationFrame(look);
  };
  const begin = (): void => {
    cancelAnimationFrame(next);
    look();
  };
  window.addEventListener('gamepadconnected', begin);
  if (navigator.getGamepads().some(Boolean)) begin();
  return () => {
    cancelAnimationFrame(next);
    window.removeEventListener('gamepadconnected', begin);
  };
}
