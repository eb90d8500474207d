// What one does with a still: mark it, dismiss it, open it on the wall.
import { look } from '../state/look.svelte';
import { view } from '../state/view.svelte';
import type { Still } from './stills';

/** How much of the axis is shown around a still on the wall, each way, milliseconds. */
const AROUND = 120_000;

/** Judges a still; the same judgement again takes it back. Says whether it is judged now. */
export function judged(still: Still, as: 'yes' | 'no'): boolean {
  const was = look.judged[still.key];
  if (was === 'yes') {
    const mark = look.marks.find((mark) => mark.camera === still.camera && mark.at === still.at);
    if (mark) look.unmark(mark.id);
  }
  if (was === as) {
    look.judged = Object.fromEntries(Object.entries(look.judged).filter(([key]) => key !== still.key));
    return false;
  }
  if (as === 'yes') {
    const { camera, at, recording, pts } = still;
    const uncertainty = look.camera(camera)?.clock.uncertainty_s ?? null;
    look.mark({ camera, at, own: at, uncertainty, still: `${recording}@${pts}` });
  }
  look.judged[still.key] = as;
  return true;
}

/** The wall at a still's time, with the neighbours that saw something too. */
export function toWall(still: Still, stills: Still[]): void {
  const others = stills.filter((one) => still.group !== null && one.group === still.group && one !== still);
  const wall = [...new Set([still.camera, ...others.map((one) => one.camera)])].slice(0, 16);
  const size = wall.length > 9 ? 16 : wall.length > 4 ? 9 : wall.length > 1 ? 4 : 1;
  look.focus = still.camera;
  view.go({ screen: 'look', part: null, t: still.at, wall, size, axis: [still.at - AROUND, still.at + AROUND] });
}
