// What a sentence means, asked while it is typed: a moment after the last key, and what was asked before is dropped.
import { get, Problem } from '../api/client';
import type { Understood } from '../api/types';

const PAUSE_MS = 180;

export class Understanding {
  result = $state.raw<Understood | null>(null);
  /** The sentence that `result` is of. */
  of = $state('');
  problem = $state.raw<Problem | null>(null);
  #going: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Understands a sentence soon; `now` at once. */
  think(phrase: string, now = false): void {
    this.stop();
    if (phrase.trim() === '') {
      this.result = null;
      this.of = phrase;
      return;
    }
    this.#timer = setTimeout(() => void this.#ask(phrase), now ? 0 : PAUSE_MS);
  }
  stop(): void {
    clearTimeout(this.#timer);
    this.#going?.abort();
  }
  async #ask(phrase: string): Promise<void> {
    const going = (this.#going = new AbortController());
    try {
      const result = await get<Understood>('/parse', { phrase }, going.signal);
      if (going.signal.aborted) return;
      this.result = result;
      this.of = phrase;
      this.problem = null;
    } catch (error) {
      if (!going.signal.aborted) this.problem = error instanceof Problem ? error : null;
    }
  }
}
