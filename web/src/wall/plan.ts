// What a player fetches next and what it lets go: only what is about to be watched, in bounded parts.
import { mediaOf, stretchFrom, trueOf, type Film, type Stretch } from './timeline';

/** Media times, seconds. */
export interface Range {
  from: number;
  to: number;
}
/** A part of one stretch that is to be fetched. */
export interface Want extends Range {
  stretch: Stretch;
  /** True seconds from the instant that is shown to where it begins: what is short comes first. */
  ahead: number;
}
export interface Limits {
  /** True seconds from the shown instant up to which things are fetched. */
  ahead: number;
  /** Media seconds of a part, and of the first one, which is to be there soon. */
  part: number;
  first: number;
}

/** Below this (seconds) nothing is asked for: the last frame of what is there lasts so long. */
const LEAST = 0.02;
/** Seconds that are fetched before what is there, when somebody goes back into what lacks. */
const BACK = 3;

/** Two lists of ranges as one, in order and without overlap. */
export function joined(ranges: Range[]): Range[] {
  const sorted = [...ranges].sort((one, other) => one.from - other.from);
  const all: Range[] = [];
  for (const range of sorted) {
    const last = all.at(-1);
    if (last && range.from <= last.to + LEAST / 2) last.to = Math.max(last.to, range.to);
    else if (range.to > range.from) all.push({ ...range });
  }
  return all;
}
/** Ranges without a part of them. */
export function without(ranges: Range[], gone: Range): Range[] {
  return ranges.flatMap((range) =>
    [
      { from: range.from, to: Math.min(range.to, gone.from) },
      { from: Math.max(range.from, gone.to), to: range.to },
    ].filter((part) => part.to > part.from),
  );
}

/** The end of what is there before a media time. */
function last(done: Range[], at: number): number {
  return Math.max(0, ...done.filter((range) => range.to <= at).map((range) => range.to));
}

/** The next part that lacks, or null where enough is there. `done`: what was fetched, as `joined` gives it. */
export function next(film: Film, done: Range[], t: number, limits: Limits): Want | null {
  let stretch = stretchFrom(film, t);
  let at = stretch ? Math.max(stretch.from, mediaOf(stretch, Math.max(t, stretch.start))) : 0;
  const first = at;
  while (stretch) {
    for (const range of done) if (range.from <= at + LEAST / 2 && range.to > at) at = range.to;
    if (at < stretch.to - LEAST) {
      const ahead = (trueOf(stretch, at) - t) / 1000;
      if (ahead > limits.ahead) return null;
      const length = ahead < 1 ? limits.first : limits.part;
      const known = done.find((range) => range.from > at);
      let to = Math.min(stretch.to, at + length, known?.from ?? Infinity);
      // No crumbs at the end of a file.
      if (stretch.to - to < length / 4 && (known?.from ?? Infinity) > stretch.to) to = stretch.to;
      // A little that lacks before what is there: whoever steps back through frames will want more of it.
      const from = to - at < BACK && known && at === first ? Math.max(stretch.from, to - BACK, last(done, at)) : at;
      return { stretch, from, to, ahead };
    }
    stretch = stretchFrom(film, stretch.end);
    at = Math.max(at, stretch?.from ?? 0);
  }
  return null;
}

/** What may be let go: all but `behind` before and `ahead` after what is shown (media seconds). */
export function gone(done: Range[], media: number, behind: number, ahead: number): Range[] {
  const parts = [
    { from: 0, to: media - behind },
    { from: media + ahead, to: Infinity },
  ];
  return parts.filter((part) => part.to > part.from && done.some((one) => one.from < part.to && one.to > part.from));
}

/** Media seconds from an instant on that are there without a hole. */
export function filled(done: Range[], media: number): number {
  const range = done.find((one) => one.from <= media + LEAST / 2 && one.to > media);
  return range ? range.to - media : 0;
}
