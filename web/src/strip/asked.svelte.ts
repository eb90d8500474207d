// The strip's own question: the answer that is looked at, asked for moments or for brightness where it has none.
import { post, Problem } from '../api/client';
import type { Answer, Mode, Question } from '../api/types';

export class Asked {
  answer = $state.raw<Answer | null>(null);
  loading = $state(false);
  problem = $state.raw<Problem | null>(null);
  #going: AbortController | null = null;
  #key = '';
  #what = '';

  /** Asks unless just this was asked; `clocks` goes up whenever clocks changed. */
  ask(question: Question, mode: Mode, clocks: number): void {
    const key = JSON.stringify([question, mode, clocks]);
    if (key === this.#key) return;
    this.stop();
    // Another question: what the last one found is not its answer. With other clocks only, it stays until the new comes.
    const what = JSON.stringify([question, mode]);
    if (what !== this.#what) this.answer = null;
    this.#what = what;
    this.#key = key;
    void this.#post({ ...question, mode });
  }
  stop(): void {
    this.#going?.abort();
    this.#key = '';
    this.loading = false;
  }
  async #post(question: Question): Promise<void> {
    const going = (this.#going = new AbortController());
    this.loading = true;
    this.problem = null;
    try {
      this.answer = await post<Answer>('/ask', question, going.signal);
    } catch (error) {
      if (going.signal.aborted) return;
      this.problem = error instanceof Problem ? error : new Problem(0, 'failed', String(error));
      this.answer = null;
    }
    if (this.#going === going) this.loading = false;
  }
}
