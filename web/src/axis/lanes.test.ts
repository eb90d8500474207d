import { describe, expect, it } from 'vitest';
import { gapAt, gapBeside, joined, ofTimeline, recordedAt, spaced } from './lanes';
import { fetched, serves } from './timeline.svelte';

describe('lanes', () => {
  it('join recordings over a seam, not over a gap', () => {
    const spans = [
      { from: 60_000, to: 119_000 },
      { from: 0, to: 59_000 },
      { from: 122_000, to: 130_000 },
    ];
    expect(joined(spans)).toEqual([
      { from: 0, to: 119_000 },
      { from: 122_000, to: 130_000 },
    ]);
  });
  it('know what is recorded, what is not, and where the next gap is', () => {
    const iso = (at: number) => new Date(at).toISOString();
    const [track] = ofTimeline({
      from: iso(0),
      to: iso(100_000),
      lanes: [
        {
          camera: 'ht-01',
          clock: {} as never,
          uncertainty_s: 2,
          recorded: [{ start: iso(0), end: iso(40_000) }],
          gaps: [{ start: iso(40_000), end: iso(100_000), reason: 'no_recording', cause: 'power_cut' }],
          activity: [10, null],
          thumbnails: [iso(10_000)],
        },
      ],
    }).values();
    expect(recordedAt(track!, 39_999)).toBe(true);
    expect(recordedAt(track!, 40_000)).toBe(false);
    expect(gapAt(track!, 40_000)?.cause).toBe('power_cut');
    expect(gapBeside(track!, 0, true)?.from).toBe(40_000);
    expect(gapBeside(track!, 40_000, true)).toBeUndefined();
    expect(track!.thumbnails).toEqual([10_000]);
  });
  it('choose the same thumbnails wherever the range begins', () => {
    const all = Array.from({ length: 100 }, (_, i) => i * 10_000);
    const chosen = spaced(all, 60_000);
    expect(chosen.slice(0, 3)).toEqual([0, 60_000, 120_000]);
    expect(spaced(all.slice(6), 60_000)).toEqual(chosen.slice(1));
  });
});

describe('what is fetched', () => {
  it('reaches beyond what is shown on both sides', () => {
    expect(fetched([0, 1_000_000], 900)).toEqual({ range: [-500_000, 1_500_000], bins: 900 });
  });
  it('serves while one pans a little, not once it is left or zoomed far into', () => {
    const { range } = fetched([0, 1_000_000], 900);
    expect(serves(range, [300_000, 1_300_000])).toBe(true);
    expect(serves(range, [600_000, 1_600_000])).toBe(false);
    expect(serves(range, [0, 500_000])).toBe(false);
    expect(serves(range, [0, 700_000])).toBe(true);
  });
});
