// The lanes of the axis, drawn from: what the daemon's timeline tells, and until it does, what the answer alone tells.
import type { Cause, GapReason, Lane, Timeline, Witness } from '../api/types';
import { ms } from '../time';
import type { Range } from './scale';

export interface Stretch {
  from: number;
  to: number;
}
export interface Hole extends Stretch {
  reason: GapReason;
  cause: Cause | null;
}
/** A lane with its instants as numbers. */
export interface Track {
  camera: string;
  /** Half-width in seconds; null: the clock was never checked. */
  uncertainty: number | null;
  recorded: Stretch[];
  gaps: Hole[];
  /** 0 to 100 by bins of `range`; empty: not known yet. */
  activity: (number | null)[];
  /** What the bins are bins of. */
  range: Range;
  thumbnails: number[];
}

const stretch = (span: { start: string; end: string }): Stretch => ({ from: ms(span.start), to: ms(span.end) });

/** A hole of at most this length between two recordings is a seam, milliseconds. */
const SEAM = 2_000;

export function joined(spans: Stretch[]): Stretch[] {
  const out: Stretch[] = [];
  for (const span of [...spans].sort((one, other) => one.from - other.from)) {
    const last = out[out.length - 1];
    if (last && span.from - last.to <= SEAM) last.to = Math.max(last.to, span.to);
    else out.push({ ...span });
  }
  return out;
}

export function ofTimeline(timeline: Timeline): Map<string, Track> {
  const range: Range = [ms(timeline.from), ms(timeline.to)];
  const track = (lane: Lane): [string, Track] => [
    lane.camera,
    {
      camera: lane.camera,
      uncertainty: lane.uncertainty_s,
      recorded: lane.recorded.map(stretch),
      gaps: lane.gaps.map((gap) => ({ ...stretch(gap), reason: gap.reason, cause: gap.cause ?? null })),
      activity: lane.activity,
      range,
      thumbnails: lane.thumbnails.map(ms),
    },
  ];
  return new Map(timeline.lanes.map(track));
}

/** What the answer tells of a camera within its window; nothing of activity. */
export function ofAnswer(witness: Witness, window: Range): Track {
  return {
    camera: witness.id,
    uncertainty: witness.clock.uncertainty_s,
    recorded: joined(witness.recordings.map(stretch)),
    gaps: witness.gaps.map((gap) => ({ ...stretch(gap), reason: gap.reason, cause: gap.cause ?? null })),
    activity: [],
    range: window,
    thumbnails: [],
  };
}

/** A timeline's lane ends where it was fetched. That end is no end of the recording: it goes on as far as the answer knows, else out of sight. */
export function uncut(track: Track, answer: Track | undefined): Track {
  const [start, end] = track.range;
  const far = end - start + 4 * (track.uncertainty ?? 0) * 1000;
  const known = (at: number) => answer?.recorded.find((span) => span.from <= at && at <= span.to);
  const recorded = track.recorded.map((span) => ({
    from: span.from > start + 1 ? span.from : Math.min(span.from, known(span.from)?.from ?? start - far),
    to: span.to < end - 1 ? span.to : Math.max(span.to, known(span.to)?.to ?? end + far),
  }));
  return { ...track, recorded };
}

export function gapAt(track: Track, at: number): Hole | undefined {
  return track.gaps.find((gap) => gap.from <= at && at < gap.to);
}
export function recordedAt(track: Track, at: number): boolean {
  return track.recorded.some((span) => span.from <= at && at < span.to);
}
/** Which instant's picture shows what was there: itself where it is recorded; among single pictures the last one before; else none. */
export function pictureAt(track: Track, at: number): number | null {
  if (recordedAt(track, at)) return at;
  if (gapAt(track, at)?.reason !== 'stills_only') return null;
  return track.thumbnails.findLast((still) => still <= at) ?? null;
}
/** The first gap after an instant, or the last before it. */
export function gapBeside(track: Track, at: number, forward: boolean): Hole | undefined {
  return forward ? track.gaps.find((gap) => gap.from > at) : track.gaps.findLast((gap) => gap.from < at);
}

/** Of instants in order, those that have `apart` milliseconds of room each; the same ones while one pans. */
export function spaced(instants: number[], apart: number): number[] {
  const out: number[] = [];
  let cell = -Infinity;
  for (const at of instants) {
    const its = Math.floor(at / apart);
    if (its > cell && (out.length === 0 || at - out[out.length - 1]! >= apart * 0.98)) {
      out.push(at);
      cell = its;
    }
  }
  return out;
}
