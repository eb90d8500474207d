// Where a wall begins: at the instant that was told where something was recorded then, else where footage begins.
import type { Span } from '../api/types';
import { ms } from '../time';

/** Milliseconds of true time. `start`: of the window that was asked about; `told`: the instant that the sentence told. */
export function first(recordings: Span[], start: number, told: number | null): number {
  if (told !== null && recordings.some((one) => ms(one.start) <= told && told < ms(one.end))) return told;
  const starts = recordings.map((one) => ms(one.start));
  return starts.length === 0 ? start : Math.max(start, Math.min(...starts));
}
