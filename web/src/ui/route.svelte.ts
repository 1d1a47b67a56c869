/** Where in the page we are: the address's part behind "#", cut at its slashes. */
class Route {
  parts = $state<string[]>([]);

  constructor() {
    this.#read();
    window.addEventListener('hashchange', () => this.#read());
  }

  #read(): void {
    this.parts = location.hash.replace(/^#\/?/, '').split('/').filter(Boolean).map(decodeURIComponent);
  }
}

export const route = new Route();

export const go = (path: string): void => {
  location.hash = path;
};
