import { api, type MoodPolicy, type Recommendation } from '../../api/client';
import { viewer } from '../../api/viewer.svelte';

/** What was asked for tonight and what was answered; it outlives the page, so that coming back shows the same. */
class Tonight {
  mood = $state('');
  minutes = $state(0);
  policy = $state<MoodPolicy>('lift');
  companion = $state('');
  answer = $state<Recommendation | undefined>();
  #asked = 0;

  /** Asks with the conditions as they are; only the newest answer counts. */
  async ask(): Promise<void> {
    const asked = ++this.#asked;
    const answer = await api.recommend(viewer.id, {
      mood: this.mood.trim(),
      minutes: this.minutes || undefined,
      policy: this.policy,
      with: this.companion,
      count: 9,
    });
    if (asked === this.#asked) this.answer = answer;
  }
}

export const tonight = new Tonight();
