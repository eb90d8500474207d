// The wall's clock, and what a player does to keep to it.

/** True time that runs at a speed, or stands. */
export class Master {
  #t: number;
  #since: number | null = null;
  speed = 1;

  constructor(t: number) {
    this.#t = t;
  }
  get runs(): boolean {
    return this.#since !== null;
  }
  /** True time (milliseconds) at a moment of this page (`performance.now()`). */
  at(now: number): number {
    return this.#since === null ? this.#t : this.#t + (now - this.#since) * this.speed;
  }
  run(now: number, t = this.at(now), speed = this.speed): void {
    this.#t = t;
    this.#since = now;
    this.speed = speed;
  }
  stop(now: number, t = this.at(now)): void {
    this.#t = t;
    this.#since = null;
  }
}

/** How a player stands against the clock. */
export interface Stand {
  /** Its true time minus the clock's, milliseconds. */
  error: number;
  /** It has what comes next, and is not on the way to another place. */
  ready: boolean;
  speed: number;
  /** It is catching up already. */
  trims?: boolean;
  /** How many frames running were shown at a wrong time. */
  slips?: number;
}
export type Step =
  /** Go on at this share of the speed. */
  | { do: 'go'; trim: number }
  /** Too far away to be caught up with. */
  | { do: 'seek' }
  /** It has nothing to show: the clock waits for it. */
  | { do: 'wait' };

/** Below this (milliseconds of the wall's own time) nothing is done: each change of speed upsets the rhythm in which frames are shown. */
const STILL = 25;
/** Who catches up does it down to this. */
const RIGHT = 6;
/** Milliseconds in which an error shrinks to a third. */
const SHRINKS = 350;
/** Beyond this, milliseconds of the wall's own time, a player jumps. */
const JUMPS = 400;
const MOST = 0.35;

/** Small errors are caught up with by going a little faster or slower, large ones by a jump. */
export function steer({ error, ready, speed, trims = false, slips = 0 }: Stand): Step {
  if (!ready) return { do: 'wait' };
  const own = error / speed;
  if (Math.abs(own) > JUMPS || slips >= PATIENCE) return { do: 'seek' };
  if (Math.abs(own) < (trims ? RIGHT : STILL)) return { do: 'go', trim: 1 };
  return { do: 'go', trim: 1 - Math.max(-MOST, Math.min(MOST, own / SHRINKS)) };
}

/** Frames shown so much (milliseconds) before or after their time are shown wrongly … */
const SLIPS = 60;
/** … and when so many follow one another, a jump sets that right. */
const PATIENCE = 2;
/**
 * How many frames running were shown at a wrong time: under load a browser may show them a whole frame early or late, and keeps to
 * that. `early`: how much before its time the latest was shown, milliseconds.
 */
export function slips(before: number, early: number): number {
  return Math.abs(early) > SLIPS ? before + 1 : 0;
}

/** The speeds that there are; at the last two, only keyframes are shown. */
export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16] as const;
/** Above this, no player runs: pictures are asked for one by one. */
export const RUNS_UP_TO = 4;

/** The next speed up (`by` 1) or down (−1). */
export function speedBy(speed: number, by: 1 | -1): number {
  const at = SPEEDS.findIndex((one) => one >= speed);
  return SPEEDS[Math.max(0, Math.min(SPEEDS.length - 1, (at < 0 ? SPEEDS.length - 1 : at) + by))]!;
}
