// The strip in its order: stills of moments (or of rises in brightness), and between them what else is known of the time: that it was
// quiet, that nothing was recorded, that what was recorded has to be watched. Only what the daemon calls quiet is called so.
import type { Answer, Cause, Gap, GapReason, Moment, Rise, Span, Strip, Witness } from '../api/types';
import { ms } from '../time';

export interface Still {
  /** Camera and start: what the address and the judgements name it by. */
  key: string;
  camera: string;
  from: number;
  to: number;
  /** The instant of the still. */
  at: number;
  /** Neighbours at about the same time have the same; null: on its own. */
  group: number | null;
  recording: string;
  pts: number;
  /** Half-width of its times, seconds: of the reading and of the clock. */
  uncertainty: number;
  unchecked: boolean;
  moment: Moment | null;
  rise: Rise | null;
}
export interface Note {
  kind: 'quiet' | 'gap' | 'untold';
  from: number;
  to: number;
  /** Whose; empty: of all of them. */
  cameras: string[];
  reason: GapReason | null;
  cause: Cause | null;
}
export type Cell = { still: Still; note?: undefined } | { note: Note; still?: undefined };

const key = (camera: string, start: string) => `${camera}|${start}`;

/** The stills of moments, groups of one left on their own. A still is told by its own instant, where its recording is known: the peak may be seconds away. */
export function ofMoments(strip: Strip, cameras: Pick<Witness, 'recordings'>[] = []): Still[] {
  const starts = new Map(cameras.flatMap(({ recordings }) => recordings.map(({ id, start }) => [id, start] as const)));
  const instant = ({ recording, offset_s, peak }: Moment) => {
    const start = starts.get(recording);
    return start === undefined ? ms(peak) : ms(start) + offset_s * 1000;
  };
  const sizes = new Map<number, number>();
  for (const moment of strip.moments) sizes.set(moment.group, (sizes.get(moment.group) ?? 0) + 1);
  return strip.moments.map((moment) => ({
    key: key(moment.camera, moment.start),
    camera: moment.camera,
    from: ms(moment.start),
    to: ms(moment.end),
    at: instant(moment),
    group: (sizes.get(moment.group) ?? 0) > 1 ? moment.group : null,
    recording: moment.recording,
    pts: moment.pts_us,
    uncertainty: moment.uncertainty_s,
    unchecked: moment.clock_uncertainty_s === null,
    moment,
    rise: null,
  }));
}
/** The stills of rises; the clock of a camera decides whether their time is known at all. */
export function ofRises(answer: Pick<Answer, 'brightness' | 'cameras'>): Still[] {
  const unchecked = new Set(answer.cameras.filter((camera) => !camera.clock.checked).map((camera) => camera.id));
  return (answer.brightness?.rises ?? []).map((rise) => ({
    key: key(rise.camera, rise.not_before),
    camera: rise.camera,
    from: ms(rise.not_before),
    to: ms(rise.sure_by),
    at: ms(rise.time),
    group: null,
    recording: rise.recording,
    pts: rise.pts_us,
    uncertainty: rise.uncertainty_s,
    unchecked: unchecked.has(rise.camera),
    moment: null,
    rise,
  }));
}

/** Instants this near are the same event for a gap: a power cut takes cameras one after the other. */
const SAME = 5_000;

/** What is missing, by cause: cameras that miss the same time are told of once. */
export function missing(cameras: { id: string; gaps: Gap[] }[]): Note[] {
  const notes: Note[] = [];
  for (const camera of cameras) {
    for (const gap of camera.gaps) {
      const [from, to] = [ms(gap.start), ms(gap.end)];
      const cause = gap.cause ?? null;
      const same = notes.find(
        (note) =>
          note.reason === gap.reason &&
          note.cause === cause &&
          Math.abs(note.from - from) <= SAME &&
          Math.abs(note.to - to) <= SAME,
      );
      if (same) {
        same.cameras.push(camera.id);
        same.from = Math.min(same.from, from);
        same.to = Math.max(same.to, to);
      } else notes.push({ kind: 'gap', from, to, cameras: [camera.id], reason: gap.reason, cause });
    }
  }
  return notes;
}
function plain(kind: 'quiet' | 'untold', spans: Span[], cameras: string[]): Note[] {
  return spans.map((span) => ({ kind, from: ms(span.start), to: ms(span.end), cameras, reason: null, cause: null }));
}

/** All notes of an answer: quiet, missing, to be watched. */
export function notes(strip: Strip): Note[] {
  return [
    ...plain('quiet', strip.quiet, []),
    ...missing(strip.cameras),
    ...strip.cameras.flatMap((camera) => plain('untold', camera.untold, [camera.id])),
  ];
}

/** What is shorter than this among the stills would only be noise: it is counted, milliseconds. */
export function least(window: Span): number {
  return Math.max(20_000, (ms(window.end) - ms(window.start)) / 240);
}

export interface Sequence {
  cells: Cell[];
  /** Gaps and stretches to be watched that are too short to stand among the stills. */
  short: Note[];
}
/** Stills and notes by start, as the daemon ordered the stills: newest first stays newest first. */
export function sequence(stills: Still[], notes: Note[], window: Span): Sequence {
  const long = (note: Note) => note.to - note.from >= least(window);
  const newest = stills.length > 1 && stills[0]!.from > stills[stills.length - 1]!.from;
  const start = (cell: Cell) => (cell.still ?? cell.note).from;
  const cells: Cell[] = [...notes.filter(long).map((note) => ({ note })), ...stills.map((still) => ({ still }))];
  cells.sort((one, other) => (newest ? start(other) - start(one) : start(one) - start(other)));
  return { cells, short: notes.filter((note) => note.kind !== 'quiet' && !long(note)) };
}

/** The next still that nobody judged, after one and else from the front; the same where all are judged. */
export function nextOpen(stills: Still[], from: string, judged: Record<string, string>): string {
  const at = stills.findIndex((still) => still.key === from);
  const round = [...stills.slice(at + 1), ...stills.slice(0, Math.max(0, at))];
  return round.find((still) => judged[still.key] === undefined)?.key ?? from;
}
