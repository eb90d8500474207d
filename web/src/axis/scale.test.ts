import { describe, expect, it } from 'vitest';
import { holding, instant, LONGEST, SHORTEST, whole, x, zoomed, type Range } from './scale';
import { ticks } from './ticks';

const ZONE = 'Asia/Ho_Chi_Minh';
const at = (text: string) => Date.parse(text);

describe('the scale', () => {
  it('gives back the instant of a pixel', () => {
    const range: Range = [1_000, 61_000];
    expect(x(instant(250, range, 1000), range, 1000)).toBeCloseTo(250);
  });
  it('keeps what is under the pointer while it zooms', () => {
    const range: Range = [0, 60_000];
    const next = zoomed(range, 0.5, 15_000);
    expect(x(15_000, next, 100)).toBeCloseTo(x(15_000, range, 100));
    expect(next[1] - next[0]).toBe(30_000);
  });
  it('ends at a second and at two months', () => {
    expect(zoomed([0, 2_000], 0.01, 5)).toEqual([0.005 * 500, 0.005 * 500 + SHORTEST]);
    const wide = zoomed([0, LONGEST], 7, LONGEST / 2);
    expect(wide[1] - wide[0]).toBe(LONGEST);
    expect(whole([5, 5])).toEqual([-495, 505]);
  });
  it('moves no further than it must', () => {
    expect(holding([0, 100], 50)).toEqual([0, 100]);
    expect(holding([0, 100], 120)).toEqual([25, 125]);
    expect(holding([0, 100], -10)).toEqual([-15, 85]);
  });
});

describe('the ticks', () => {
  const labels = (from: string, to: string, width = 900) =>
    ticks([at(from), at(to)], width, ZONE)
      .map((tick) => tick.label)
      .filter((label) => label !== null);
  it('are round times of the site', () => {
    expect(labels('2023-07-15T14:00:00Z', '2023-07-15T14:30:00Z')).toEqual([
      '21:00',
      '21:05',
      '21:10',
      '21:15',
      '21:20',
      '21:25',
      '21:30',
    ]);
  });
  it('say tenths within a second, and days within a month', () => {
    expect(labels('2023-07-15T14:15:08Z', '2023-07-15T14:15:09Z')).toEqual([
      '21:15:08,0',
      '21:15:08,2',
      '21:15:08,4',
      '21:15:08,6',
      '21:15:08,8',
      '21:15:09,0',
    ]);
    const month = labels('2023-06-30T17:00:00Z', '2023-07-31T17:00:00Z');
    // Mondays.
    expect(month).toEqual(['3/7', '10/7', '17/7', '24/7', '31/7']);
  });
  it('say the day where one begins', () => {
    const night = ticks([at('2023-07-15T13:00:00Z'), at('2023-07-15T22:00:00Z')], 900, ZONE);
    expect(night.filter((tick) => tick.day).map((tick) => [tick.label, tick.at])).toEqual([
      ['16/7', at('2023-07-15T17:00:00Z')],
    ]);
  });
  it('stay round where the clocks are changed', () => {
    const change = ticks([at('2026-03-28T22:00:00Z'), at('2026-03-29T10:00:00Z')], 900, 'Europe/Paris');
    expect(change.filter((tick) => tick.label).map((tick) => tick.label)).toEqual([
      '29/3',
      '04:00',
      '06:00',
      '08:00',
      '10:00',
      '12:00',
    ]);
  });
});
