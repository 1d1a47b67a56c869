import { t } from '../locales/locale.svelte';
import { api, type NewEvent, type Viewer } from './client';

const storageKey = 'cineloom.viewer';
const personalKey = 'cineloom.personal';

/** Who sits in front of the page. */
class CurrentViewer {
  all = $state.raw<Viewer[]>([]); // hundreds may be simulated
  id = $state('');
  isPersonal = $state(localStorage.getItem(personalKey) !== 'no'); // whether their history may be read for picks
  #byId = $derived(new Map(this.all.map((viewer) => [viewer.id, viewer])));

  get one(): Viewer | undefined {
    return this.#byId.get(this.id);
  }

  /** A viewer's name; simulated ones have none of their own, so theirs is in the page's language. */
  nameOf(id: string): string {
    const known = this.#byId.get(id);
    const number = known?.simulated ? /^Simulated viewer (\d+)$/.exec(known.name)?.[1] : undefined;
    return number ? t('viewer.simulated_name', { number }) : (known?.name ?? '');
  }

  async load(): Promise<void> {
    this.all = await api.viewers();
    const people = this.all.filter((viewer) => !viewer.simulated);
    const known = this.all.find((viewer) => viewer.id === localStorage.getItem(storageKey));
    const first = known ?? people[0] ?? (await this.#add(t('viewer.you')));
    this.choose(first.id);
  }

  choose(id: string): void {
    this.id = id;
    localStorage.setItem(storageKey, id);
  }

  choosePersonal(isPersonal: boolean): void {
    this.isPersonal = isPersonal;
    localStorage.setItem(personalKey, isPersonal ? 'yes' : 'no');
  }

  async add(name: string): Promise<void> {
    this.choose((await this.#add(name)).id);
  }

  /** Tells the server what the viewer did; gives the event's number, to take it back. */
  async tell(event: NewEvent): Promise<string> {
    const receipt = await api.tell(this.id, { event_id: crypto.randomUUID(), ...event });
    return receipt.event.id;
  }

  async takeBack(event: string): Promise<void> {
    await api.takeBack(this.id, event);
  }

  async #add(name: string): Promise<Viewer> {
    const viewer = await api.addViewer(name);
    if (!this.#byId.has(viewer.id)) this.all = [...this.all, viewer];
    return viewer;
  }
}

export const viewer = new CurrentViewer();
