import { ApiError } from '../api/client';
import { t } from '../locales/locale.svelte';

export interface Toast {
  id: number;
  text: string;
  isError: boolean;
  undo?: () => unknown;
}

/** Short notes at the edge of the page, most with a way back. */
class Toasts {
  list = $state<Toast[]>([]);
  #last = 0;

  say(text: string, undo?: () => unknown): void {
    this.#put({ id: ++this.#last, text, isError: false, undo }, 8000);
  }

  fail(error: unknown): void {
    const text = error instanceof ApiError ? [error.message, error.nextStep].filter(Boolean).join(' — ') : t('error.offline');
    this.#put({ id: ++this.#last, text, isError: true }, 12000);
  }

  remove(id: number): void {
    this.list = this.list.filter((toast) => toast.id !== id);
  }

  /** What was said before means nothing any more. */
  clear(): void {
    this.list = [];
  }

  #put(toast: Toast, milliseconds: number): void {
    this.list = [...this.list.slice(-2), toast];
    setTimeout(() => this.remove(toast.id), milliseconds);
  }
}

export const toasts = new Toasts();

/** Runs work; what goes wrong is shown instead of thrown. */
export async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    toasts.fail(error);
    return undefined;
  }
}
