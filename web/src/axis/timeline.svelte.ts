// Fetches what the axis shows: somewhat more than is shown, once the officer's hand rests; what was there stays until the new comes.
import { post, Problem } from '../api/client';
import type { Timeline } from '../api/types';
import { rfc } from '../time';
import { ofTimeline, type Track } from './lanes';
import { LONGEST, type Range } from './scale';

export interface Wanted {
  range: Range;
  cameras: string[];
  /** Pixels that the range is wide. */
  width: number;
  purpose: number;
  /** What was fetched for another number is stale. */
  clocks: number;
}

/** How long the hand has to rest, milliseconds. */
const REST = 140;
/** How much more than the shown is fetched. */
const MORE = 2;

/** The most cameras that the daemon tells of at once. */
const AT_ONCE = 64;

/** A margin is at least this, milliseconds: whether single pictures make a lane shows only with the pictures beside. */
const MARGIN = 60_000;

/** How much is fetched where so much is shown, milliseconds. */
function span(shown: number): number {
  return Math.min(LONGEST, Math.max(shown * MORE, shown + 2 * MARGIN));
}
/** What to fetch for what is shown: margins on both sides, as many bins as can be told apart. */
export function fetched(range: Range, width: number): { range: Range; bins: number } {
  const shown = range[1] - range[0];
  const margin = (span(shown) - shown) / 2;
  const bins = Math.min(2_000, Math.max(1, Math.round((width * (shown + 2 * margin)) / shown / 2)));
  return { range: [range[0] - margin, range[1] + margin], bins };
}

/** Whether what was fetched still serves: it holds the range, and is not much coarser than what would be fetched now. */
export function serves(had: Range, range: Range): boolean {
  const holds = had[0] <= range[0] + 1 && had[1] >= range[1] - 1;
  return holds && had[1] - had[0] <= span(range[1] - range[0]) * 1.6;
}

export class Lanes {
  tracks = $state.raw<Map<string, Track>>(new Map());
  problem = $state.raw<Problem | null>(null);
  loading = $state(false);
  #had: { key: string; range: Range } | null = null;
  #going: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  want(wanted: Wanted): void {
    clearTimeout(this.#timer);
    const key = `${wanted.cameras.join()}|${wanted.clocks}|${wanted.purpose}`;
    if (this.#had?.key === key && serves(this.#had.range, wanted.range)) return;
    this.#timer = setTimeout(() => void this.#fetch(wanted, key), this.#had ? REST : 0);
  }
  stop(): void {
    clearTimeout(this.#timer);
    this.#going?.abort();
    this.loading = false;
  }
  async #fetch({ range: shown, cameras, width, purpose }: Wanted, key: string): Promise<void> {
    this.#going?.abort();
    const going = (this.#going = new AbortController());
    const { range, bins } = fetched(shown, width);
    this.loading = true;
    try {
      const found = new Map<string, Track>();
      for (let first = 0; first < cameras.length; first += AT_ONCE) {
        const some = cameras.slice(first, first + AT_ONCE);
        const body = { from: rfc(range[0]), to: rfc(range[1]), cameras: some, bins, purpose };
        const timeline = await post<Timeline>('/timeline', body, going.signal);
        for (const [camera, track] of ofTimeline(timeline)) found.set(camera, track);
      }
      this.tracks = found;
      this.#had = { key, range };
      this.problem = null;
    } catch (error) {
      if (going.signal.aborted) return;
      this.problem = error instanceof Problem ? error : new Problem(0, 'failed', String(error));
    }
    if (this.#going === going) this.loading = false;
  }
}
