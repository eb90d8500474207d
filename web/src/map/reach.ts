// How the streets on which somebody may be are drawn at an instant. Pure.
import type { Reach, ReachLink } from '../api/trace';
import { ms } from '../time';

/** `now`: may be there now. `since`: may have been reached before, and left. */
export type Where = 'now' | 'since';

/** Seconds from the sighting to an instant, before it where the trace is gone back; null where no instant is told. */
export function elapsed(reach: Pick<Reach, 'at' | 'side'>, t: number | null): number | null {
  if (t === null) return null;
  const seconds = (t - ms(reach.at)) / 1000;
  return reach.side === 'before' ? -seconds : seconds;
}
/** Null: cannot have been reached yet. Where no instant is told, all that can ever be reached is. */
export function where(link: Pick<ReachLink, 'first_s' | 'last_s'>, seconds: number | null): Where | null {
  if (seconds === null) return 'since';
  if (seconds < link.first_s) return null;
  return seconds <= link.last_s ? 'now' : 'since';
}
/** Pixels and opacity, by how likely it goes there. */
export function stroke(chance: number, where: Where): { width: number; alpha: number } {
  // The root, since most chances are small and have to be told apart.
  const root = Math.sqrt(Math.min(1, Math.max(0, chance)));
  return where === 'now'
    ? { width: 2.5 + 6 * root, alpha: 0.35 + 0.6 * root }
    : { width: 1.5 + 2 * root, alpha: 0.3 + 0.35 * root };
}
/** The part of a ring that stands for a chance: lengths of dash and hole, for a radius. */
export function arc(chance: number, radius: number): string {
  const round = 2 * Math.PI * radius;
  const part = round * Math.min(1, Math.max(0.02, chance));
  return `${part.toFixed(1)} ${(round - part + 0.1).toFixed(1)}`;
}
/** The middle of a line on the screen and its direction there, degrees: where an arrow stands. */
export function middle(line: [number, number][]): { x: number; y: number; angle: number } | null {
  const lengths = line.slice(1).map(([x, y], at) => Math.hypot(x - line[at]![0], y - line[at]![1]));
  let left = lengths.reduce((sum, one) => sum + one, 0) / 2;
  if (left === 0) return null;
  for (const [at, length] of lengths.entries()) {
    if (left > length) {
      left -= length;
      continue;
    }
    const [[ax, ay], [bx, by]] = [line[at]!, line[at + 1]!];
    const part = left / length;
    return {
      x: ax + (bx - ax) * part,
      y: ay + (by - ay) * part,
      angle: (Math.atan2(by - ay, bx - ax) * 180) / Math.PI,
    };
  }
  return null;
}
