// Which share of a window was really reviewed: what ran on the wall and the moments that were answered no, of what is recorded. Measured, never assumed.
import type { TraceWindow } from '../api/trace';
import { common, total, union, without, type Stretch } from '../state/stretches';
import { ms } from '../time';

export interface Reviewed {
  /** 0 to 1, of what is recorded; 0 where nothing is. */
  share: number;
  /** Milliseconds. */
  watched: number;
  recorded: number;
  stretches: Stretch[];
}

type Spanned = Pick<TraceWindow, 'start' | 'end' | 'gaps'>;
const span = ({ start, end }: { start: string; end: string }): Stretch => [ms(start), ms(end)];

/** What of a window is recorded. */
export function recorded(window: Spanned): Stretch[] {
  return without(span(window), window.gaps.map(span));
}

/**
 * `watched`: what ran on the wall; `refused`: moments answered no. All of it counts, told before or not: of several answers about the
 * same instants, the largest share does.
 */
export function reviewed(window: Spanned, watched: Stretch[], refused: { start: string; end: string }[]): Reviewed {
  const there = recorded(window);
  const seen = common(union([...watched, ...refused.map(span)]), there);
  const [all, own] = [total(there), total(seen)];
  return { share: all > 0 ? Math.min(1, own / all) : 0, watched: own, recorded: all, stretches: seen };
}

/** What an answer told was reviewed. */
export interface Told {
  share: number;
  stretches: Stretch[];
}
/** So much more (milliseconds) was watched, or so much larger is the share, that another answer says more than the last did. */
const MORE_MS = 1_000;
const MORE_SHARE = 0.1;

/**
 * Whether "not seen" says anything that answers did not say before: more was watched since, or what was watched is a clearly larger part
 * of this window than of theirs. Ranked anew, a window may begin and end a little elsewhere; the same said of it again is nothing new.
 */
export function news({ share, stretches }: Reviewed, told: Told[]): boolean {
  const before = told.filter((one) => common(union(one.stretches), stretches).length > 0);
  if (before.length === 0) return true;
  const known = before.flatMap((one) => one.stretches);
  const fresh = total(stretches.flatMap((one) => without(one, known)));
  return fresh >= MORE_MS || share >= Math.max(...before.map((one) => one.share)) + MORE_SHARE;
}

/** What a person typed: `80`, `80 %`, `62,5`; null where that is no share. */
export function typed(text: string): number | null {
  const value = Number(text.replace('%', '').replace(',', '.').trim());
  return text.trim() !== '' && value > 0 && value <= 100 ? value / 100 : null;
}
