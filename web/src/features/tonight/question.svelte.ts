import { api, type GroupPolicy, type MoodPolicy, type Recommendation, type TonightQuestion } from '../../api/client';
import { viewer } from '../../api/viewer.svelte';
import { keepTuning, queryOf, readTuning, usualTuning, type Tuning } from './dials';

/** Films of a list to choose from. */
export const listLength = 9;
const settleMilliseconds = 250;
const eveningMinutes = 240;

/** What was asked for tonight and what was answered; it outlives the page, so that coming back shows the same. */
class Tonight {
  mood = $state('');
  drawn = $state.raw<number[]>([]); // how the evening is to feel; empty = not drawn
  minutes = $state(0);
  policy = $state<MoodPolicy>('lift');
  companions = $state<string[]>([]);
  group = $state<GroupPolicy>('fair');
  programme = $state(0); // films of an evening; 0 = a list to choose from
  tuning = $state<Tuning>(usualTuning());
  answer = $state.raw<Recommendation | undefined>();
  failure = $state.raw<unknown>();
  isAsking = $state(false);
  added = $state<number | undefined>(); // films that the last answer has and the one before had not
  #viewer = '';
  #asked = 0;
  #waiting: ReturnType<typeof setTimeout> | undefined;

  /** The query as the conditions are now. */
  get question(): TonightQuestion {
    return {
      mood: this.mood.trim(),
      draw: this.drawn.join() || undefined,
      minutes: this.minutes || undefined,
      policy: this.policy,
      with: this.companions.join(),
      group: this.companions.length ? this.group : undefined,
      programme: this.programme || undefined,
      count: listLength,
      ...queryOf(this.tuning),
    };
  }

  /** Another viewer sits down: their own tuning, and nobody beside them. */
  begin(id: string): Promise<void> {
    if (id === this.#viewer) return this.ask();
    this.#viewer = id;
    this.tuning = readTuning(id);
    this.companions = this.companions.filter((one) => one !== id);
    this.added = undefined;
    this.answer = undefined;
    return this.ask();
  }

  /** Asks with the conditions as they are, or for once as surprising as can be; only the newest answer counts. */
  async ask(surprise?: number): Promise<void> {
    clearTimeout(this.#waiting);
    const asked = ++this.#asked;
    this.isAsking = true;
    const before = this.answer;
    try {
      const question = surprise === undefined ? this.question : { ...this.question, surprise };
      const answer = await (viewer.isPersonal ? api.recommend(viewer.id, question) : api.recommendToAnybody(question));
      if (asked !== this.#asked) return;
      const known = new Set(before?.picks.map((pick) => pick.film.id));
      this.added = before && answer.picks.filter((pick) => !known.has(pick.film.id)).length;
      this.answer = answer;
      this.failure = undefined;
    } catch (error) {
      if (asked === this.#asked) this.failure = error;
    } finally {
      if (asked === this.#asked) this.isAsking = false;
    }
  }

  /** Something was turned: kept at once, asked when the hand rests. */
  changed(): void {
    // Films that fit an evening need an evening.
    if (this.programme && !this.minutes) this.minutes = eveningMinutes;
    keepTuning(viewer.id, this.tuning);
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => void this.ask(), settleMilliseconds);
  }

  /** Whether a condition, by the server's name, was set here; those of a mood sentence are in its words. */
  canDrop(condition: string): boolean {
    return Boolean({ time: this.minutes, language: this.tuning.language, year: this.tuning.since, age: this.tuning.age }[condition]);
  }

  drop(condition: string): void {
    if (condition === 'time') [this.minutes, this.programme] = [0, 0];
    if (condition === 'language') this.tuning.language = '';
    if (condition === 'year') this.tuning.since = 0;
    if (condition === 'age') this.tuning.age = 0;
    this.changed();
  }

  reset(): void {
    this.tuning = usualTuning();
    this.changed();
  }
}

export const tonight = new Tonight();
