// What of each camera's footage really ran before somebody's eyes: true time between frames that were shown one after the other.
import { union, type Stretch } from './stretches';

/** Frames further apart than this (milliseconds of true time) do not show what lies between: a jump, or single pictures of a fast run. */
export const STEP = 2_000;

export class Watched {
  #last = new Map<string, number>();
  #seen = new Map<string, Stretch[]>();

  /** A frame of a camera is shown while the wall runs; milliseconds of true time. */
  frame(camera: string, at: number): void {
    const last = this.#last.get(camera);
    this.#last.set(camera, at);
    if (last === undefined || at <= last || at - last > STEP) return;
    const before = this.#seen.get(camera) ?? [];
    const end = before.at(-1);
    // Frame after frame of the same run: the stretch grows, and nothing has to be sorted.
    if (end?.[1] === last) before[before.length - 1] = [end[0], at];
    else before.push([last, at]);
    this.#seen.set(camera, before);
  }
  /** The wall stands: the next frame begins another run. */
  rest(): void {
    this.#last.clear();
  }
  /** Nothing was watched: for another trace, or as other clocks told it. */
  clear(): void {
    this.#last.clear();
    this.#seen.clear();
  }
  /** What was watched of a camera. */
  of(camera: string): Stretch[] {
    return union(this.#seen.get(camera) ?? []);
  }
}
