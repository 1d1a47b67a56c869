import { api, type Job } from './client';
import { listenTogether, type Heard } from './shared-events';

/** The jobs of this server, kept current by its stream of events, which all tabs share. */
class Jobs {
  list = $state<Job[]>([]);
  isResting = $state(false);
  #isWatching = false;
  #heard = 0; // events of jobs

  get running(): Job[] {
    return this.list.filter((job) => job.state === 'running' || job.state === 'waiting');
  }

  watch(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    listenTogether('api/v1/events', ['jobs', 'job'], (heard) => this.#hear(heard));
  }

  #hear({ type, data }: Heard): void {
    if (type !== 'open') this.#heard += 1;
    if (type === 'open') this.#load().catch(() => undefined); // the stream comes back, and then it is asked again
    if (type === 'jobs') this.isResting = (JSON.parse(data) as { is_resting: boolean }).is_resting;
    if (type === 'job') this.#put(JSON.parse(data) as Job);
  }

  async #load(): Promise<void> {
    const before = this.#heard;
    const { jobs, is_resting: isResting } = await api.jobs();
    if (before !== this.#heard) return this.#load(); // the answer may be older than what was heard meanwhile
    this.isResting = isResting;
    for (const job of jobs.reverse()) this.#put(job);
  }

  #put(job: Job): void {
    const place = this.list.findIndex((known) => known.id === job.id);
    if (place >= 0) this.list[place] = job;
    else this.list.unshift(job);
  }
}

export const jobs = new Jobs();
