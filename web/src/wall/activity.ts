// When something began to move before a camera: where the keys for the next and the previous activity go.
import type { Moment, Recording } from '../api/types';
import { ms } from '../time';

/** Activity (0 to 1) from which something moves, and below which it has ceased. */
const MOVES = 0.6;
const CEASES = 0.3;
/** Beginnings as close as this (milliseconds) are one: cameras that stand side by side see the same. */
const SAME = 2000;

/** When activity rose in a recording, milliseconds. Its values stand for equal parts of it. */
export function rises(recording: Pick<Recording, 'start' | 'end' | 'activity'>): number[] {
  const [start, end] = [ms(recording.start), ms(recording.end)];
  const { activity } = recording;
  const found: number[] = [];
  let moves = false;
  activity.forEach((value, at) => {
    if (!moves && value >= MOVES) found.push(start + ((end - start) * at) / activity.length);
    moves = value >= (moves ? CEASES : MOVES);
  });
  return found;
}

/** All beginnings of activity, in order: those of moments where there are any, else what the recordings tell. */
export function beginnings(recordings: Recording[], moments: Moment[]): number[] {
  const all = moments.length > 0 ? moments.map((moment) => ms(moment.start)) : recordings.flatMap(rises);
  all.sort((one, other) => one - other);
  return all.filter((at, index) => index === 0 || at - all[index - 1]! > SAME);
}

/** The next one after an instant (`by` 1), or the last before it (−1). */
export function jump(beginnings: number[], t: number, by: 1 | -1): number | null {
  // Who has just jumped to one goes on from there.
  const near = 500;
  const found = by > 0 ? beginnings.find((at) => at > t + near) : beginnings.findLast((at) => at < t - near);
  return found ?? null;
}
