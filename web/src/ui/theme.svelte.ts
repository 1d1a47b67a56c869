export type Theme = 'auto' | 'light' | 'dark';
const storageKey = 'cineloom.theme';

/** Light, dark, or what the system says. */
class ThemeChoice {
  current = $state<Theme>((localStorage.getItem(storageKey) as Theme | null) ?? 'auto');

  constructor() {
    this.#show();
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
