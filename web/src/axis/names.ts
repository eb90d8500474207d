// What a gap of a lane is called. Its ends at the edges of what was fetched are not its ends: no time is told for them.
import { session } from '../state/session.svelte';
import { cause, gapName } from '../text/footage';
import { words } from '../text/index.svelte';
import { clock, date, rfc } from '../time';
import type { Hole, Track } from './lanes';

const t = words({
  vi: {
    all: (why: string) => `trống suốt khoảng này: ${why}`,
    until: (why: string, time: string) => `trống: ${why} đến ${time}`,
    since: (why: string, time: string) => `trống: ${why} từ ${time}`,
  },
  en: {
    all: (why: string) => `empty all the time shown: ${why}`,
    until: (why: string, time: string) => `empty: ${why} until ${time}`,
    since: (why: string, time: string) => `empty: ${why} since ${time}`,
  },
});

export function holeName(gap: Hole, track: Track): string {
  const zone = session.zone;
  const [start, end] = track.range;
  const [open, opens] = [gap.from <= start + 1, gap.to >= end - 1];
  const why = cause(gap);
  const time = (at: number) => {
    const time = clock(at, zone, end - start < 600_000 ? 'second' : 'minute');
    return end - start > 86_400_000 ? `${time} ${date(at, zone).replace(/\/\d+$/, '')}` : time;
  };
  if (open && opens) return t().all(why);
  if (open) return t().until(why, time(gap.to));
  if (opens) return t().since(why, time(gap.from));
  return gapName({ start: rfc(gap.from), end: rfc(gap.to), reason: gap.reason, cause: gap.cause }, zone);
}
