export const themes = ['auto', 'light', 'dark', 'contrast'] as const;
export type Theme = (typeof themes)[number];
const storageKey = 'cineloom.theme';

/** Light, dark, with high contrast, or what the system says. */
class ThemeChoice {
  current = $state<Theme>((localStorage.getItem(storageKey) as Theme | null) ?? 'auto');

  constructor() {
    this.#show();
    // Systems that ask for more contrast get it in whichever colours are chosen.
    const wanted = matchMedia('(prefers-contrast: more)');
    const follow = (): void => void document.documentElement.toggleAttribute('data-contrast', wanted.matches);
    wanted.addEventListener('change', follow);
    follow();
  }

  choose(theme: Theme): void {
    this.current = theme;
    localStorage.setItem(storageKey, theme);
    this.#show();
  }

  #show(): void {
    if (this.current === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = this.current;
  }
}

export const theme = new ThemeChoice();
