const storageKey = 'cineloom.vr';

export const layouts = ['flat', 'curved', 'half', 'full'] as const;
export const stereos = ['mono', 'side_by_side', 'top_bottom'] as const;
export const seats = ['front', 'middle', 'back'] as const;
export const dwells = [0, 800, 1200, 2000] as const; // ms; 0 = looking does not choose
export type Layout = (typeof layouts)[number];
export type Stereo = (typeof stereos)[number];
export type Seat = (typeof seats)[number];

/** How somebody likes to sit in the virtual cinema; kept in this browser. */
class VrSettings {
  layout = $state<Layout>('curved');
  stereo = $state<Stereo>('mono');
  seat = $state<Seat>('middle');
  scale = $state(1); // of the screen, 0.6 .. 1.6
  hasCaptions = $state(true);
  captionScale = $state(1); // 0.8 .. 1.8
  dwellMs = $state(1200);
  hasVoice = $state(false);

  constructor() {
    this.#read();
  }

  keep(): void {
    const { layout, stereo, seat, scale, hasCaptions, captionScale, dwellMs, hasVoice } = this;
    localStorage.setItem(storageKey, JSON.stringify({ layout, stereo, seat, scale, hasCaptions, captionScale, dwellMs, hasVoice }));
  }

  #read(): void {
    try {
      const kept = JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Record<string, unknown>;
      this.layout = oneOf(layouts, kept.layout) ?? this.layout;
      this.stereo = oneOf(stereos, kept.stereo) ?? this.stereo;
      this.seat = oneOf(seats, kept.seat) ?? this.seat;
      this.dwellMs = oneOf(dwells, kept.dwellMs) ?? this.dwellMs;
      this.scale = within(kept.scale, 0.6, 1.6);
      this.captionScale = within(kept.captionScale, 0.8, 1.8);
      this.hasCaptions = kept.hasCaptions !== false;
      this.hasVoice = kept.hasVoice === true;
    } catch {
      // somebody else's value under our key
    }
  }
}

const oneOf = <T>(all: readonly T[], value: unknown): T | undefined => all.find((one) => one === value);
const within = (value: unknown, least: number, most: number): number => (typeof value === 'number' && value >= least && value <= most ? value : 1);

/** What comes after a value in a list, from the last to the first. */
export const after = <T>(all: readonly T[], value: T): T => all[(all.indexOf(value) + 1) % all.length]!;

export const vrSettings = new VrSettings();
