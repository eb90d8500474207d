// "9 camera, 2 trống": how many cameras there are around, and in how many of them nothing is to be seen. Pure.
import type { Answer, Standing, Witness } from '../api/types';

const NOTHING: ReadonlySet<Standing> = new Set<Standing>([
  'damaged',
  'gone',
  'stopped',
  'gap',
  'never',
  'not_indexed',
  'future',
  'being_written',
]);

export interface Counts {
  cameras: number;
  empty: number;
  stills: number;
  unchecked: number;
}
export function counts(cameras: Witness[]): Counts {
  const many = (is: (camera: Witness) => boolean) => cameras.filter(is).length;
  return {
    cameras: cameras.length,
    empty: many((camera) => NOTHING.has(camera.standing)),
    stills: many((camera) => camera.standing === 'stills_only'),
    unchecked: many((camera) => !camera.clock.checked),
  };
}

const LONG_MS = 3 * 3_600_000;
/** Whether the strip of moments serves better than the files: it was asked for so, or nobody watches so much. */
export function forStrip(answer: Answer): boolean {
  const { window, mode } = answer;
  if (!window) return false;
  return mode !== 'files' || Date.parse(window.end) - Date.parse(window.start) >= LONG_MS;
}
/** How many moments there are to look at; null where none were sought. */
export function moments(answer: Answer): number | null {
  return answer.moments?.moments.length ?? answer.brightness?.rises.length ?? null;
}
