// Something that is fetched: loading, there, or why not. A request that another supersedes is aborted, and its answer dropped.
import { wrongPart } from './wrong';

export class Load<T> {
  value = $state.raw<T | null>(null);
  loading = $state(false);
  problem = $state('');
  #going: AbortController | null = null;
  readonly #fetch: (signal: AbortSignal) => Promise<T>;

  constructor(fetch: (signal: AbortSignal) => Promise<T>) {
    this.#fetch = fetch;
  }
  /** Fetches it, or fetches it anew: what is there stays until the answer comes. */
  readonly again = async (): Promise<void> => {
    this.stop();
    const going = (this.#going = new AbortController());
    this.loading = true;
    try {
      const value = await this.#fetch(going.signal);
      if (this.#going !== going) return;
      this.value = value;
      this.problem = '';
    } catch (error) {
      if (this.#going !== going) return;
      this.problem = wrongPart(error);
    }
    this.loading = false;
  };
  readonly stop = (): void => {
    this.#going?.abort();
    this.#going = null;
    this.loading = false;
  };
}
