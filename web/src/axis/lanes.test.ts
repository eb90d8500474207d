import { describe, expect, it } from 'vitest';
import { gapAt, gapBeside, joined, ofTimeline, pictureAt, recordedAt, spaced, uncut, type Track } from './lanes';
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
  it('do not end where they were fetched: a soft edge there would be a lie', () => {
    const track = (range: [number, number], recorded: [number, number][], uncertainty: number | null = 150): Track => ({
      camera: 'ht-01',
      uncertainty,
      recorded: recorded.map(([from, to]) => ({ from, to })),
      gaps: [],
      activity: [],
      range,
      thumbnails: [],
    });
    const cut = track(
      [10_000, 20_000],
      [
        [10_000, 14_000],
        [16_000, 20_000],
      ],
    );
    const whole = uncut(cut, track([0, 60_000], [[5_000, 14_000]]));
    expect(whole.recorded[0]).toEqual({ from: 5_000, to: 14_000 });
    expect(whole.recorded[1]!.from).toBe(16_000);
    expect(whole.recorded[1]!.to).toBeGreaterThan(20_000 + 300_000);
  });
  it('have pictures where they recorded, and among single pictures the last one', () => {
    const track: Track = {
      camera: 'ht-14',
      uncertainty: null,
      recorded: [{ from: 0, to: 10 }],
      gaps: [
        { from: 10, to: 50, reason: 'stills_only', cause: null },
        { from: 50, to: 90, reason: 'no_recording', cause: null },
      ],
      activity: [],
      range: [0, 90],
      thumbnails: [5, 20, 30],
    };
    expect([4, 15, 25, 49, 60].map((at) => pictureAt(track, at))).toEqual([4, 5, 20, 30, null]);
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
  it('is a minute more on both sides at the least, and serves the seconds within', () => {
    const { range } = fetched([100_000, 102_000], 900);
    expect(range).toEqual([40_000, 162_000]);
    expect(serves(range, [100_000, 101_000])).toBe(true);
  });
});
