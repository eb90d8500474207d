import { describe, expect, it } from 'vitest';
import { filled, gone, joined, next, without, type Range } from './plan';
import type { Film, Stretch } from './timeline';

const LIMITS = { ahead: 20, part: 10, first: 5 };
function stretch(start: number, length: number, from: number): Stretch {
  const size = { codec: 'h264', width: 640, height: 360 };
  const at = { start: start * 1000, end: (start + length) * 1000, from, to: from + length };
  return { recording: `r${start}`, ...at, pts: 0, rate: 1, cameraStart: 0, way: 'copy', ...size };
}
const FILM: Film = {
  start: 0,
  end: 300_000,
  stretches: [stretch(0, 60, 100), stretch(60, 60, 160), stretch(150, 60, 250)],
  holes: [],
  uncertainty: null,
};

describe('what is fetched next', () => {
  it('begins at the instant shown, with a short part', () => {
    expect(next(FILM, [], 30_000, LIMITS)).toMatchObject({ from: 130, to: 135, ahead: 0 });
  });
  it('goes on behind what is there, over the end of a file', () => {
    expect(next(FILM, [{ from: 128, to: 160 }], 50_000, LIMITS)).toMatchObject({ from: 160, to: 170, ahead: 10 });
  });
  it('stops where enough is there', () => {
    expect(next(FILM, [{ from: 100, to: 151 }], 30_000, LIMITS)).toBeNull();
  });
  it('waits in a gap until what follows is near', () => {
    expect(next(FILM, [], 125_000, LIMITS)).toBeNull();
    expect(next(FILM, [], 135_000, LIMITS)).toMatchObject({ from: 250, ahead: 15 });
  });
  it('asks for no more than lacks', () => {
    expect(next(FILM, [{ from: 134, to: 150 }], 30_000, LIMITS)).toMatchObject({ from: 130, to: 134 });
  });
  it('takes a little more when somebody steps back, up to what is there', () => {
    expect(next(FILM, [{ from: 130.1, to: 150 }], 30_000, LIMITS)).toMatchObject({ from: 127.1, to: 130.1 });
    expect(
      next(
        FILM,
        [
          { from: 120, to: 129 },
          { from: 130.1, to: 150 },
        ],
        30_000,
        LIMITS,
      ),
    ).toMatchObject({ from: 129 });
    expect(next(FILM, [{ from: 101, to: 150 }], 500, LIMITS)).toMatchObject({ from: 100, to: 101 });
  });
  it('has it all in the end, whatever was there, and nothing twice', () => {
    let seed = 3;
    const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
    for (let run = 0; run < 300; run++) {
      let done: Range[] = joined([0, 1, 2].map(() => ({ from: 100 + random() * 200, to: 100 + random() * 210 })));
      const t = random() * 200_000;
      const asked: Range[] = [];
      for (let step = 0; step < 60; step++) {
        const want = next(FILM, done, t, LIMITS);
        if (!want) break;
        expect(want.to - want.from).toBeGreaterThan(0);
        expect(want.to - want.from).toBeLessThanOrEqual(12.6);
        expect(want.from).toBeGreaterThanOrEqual(want.stretch.from);
        expect(want.to).toBeLessThanOrEqual(want.stretch.to + 1e-9);
        for (const other of asked)
          expect(Math.min(other.to, want.to) - Math.max(other.from, want.from)).toBeLessThan(1e-9);
        asked.push(want);
        done = joined([...done, want]);
      }
      expect(next(FILM, done, t, LIMITS)).toBeNull();
    }
  });
});

describe('what is there', () => {
  it('is joined and cut', () => {
    expect(
      joined([
        { from: 5, to: 9 },
        { from: 1, to: 3 },
        { from: 3, to: 4 },
      ]),
    ).toEqual([
      { from: 1, to: 4 },
      { from: 5, to: 9 },
    ]);
    expect(without([{ from: 1, to: 9 }], { from: 3, to: 4 })).toEqual([
      { from: 1, to: 3 },
      { from: 4, to: 9 },
    ]);
  });
  it('is let go far from what is shown, and only where there is something', () => {
    expect(gone([{ from: 1, to: 90 }], 50, 10, 20)).toEqual([
      { from: 0, to: 40 },
      { from: 70, to: Infinity },
    ]);
    expect(gone([{ from: 45, to: 60 }], 50, 10, 20)).toEqual([]);
  });
  it('says how long it lasts', () => {
    expect(filled([{ from: 1, to: 9 }], 4)).toBe(5);
    expect(filled([{ from: 1, to: 9 }], 9.5)).toBe(0);
  });
});
