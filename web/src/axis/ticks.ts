// Where the axis has its ticks and what they say: round times of the site's clocks, from tenths of a second to months.
import { ahead, clock, date } from '../time';
import type { Range } from './scale';

export interface Tick {
  at: number;
  /** Null: a small tick that says nothing. */
  label: string | null;
  /** A new day begins here. */
  day: boolean;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** How far labels are apart, and small ticks between them. */
const STEPS: [number, number][] = [
  [SECOND / 5, SECOND / 10],
  [SECOND, SECOND / 5],
  [2 * SECOND, SECOND],
  [5 * SECOND, SECOND],
  [10 * SECOND, 5 * SECOND],
  [30 * SECOND, 10 * SECOND],
  [MINUTE, 10 * SECOND],
  [2 * MINUTE, 30 * SECOND],
  [5 * MINUTE, MINUTE],
  [10 * MINUTE, 5 * MINUTE],
  [30 * MINUTE, 10 * MINUTE],
  [HOUR, 10 * MINUTE],
  [2 * HOUR, 30 * MINUTE],
  [3 * HOUR, HOUR],
  [6 * HOUR, HOUR],
  [12 * HOUR, 3 * HOUR],
  [DAY, 6 * HOUR],
  [2 * DAY, DAY],
  [7 * DAY, DAY],
  [14 * DAY, DAY],
];

/** 5/1/1970 was a Monday: weeks begin there. */
const MONDAY = 4 * DAY;

function label(at: number, step: number, day: boolean, zone: string): string {
  if (day) return date(at, zone).replace(/\/\d+$/, '');
  if (step < SECOND) return clock(Math.round(at), zone, 'tenth');
  return clock(at, zone, step < MINUTE ? 'second' : 'minute');
}

/** The ticks of a range that is `width` pixels wide; labels stand at least `apart` pixels from each other. */
export function ticks([from, to]: Range, width: number, zone: string, apart = 84): Tick[] {
  if (width <= 0) return [];
  const least = ((to - from) / width) * apart;
  const [step, small] = STEPS.find(([step]) => step >= least) ?? STEPS[STEPS.length - 1]!;
  const found: Tick[] = [];
  const first = ahead(from, zone);
  // Only where clocks are changed in between each tick has to be asked for.
  const leaps = ahead(to, zone) !== first;
  const offset = (at: number) => (leaps ? ahead(at, zone) : first);
  const ofClock = (local: number) => local - offset(local - offset(local));
  const start = Math.floor((from + first) / small) * small;
  const count = Math.ceil((to - from + 2 * HOUR) / small) + 2;
  for (let i = 0; i <= count && found.length < 2_000; i++) {
    const local = start + i * small;
    const at = ofClock(local);
    if (at > to && small < HOUR) break;
    // A time that the clocks leap over is not there.
    if (at < from || at > to || at + offset(at) - local > MINUTE) continue;
    // Tenths are not exact in binary: what is nearly round is round.
    const past = (value: number, of: number) => Math.abs(value / of - Math.round(value / of)) * of < 1;
    const day = past(local, DAY);
    found.push({
      at,
      day,
      label: past(step > 2 * DAY ? local - MONDAY : local, step) ? label(at, step, day, zone) : null,
    });
  }
  return found;
}
