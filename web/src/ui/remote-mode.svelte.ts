const storageKey = 'cineloom.remote';

/** Whether the page is led by a remote control: arrow keys move, letters are larger. A gamepad turns it on by itself. */
class RemoteMode {
  isOn = $state(localStorage.getItem(storageKey) === 'on' || matchMedia('(any-pointer: none) and (min-width: 60rem)').matches);
  #end: (() => void) | undefined;

  constructor() {
    window.addEventListener('gamepadconnected', () => this.#set(true));
    this.#set(this.isOn);
  }

  toggle(): void {
    this.#set(!this.isOn);
    localStorage.setItem(storageKey, this.isOn ? 'on' : 'off');
  }

  #set(isOn: boolean): void {
    this.isOn = isOn;
    document.documentElement.toggleAttribute('data-remote', isOn);
    if (isOn) void this.#begin();
    else {
      this.#end?.();
      this.#end = undefined;
    }
  }

  async #begin(): Promise<void> {
    const { followRemote } = await import('./remote');
    if (this.isOn) this.#end ??= followRemote();
  }
}

export const remoteMode = new RemoteMode();
