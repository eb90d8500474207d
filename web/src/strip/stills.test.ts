import { describe, expect, it } from 'vitest';
import type { Moment, Strip } from '../api/types';
import { missing, nextOpen, notes, ofMoments, sequence } from './stills';

const iso = (minute: number) => new Date(minute * 60_000).toISOString();
const span = (from: number, to: number) => ({ start: iso(from), end: iso(to) });
const moment = (camera: string, at: number, group: number): Moment => ({
  ...span(at, at + 1),
  camera,
  peak: iso(at),
  score: 0.5,
  uncertainty_s: 2,
  clock_uncertainty_s: null,
  group,
  recording: 'r',
  pts_us: 0,
  offset_s: 0,
  thumbnail: null,
  activity: [],
  why: { vi: '', en: '' },
  still: null,
});
const camera = (id: string, over: Partial<Strip['cameras'][number]> = {}): Strip['cameras'][number] => ({
  id,
  name: id,
  group: null,
  distance_m: 0,
  coverage: 1,
  clock: { checked: false, offset_s: 0, uncertainty_s: null, drift_ppm: null, nearest_check: null, contradictions: [] },
  told_by: 'bytes',
  moments: 0,
  left_out: 0,
  quiet: [],
  untold: [],
  gaps: [],
  ...over,
});
const night: Strip = {
  window: span(0, 420),
  place: { lat: 18, lon: 106, radius_m: 300, name: null, shape: 'point' },
  most: 60,
  moments: [moment('a', 30, 1), moment('b', 31, 1), moment('a', 200, 2)],
  quiet: [span(40, 190)],
  left_out: 4,
  cameras: [
    camera('a', { gaps: [{ ...span(210, 240), reason: 'no_recording', cause: 'power_cut' }] }),
    camera('b', {
      gaps: [{ ...span(210.05, 240), reason: 'no_recording', cause: 'power_cut' }],
      untold: [span(300, 310), span(320, 320.1)],
    }),
  ],
};

describe('the strip', () => {
  it('has stills, quiet, gaps and what is untold in the order of time', () => {
    const { cells, short } = sequence(ofMoments(night), notes(night), night.window);
    expect(cells.map((cell) => cell.still?.key.split('|')[0] ?? cell.note?.kind)).toEqual([
      'a',
      'b',
      'quiet',
      'a',
      'gap',
      'untold',
    ]);
    expect(short.map((note) => note.kind)).toEqual(['untold']);
  });
  it('turns round where the newest comes first', () => {
    const stills = ofMoments(night).reverse();
    const { cells } = sequence(stills, notes(night), night.window);
    expect(cells[0]!.note?.kind).toBe('untold');
    expect(cells.at(-1)!.still?.camera).toBe('a');
  });
  it('tells of a power cut once, with all its cameras', () => {
    expect(missing(night.cameras)).toMatchObject([{ cameras: ['a', 'b'], cause: 'power_cut' }]);
  });
  it('tells a still by its own instant, which is not the peak', () => {
    const late: Strip = { ...night, moments: [{ ...moment('a', 30, 1), recording: 'x', offset_s: 66 }] };
    const recordings = [{ id: 'x', start: iso(29) }] as never;
    expect(ofMoments(late, [{ recordings }])[0]!.at).toBe(30 * 60_000 + 6_000);
    expect(ofMoments(late)[0]!.at).toBe(30 * 60_000);
  });
  it('groups neighbours and leaves the others alone', () => {
    expect(ofMoments(night).map((still) => still.group)).toEqual([1, 1, null]);
  });
  it('goes on to the next that nobody judged', () => {
    const stills = ofMoments(night);
    const [first, second, third] = stills.map((still) => still.key) as [string, string, string];
    expect(nextOpen(stills, first, { [first]: 'yes', [second]: 'no' })).toBe(third);
    expect(nextOpen(stills, third, { [third]: 'no' })).toBe(first);
    expect(nextOpen(stills, second, { [first]: 'no', [second]: 'no', [third]: 'no' })).toBe(second);
  });
});
