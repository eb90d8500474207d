// The axis' scale: instants to pixels and back, zooming and panning. Instants are milliseconds of true time.

export type Range = readonly [number, number];

/** From a second to two months, as far as the daemon answers. */
export const SHORTEST = 1_000;
export const LONGEST = 62 * 86_400_000;

export function x(at: number, [from, to]: Range, width: number): number {
  return ((at - from) / (to - from)) * width;
}
export function instant(px: number, [from, to]: Range, width: number): number {
  return from + (px / width) * (to - from);
}

/** Zooms so that `at` stays where it is; `factor` below 1 shows less. */
export function zoomed([from, to]: Range, factor: number, at: number): Range {
  const now = to - from;
  const next = Math.min(LONGEST, Math.max(SHORTEST, now * factor));
  const start = at - ((at - from) * next) / now;
  return [start, start + next];
}
export function panned([from, to]: Range, by: number): Range {
  return [from + by, to + by];
}
/** The range moved as little as shows `at`, with some room beside it. */
export function holding(range: Range, at: number): Range {
  const room = (range[1] - range[0]) * 0.05;
  if (at < range[0]) return panned(range, at - room - range[0]);
  if (at > range[1]) return panned(range, at + room - range[1]);
  return range;
}
/** A window as the axis shows it first: never shorter than a second, never longer than what can be asked. */
export function whole([from, to]: Range): Range {
  const middle = (from + to) / 2;
  const half = Math.min(LONGEST, Math.max(SHORTEST, to - from)) / 2;
  return [middle - half, middle + half];
}
