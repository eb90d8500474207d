// What moves the axis: the shown range (kept in the address), the cursor, the chosen lane; by pointer or by key, the same steps.
import { look } from '../state/look.svelte';
import { view } from '../state/view.svelte';
import { gapBeside, type Track } from './lanes';
import { holding, panned, whole, zoomed, type Range } from './scale';

/** A step of the cursor and of panning, in parts of what is shown. */
const STEP = 1 / 120;
const LEAP = 1 / 4;

export class Control {
  /** The cursor was put by keys: its frame stands at its lane, not at the pointer. */
  byKeys = $state(false);
  #next: Range | null = null;

  /** What is shown: what was zoomed to, else the window of the answer. */
  get range(): Range | null {
    return view.shown.axis ?? (look.window && whole(look.window));
  }
  /** Shows another range, at most once a picture of the screen. */
  #show(make: (range: Range) => Range): void {
    const now = this.#next ?? this.range;
    if (!now) return;
    if (!this.#next) {
      requestAnimationFrame(() => {
        if (this.#next) view.set({ axis: [this.#next[0], this.#next[1]] });
        this.#next = null;
      });
    }
    this.#next = make(now);
  }
  zoom(factor: number, at: number): void {
    this.#show((range) => zoomed(range, factor, at));
  }
  /** By keys: around the cursor, else the wall's clock where it is shown, else the middle. */
  zoomHere(factor: number): void {
    const range = this.range;
    if (!range) return;
    const shown = (at: number | null | undefined): at is number =>
      typeof at === 'number' && at >= range[0] && at <= range[1];
    const points = [look.hover?.at, view.shown.t].filter(shown);
    this.zoom(factor, points[0] ?? (range[0] + range[1]) / 2);
  }
  pan(part: number): void {
    this.#show((range) => panned(range, (range[1] - range[0]) * part));
  }
  leap(direction: 1 | -1): void {
    this.pan(direction * LEAP);
  }
  home(): void {
    this.#next = null;
    view.set({ axis: null });
  }
  /** Chooses the lane above or below. */
  choose(by: 1 | -1): void {
    const ids = look.cameras.map((camera) => camera.id);
    const at = look.focus === null ? -1 : ids.indexOf(look.focus);
    const next = at < 0 ? 0 : Math.max(0, Math.min(ids.length - 1, at + by));
    look.focus = ids[next] ?? null;
    if (look.hover && this.byKeys) look.hover = { at: look.hover.at, camera: look.focus };
  }
  /** Moves the cursor; it begins at the wall's clock or in the middle. */
  step(direction: 1 | -1): void {
    const range = this.range;
    if (!range) return;
    const from = this.cursor(range);
    this.put(look.hover ? from + direction * (range[1] - range[0]) * STEP : from);
  }
  cursor(range: Range): number {
    const t = view.shown.t;
    return look.hover?.at ?? (t !== null && t >= range[0] && t <= range[1] ? t : (range[0] + range[1]) / 2);
  }
  /** Puts the cursor on the chosen lane, and shows it. */
  put(at: number): void {
    if (look.focus === null) this.choose(1);
    this.byKeys = true;
    look.hover = { at, camera: look.focus };
    const range = this.range;
    if (range && (at < range[0] || at > range[1])) this.#show((now) => holding(now, at));
  }
  gap(track: Track | undefined, forward: boolean): void {
    const range = this.range;
    const gap = range && track && gapBeside(track, this.cursor(range), forward);
    if (gap) this.put(gap.from);
  }
  /** Puts a camera on the wall at an instant. One that is there already stays. */
  open(camera: string, at: number): void {
    look.focus = camera;
    if (!view.shown.wall.includes(camera)) look.toggle(camera);
    view.set({ t: at });
  }
  /** Whether there is a step back: a cursor to leave, or a part to leave for the whole. */
  get away(): boolean {
    return (this.byKeys && look.hover !== null) || view.shown.axis !== null;
  }
  back(): void {
    if (look.hover) look.hover = null;
    else this.home();
  }
}
