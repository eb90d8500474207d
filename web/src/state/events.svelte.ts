// What the daemon tells by itself: clocks were checked, footage came in, something was entered into a trace. Rooms listen by `onEvent`; the
// connection is kept for them all.
import { address, get } from '../api/client';

/** `missed`: something may have happened that was not told, since the connection broke or this page was too slow. */
export type Happening = 'clocks' | 'footage' | 'status' | 'trace' | 'missed';
type Data = { camera?: string; trace?: number };
type Listener = (data: Data) => void;

/** How long to wait before the next try, milliseconds: longer each time. */
const FIRST_WAIT = 2_000;
const LONGEST_WAIT = 60_000;

class Events {
  /** Whether the daemon can tell anything just now. */
  live = $state(false);
  #listeners = new Map<Happening, Set<Listener>>();
  #source: EventSource | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wait = FIRST_WAIT;
  #heard = false;
  /** It was open before: what happened since it broke was told to nobody here. */
  #before = false;

  /** Calls `run` whenever it happens; call what it gives to stop, as an `$effect` does with what it returns. */
  on(happening: Happening, run: Listener): () => void {
    const listeners = this.#listeners.get(happening) ?? new Set();
    this.#listeners.set(happening, listeners.add(run));
    if (!this.#source) this.#open();
    return () => {
      listeners.delete(run);
      if ([...this.#listeners.values()].every((set) => set.size === 0)) this.#close();
    };
  }
  #open(): void {
    clearTimeout(this.#timer);
    const source = (this.#source = new EventSource(address('/events')));
    source.onopen = () => {
      this.live = this.#heard = true;
      this.#wait = FIRST_WAIT;
      if (this.#before) this.#tell('missed', '');
      this.#before = true;
    };
    source.onerror = () => {
      this.live = false;
      // A connection that broke is made anew by the browser; one that was refused (the session is over, too many) is not.
      if (source.readyState !== EventSource.CLOSED || source !== this.#source) return;
      // Is the session over? Asked once only, since asking uses the session, which has to end by itself.
      if (this.#heard) void get('/me').catch(() => undefined);
      this.#heard = false;
      this.#timer = setTimeout(() => this.#open(), this.#wait);
      this.#wait = Math.min(LONGEST_WAIT, this.#wait * 2);
    };
    for (const happening of ['clocks', 'footage', 'status', 'trace'] as const) {
      source.addEventListener(happening, (event) => this.#tell(happening, String(event.data)));
    }
    // The daemon tells it of something else that changed, and in place of what a slow listener missed: which of both is not said.
    source.addEventListener('status', () => this.#tell('missed', ''));
  }
  #close(): void {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
    this.live = this.#before = false;
    this.#wait = FIRST_WAIT;
  }
  #tell(happening: Happening, text: string): void {
    let data: Data = {};
    try {
      data = (JSON.parse(text || '{}') ?? {}) as Data;
    } catch {
      // That it happened is what counts.
    }
    for (const run of this.#listeners.get(happening) ?? []) run(data);
  }
}

export const events = new Events();
export const onEvent = (happening: Happening, run: Listener) => events.on(happening, run);
