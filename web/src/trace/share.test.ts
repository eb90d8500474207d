import { describe, expect, it } from 'vitest';
import type { Stretch } from '../state/stretches';
import { news, recorded, reviewed, typed } from './share';

const at = (second: number) => new Date(Date.UTC(2023, 6, 15, 14, 15) + second * 1000).toISOString();
const from = (second: number) => Date.parse(at(second));
const span = (start: number, end: number) => ({ start: at(start), end: at(end) });
const gap = (start: number, end: number) => ({ ...span(start, end), reason: 'no_recording' as const });
const seconds = (...pairs: [number, number][]): Stretch[] => pairs.map(([a, b]) => [from(a), from(b)]);

function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

describe('the share of a window that was reviewed', () => {
  it('is what ran and what was answered no, once each, of what is recorded', () => {
    const window = { ...span(0, 100), gaps: [gap(50, 70)] };
    expect(recorded(window)).toEqual(seconds([0, 50], [70, 100]));
    const found = reviewed(window, seconds([-20, 10], [45, 75]), [span(5, 21)]);
    // 0–21, 45–50, 70–75 of 80 seconds.
    expect(found).toMatchObject({ share: 31 / 80, watched: 31_000, recorded: 80_000 });
  });
  it('is nothing where nothing was recorded or watched', () => {
    expect(reviewed({ ...span(0, 10), gaps: [gap(-5, 20)] }, seconds([0, 10]), []).share).toBe(0);
    expect(reviewed({ ...span(0, 10), gaps: [] }, seconds([10, 30], [-9, 0]), []).share).toBe(0);
  });
  it('lies between 0 and 1, never falls with more watching, whatever was watched', () => {
    const next = numbers(11);
    const some = () =>
      Array.from({ length: Math.floor(next() * 6) }, () => {
        const start = Math.floor(next() * 120) - 10;
        return [start, start + Math.floor(next() * 30)] as [number, number];
      });
    for (let round = 0; round < 300; round++) {
      const window = { ...span(0, 100), gaps: some().map(([a, b]) => gap(a, b)) };
      const [one, more] = [some(), some()];
      const refused = some().map(([a, b]) => span(a, b));
      const less = reviewed(window, seconds(...one), refused);
      const all = reviewed(window, seconds(...one, ...more), refused);
      expect(less.share).toBeGreaterThanOrEqual(0);
      expect(all.share).toBeLessThanOrEqual(1);
      expect(all.share).toBeGreaterThanOrEqual(less.share);
      expect(reviewed(window, seconds([-500, 500]), []).share).toBe(all.recorded > 0 ? 1 : 0);
    }
  });
});

describe('another answer about a window', () => {
  const window = { ...span(0, 100), gaps: [] };
  const first = reviewed(window, seconds([0, 30]), []);
  const told = [{ share: first.share, stretches: first.stretches }];
  it('tells the share of the whole window, what earlier answers told included', () => {
    expect(reviewed(window, seconds([0, 30], [60, 80]), []).share).toBe(0.5);
  });
  it('says nothing new where nothing was watched since, wherever the window begins and ends by now', () => {
    expect(news(first, [])).toBe(true);
    expect(news(first, told)).toBe(false);
    for (const [start, end] of [
      [-5, 95],
      [5, 105],
      [0, 90],
    ] as const) {
      expect(news(reviewed({ ...span(start, end), gaps: [] }, seconds([0, 30]), []), told)).toBe(false);
    }
    // The wall ran on for a moment.
    expect(news(reviewed(window, seconds([0, 30.5]), []), told)).toBe(false);
  });
  it('is news where more was watched, or where it is of a window that was watched to a much larger part', () => {
    expect(news(reviewed(window, seconds([0, 40]), []), told)).toBe(true);
    expect(news(reviewed({ ...span(0, 40), gaps: [] }, seconds([0, 30]), []), told)).toBe(true);
    expect(news(reviewed({ ...span(200, 300), gaps: [] }, seconds([0, 30], [210, 220]), []), told)).toBe(true);
  });
});

describe('a share typed by hand', () => {
  it('is read as people write it', () => {
    expect([typed('80'), typed(' 62,5 % '), typed('100%')]).toEqual([0.8, 0.625, 1]);
    expect([typed(''), typed('0'), typed('120'), typed('một nửa')]).toEqual([null, null, null, null]);
  });
});
