import { describe, expect, it } from 'vitest';
import { arc, elapsed, middle, stroke, where } from './reach';

const at = '2023-07-15T14:15:00Z';

describe('where somebody may be', () => {
  it('grows with the time since the sighting, and back before it', () => {
    const t = Date.parse(at) + 30_000;
    expect(elapsed({ at, side: 'after' }, t)).toBe(30);
    expect(elapsed({ at, side: 'before' }, t)).toBe(-30);
    expect(elapsed({ at, side: 'between' }, null)).toBeNull();
    const link = { first_s: 20, last_s: 90 };
    expect([-5, 19, 20, 90, 91, null].map((s) => where(link, s))).toEqual([null, null, 'now', 'now', 'since', 'since']);
  });
  it('is drawn the stronger the likelier, and now stronger than since', () => {
    for (const chance of [0.005, 0.2, 0.9]) {
      const [now, since, more] = [stroke(chance, 'now'), stroke(chance, 'since'), stroke(chance + 0.1, 'now')];
      expect(now.width).toBeGreaterThan(since.width);
      expect(now.alpha).toBeGreaterThan(since.alpha);
      expect(more.width).toBeGreaterThan(now.width);
      expect(more.alpha).toBeLessThanOrEqual(1);
    }
  });
  it('is a part of a ring round a camera', () => {
    expect(arc(0.25, 100 / (2 * Math.PI))).toBe('25.0 75.1');
    expect(arc(1, 100 / (2 * Math.PI))).toBe('100.0 0.1');
  });
});

describe('an arrow on a way', () => {
  it('stands in its middle and points along', () => {
    expect(
      middle([
        [0, 0],
        [10, 0],
        [10, 30],
      ]),
    ).toEqual({ x: 10, y: 10, angle: 90 });
    expect(middle([[3, 3]])).toBeNull();
    expect(
      middle([
        [3, 3],
        [3, 3],
      ]),
    ).toBeNull();
  });
});
