import { api, type EditedStory, type Story, type StoryEdit } from '../../api/client';
import { attempt } from '../../ui/toasts.svelte';
import { Walk } from '../../ui/walk.svelte';

export type EditedNode = EditedStory['nodes'][number];

/** A story on the desk: what it says now, the versions its passages have, and what can be taken back. */
export class Desk {
  edited = $state.raw() as EditedStory;
  walk = $state.raw() as Walk;
  isBusy = $state(false);
  readonly id: string;

  private constructor(id: string, edited: EditedStory) {
    this.id = id;
    this.edited = edited;
    this.walk = new Walk(edited.story.graph, `story-${id}`);
  }

  static async open(id: string): Promise<Desk> {
    return new Desk(id, await api.storyEdits(id));
  }

  get story(): Story {
    return this.edited.story;
  }

  /** What was done to a passage; nothing yet = one version, the first. */
  node(id: string): EditedNode | undefined {
    return this.edited.nodes.find((one) => one.node === id);
  }

  edit(edit: StoryEdit): Promise<void> {
    return this.#take(() => api.editStory(this.id, edit));
  }

  retell(node: string): Promise<void> {
    return this.edit({ kind: 'retell', node, seed: 1 + Math.floor(Math.random() * 1e6) });
  }

  undo(): Promise<void> {
    return this.#take(() => api.undoEdit(this.id));
  }

  redo(): Promise<void> {
    return this.#take(() => api.redoEdit(this.id));
  }

  /** The story as it came back; the way taken so far stays. */
  async #take(ask: () => Promise<EditedStory>): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    const edited = await attempt(ask);
    this.isBusy = false;
    if (!edited) return;
    const { path } = this.walk;
    this.edited = edited;
    this.walk = new Walk(edited.story.graph, `story-${this.id}`);
    this.walk.path = path;
  }
}
