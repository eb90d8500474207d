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

/** `watched`: what ran on the wall; `refused`: moments answered no; `told`: what earlier answers told already, which is not told twice. */
export function reviewed(
  window: Spanned,
  watched: Stretch[],
  refused: { start: string; end: string }[],
  told: Stretch[] = [],
): Reviewed {
  const there = recorded(window);
  const seen = common(union([...watched, ...refused.map(span)]), there);
  const fresh = seen.flatMap((one) => without(one, told));
  const [all, own] = [total(there), total(fresh)];
  return { share: all > 0 ? Math.min(1, own / all) : 0, watched: own, recorded: all, stretches: fresh };
}

/** What a person typed: `80`, `80 %`, `62,5`; null where that is no share. */
export function typed(text: string): number | null {
  const value = Number(text.replace('%', '').replace(',', '.').trim());
  return text.trim() !== '' && value > 0 && value <= 100 ? value / 100 : null;
}
