// What a row of the ranking says of its window, and steps through rows and stills. Pure.
import type { TraceEvent, TraceWindow } from '../api/trace';
import type { Moment } from '../api/types';
import { ms, otherDigits } from '../time';

/** What a moment's still is called, as sightings keep it. */
export const stillOf = (moment: Pick<Moment, 'recording' | 'pts_us'>) => `${moment.recording}@${moment.pts_us}`;

/** The frame that a sighting's still names; null where it names none. */
export function frameOf(still: string): { recording: string; pts: number } | null {
  const [, recording, pts] = /^(.+)@(-?\d+)$/.exec(still) ?? [];
  return recording && pts ? { recording, pts: Number(pts) } : null;
}

/** Whether the camera's own clock shows something else than true time, wrong or set to another zone. */
export const differs = (window: Pick<TraceWindow, 'start' | 'camera_start'>, zone: string) =>
  otherDigits(window.camera_start, ms(window.start), zone);

/** The first still from one on that was not answered no; the number of stills where none is left. */
export function nextStill(moments: Moment[], from: number, refused: Record<string, true>): number {
  const left = moments.findIndex((moment, at) => at >= from && !refused[stillOf(moment)]);
  return left < 0 ? moments.length : left;
}

/** The row above or below, at the ends the same. */
export function stepped<T>(rows: T[], from: T | undefined, by: 1 | -1): T | undefined {
  const at = from === undefined ? -1 : rows.indexOf(from);
  return rows[Math.max(0, Math.min(rows.length - 1, at + by))];
}

/** The last event of somebody's that still holds. */
export function lastOwn(standing: { event: number; by: string }[], who: string): number | null {
  const own = standing.filter((one) => one.by === who).map((one) => one.event);
  return own.length > 0 ? Math.max(...own) : null;
}

/** Events that were taken back. */
export function undone(events: TraceEvent[]): Set<number> {
  return new Set(events.flatMap((one) => (one.what === 'undone' && one.event !== undefined ? [one.event] : [])));
}
