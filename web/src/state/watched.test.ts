import { describe, expect, it } from 'vitest';
import { common, total, union, without, type Stretch } from './stretches';
import { STEP, Watched } from './watched';

/** The same numbers in every run (Park and Miller's generator). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}
function some(next: () => number): Stretch[] {
  return Array.from({ length: Math.floor(next() * 8) }, () => {
    const from = Math.floor(next() * 50);
    return [from, from + Math.floor(next() * 12)];
  });
}
/** The plain way: every whole number on its own. */
const points = (stretches: Stretch[]) =>
  new Set(stretches.flatMap(([from, to]) => Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at)));
const sorted = (set: Iterable<number>) => [...set].sort((one, other) => one - other);

describe('stretches', () => {
  it('are joined, cut and left over as their points are', () => {
    const next = numbers(7);
    for (let round = 0; round < 300; round++) {
      const [one, other] = [some(next), some(next)];
      const [a, b] = [points(one), points(other)];
      expect(sorted(points(union(one)))).toEqual(sorted(a));
      expect(total(union(one))).toBe(a.size);
      expect(sorted(points(common(union(one), union(other))))).toEqual(sorted([...a].filter((at) => b.has(at))));
      const whole: Stretch = [5, 45];
      expect(sorted(points(without(whole, one)))).toEqual(sorted([...points([whole])].filter((at) => !a.has(at))));
    }
  });
});

describe('what was watched', () => {
  it('lies between frames that ran, not across jumps, stops and other cameras', () => {
    const watched = new Watched();
    for (let at = 0; at <= 1000; at += 100) watched.frame('a', at);
    watched.frame('b', 1050);
    // A jump ahead, and on from there.
    watched.frame('a', 1000 + STEP + 1);
    watched.frame('a', 1000 + STEP + 101);
    // A stop, after which the wall stands elsewhere near.
    watched.rest();
    watched.frame('a', 3600);
    watched.frame('a', 3700);
    expect(watched.of('a')).toEqual([
      [0, 1000],
      [3001, 3101],
      [3600, 3700],
    ]);
    expect(watched.of('b')).toEqual([]);
  });
  it('is nothing any more once it is cleared, and the frame before counts no longer', () => {
    const watched = new Watched();
    for (const at of [0, 500]) watched.frame('a', at);
    watched.clear();
    for (const at of [1000, 1500]) watched.frame('a', at);
    expect(watched.of('a')).toEqual([[1000, 1500]]);
  });
  it('counts once what was watched twice, and nothing for going back', () => {
    const watched = new Watched();
    for (const at of [0, 500, 1000, 200, 700, 1200]) watched.frame('a', at);
    expect(total(watched.of('a'))).toBe(1200);
  });
});
