import { api, type Job } from './client';

/** The jobs of this server, kept current by its stream of events. */
class Jobs {
  list = $state<Job[]>([]);
  isResting = $state(false);
  #stream: EventSource | undefined;

  get running(): Job[] {
    return this.list.filter((job) => job.state === 'running' || job.state === 'waiting');
  }

  watch(): void {
    if (this.#stream) return;
    this.#stream = new EventSource('api/v1/events');
    this.#stream.addEventListener('open', () => void this.#load());
    this.#stream.addEventListener('jobs', (event) => (this.isResting = (JSON.parse(event.data) as { is_resting: boolean }).is_resting));
    this.#stream.addEventListener('job', (event) => this.#put(JSON.parse(event.data) as Job));
  }

  async #load(): Promise<void> {
    const { jobs, is_resting: isResting } = await api.jobs();
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
