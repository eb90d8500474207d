// A camera's film in two times: true time (milliseconds since 1970) and the media time of its <video> (seconds from the film's start).
// Within a piece both run straight; where one piece ends and the next begins at once, so do they in media time, and a gap keeps its
// length, so that a player goes through a film without jumps wherever the camera did.
import type { Cause, Gap, GapReason, Piece, Play } from '../api/types';
import { ms } from '../time';

/** A piece on both axes. */
export interface Stretch {
  recording: string;
  /** True time, milliseconds; `end` is exclusive. */
  start: number;
  end: number;
  /** Media time, seconds, whole microseconds. */
  from: number;
  to: number;
  /** Presentation time in the file at `from`, microseconds. */
  pts: number;
  /** True seconds that pass in one of the file's. */
  rate: number;
  /** What the camera's clock said at `start`, milliseconds. */
  cameraStart: number;
  way: Piece['way'];
  codec: string;
  width: number;
  height: number;
}
export interface Hole {
  start: number;
  end: number;
  reason: GapReason | null;
  cause: Cause | null;
}
export interface Film {
  /** What is known, true time, milliseconds. */
  start: number;
  end: number;
  stretches: Stretch[];
  holes: Hole[];
  uncertainty: number | null;
}

/** Media time of a film's start: frames before a piece, from the keyframe on, must not fall below zero. */
const LEAD = 120;

const micro = (seconds: number) => Math.round(seconds * 1e6) / 1e6;

/** The film that an answer of `/play` tells. Going on where `before` ends, media times of what is known already stay. */
export function film(play: Play, before: Film | null = null): Film {
  const stretches: Stretch[] = before ? [...before.stretches] : [];
  const from = before ? before.end : ms(play.from);
  for (const piece of play.pieces) {
    const start = ms(piece.start);
    const end = ms(piece.end);
    const length = (piece.to_pts_us - piece.from_pts_us) / 1e6;
    // A piece that is known already was cut at the end of what was asked for then.
    if (end <= from || length <= 0 || start < from - 0.5) continue;
    const last = stretches.at(-1);
    const at = micro(last ? last.to + Math.max(0, start - last.end) / 1000 : LEAD + (start - from) / 1000);
    stretches.push({
      recording: piece.recording,
      start,
      end,
      from: at,
      to: micro(at + length),
      pts: piece.from_pts_us,
      rate: piece.rate,
      cameraStart: ms(piece.camera_start),
      way: piece.way,
      codec: piece.codec,
      width: piece.width,
      height: piece.height,
    });
  }
  const holes = [...(before?.holes ?? [])];
  for (const gap of play.gaps) {
    const hole: Hole = { start: ms(gap.start), end: ms(gap.end), reason: gap.reason, cause: gap.cause ?? null };
    const last = holes.at(-1);
    if (last && last.end >= hole.start && last.reason === hole.reason && last.cause === hole.cause) {
      holes[holes.length - 1] = { ...last, end: Math.max(last.end, hole.end) };
    } else holes.push(hole);
  }
  return {
    start: before?.start ?? from,
    end: ms(play.to),
    stretches,
    holes,
    uncertainty: play.uncertainty_s,
  };
}

/** The stretch that holds an instant, or the first that begins after it: its place in the list; its length where there is none. */
function place(stretches: Stretch[], t: number): number {
  let low = 0;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (stretches[middle]!.end <= t) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What the camera recorded at an instant. */
export function stretchAt(film: Film, t: number): Stretch | null {
  const found = film.stretches[place(film.stretches, t)];
  return found && found.start <= t ? found : null;
}
/** What it recorded next, the stretch at the instant included. */
export function stretchFrom(film: Film, t: number): Stretch | null {
  return film.stretches[place(film.stretches, t)] ?? null;
}
/** What it recorded last before an instant that lies in none. */
export function stretchBefore(film: Film, t: number): Stretch | null {
  return film.stretches[place(film.stretches, t) - 1] ?? null;
}
/** What it recorded in a media time, or before it. */
export function stretchOfMedia(film: Film, media: number): Stretch | null {
  let low = 0;
  let high = film.stretches.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    // Half a microsecond, since a frame's time comes back from the browser as a fraction.
    if (film.stretches[middle]!.from <= media + 5e-7) low = middle + 1;
    else high = middle;
  }
  return film.stretches[low - 1] ?? film.stretches[0] ?? null;
}

export function mediaOf(stretch: Stretch, t: number): number {
  return stretch.from + (t - stretch.start) / 1000 / stretch.rate;
}
export function trueOf(stretch: Stretch, media: number): number {
  return stretch.start + (media - stretch.from) * 1000 * stretch.rate;
}
/** What the camera's clock said: it runs with the file's own time. */
export function cameraOf(stretch: Stretch, media: number): number {
  return stretch.cameraStart + (media - stretch.from) * 1000;
}
export function ptsOf(stretch: Stretch, media: number): number {
  return Math.round(stretch.pts + (media - stretch.from) * 1e6);
}

/** Why nothing is there at an instant. */
export function holeAt(film: Film, t: number): Hole | null {
  if (t < film.start || t >= film.end || stretchAt(film, t)) return null;
  const told = film.holes.find((hole) => hole.start <= t && t < hole.end);
  if (told) return told;
  const next = place(film.stretches, t);
  const start = film.stretches[next - 1]?.end ?? film.start;
  return { start, end: film.stretches[next]?.start ?? film.end, reason: null, cause: null };
}

/** A hole as long as the gap is that an answer told, where that is more than was asked for here. */
export function whole(hole: Hole, gaps: Gap[]): Hole {
  const told = gaps.find((gap) => ms(gap.start) <= hole.start + 1 && hole.end - 1 <= ms(gap.end));
  return told ? { ...hole, start: ms(told.start), end: ms(told.end), cause: told.cause ?? hole.cause } : hole;
}
