import { describe, expect, it } from 'vitest';
import type { Piece, Play } from '../api/types';
import { rfc } from '../time';
import {
  cameraOf,
  film,
  holeAt,
  mediaOf,
  ptsOf,
  stretchAt,
  stretchBefore,
  stretchFrom,
  stretchOfMedia,
  trueOf,
  whole,
} from './timeline';

const T0 = Date.parse('2023-07-15T14:10:00Z');
const clock = {
  checked: true,
  offset_s: 0,
  uncertainty_s: 1,
  drift_ppm: null,
  nearest_check: null,
  contradictions: [],
};

function piece(start: number, length: number, rate = 1, pts = 5_000_000): Piece {
  const to = pts + Math.round((length / rate) * 1e6);
  const at = { start: rfc(T0 + start * 1000), end: rfc(T0 + (start + length) * 1000) };
  const size = { codec: 'h264', width: 640, height: 360 };
  const camera_start = rfc(T0 + start * 1000 + 420_000);
  return { recording: `r${start}`, ...at, camera_start, from_pts_us: pts, to_pts_us: to, rate, way: 'copy', ...size };
}
function play(from: number, to: number, pieces: Piece[], gaps: Play['gaps'] = []): Play {
  const window = { from: rfc(T0 + from * 1000), to: rfc(T0 + to * 1000) };
  return { camera: 'ht-01', ...window, clock, uncertainty_s: 1, pieces, gaps };
}
/** The same numbers every time. */
function random(seed: number): () => number {
  return () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
}

describe('a film', () => {
  it('goes through files that follow one another without a hole in media time', () => {
    const { stretches } = film(play(0, 180, [piece(0, 60), piece(60, 60), piece(150, 30)]));
    expect(stretches[1]!.from).toBe(stretches[0]!.to);
    expect(stretches[2]!.from - stretches[1]!.to).toBeCloseTo(30, 6);
  });
  it('keeps the media times of what it knew when it goes on', () => {
    const first = film(play(0, 90, [piece(0, 60), { ...piece(60, 30), recording: 'long' }]));
    const rest = { ...piece(90, 60), recording: 'long', from_pts_us: 35_000_000, to_pts_us: 95_000_000 };
    const both = film(play(90, 200, [rest]), first);
    expect(both.stretches.slice(0, 2)).toEqual(first.stretches);
    expect(both.stretches[2]!.from).toBe(first.stretches[1]!.to);
    expect(both.end).toBe(T0 + 200_000);
    expect(both.start).toBe(T0);
  });
  it('maps true time, media time, file time and camera time into one another, whatever the rates', () => {
    const next = random(7);
    for (let run = 0; run < 200; run++) {
      const pieces: Piece[] = [];
      let at = 0;
      while (pieces.length < 8) {
        if (next() < 0.4) at += next() * 100;
        const length = 1 + next() * 600;
        pieces.push(piece(at, length, 1 + (next() - 0.5) / 500, Math.floor(next() * 1e9)));
        at += length;
      }
      const all = film(play(0, at + 1, pieces));
      for (let one = 1; one < all.stretches.length; one++) {
        expect(all.stretches[one]!.from).toBeGreaterThanOrEqual(all.stretches[one - 1]!.to);
      }
      for (let probe = 0; probe < 20; probe++) {
        const t = T0 + next() * at * 1000;
        const stretch = stretchAt(all, t);
        if (!stretch) {
          expect(holeAt(all, t)).not.toBeNull();
          expect(stretchFrom(all, t)?.start ?? Infinity).toBeGreaterThan(t);
          expect(stretchBefore(all, t)?.end ?? -Infinity).toBeLessThanOrEqual(t);
          continue;
        }
        const media = mediaOf(stretch, t);
        expect(stretchOfMedia(all, media)).toBe(stretch);
        expect(Math.abs(trueOf(stretch, media) - t)).toBeLessThan(0.01);
        expect(Math.abs(ptsOf(stretch, media) - stretch.pts - (media - stretch.from) * 1e6)).toBeLessThanOrEqual(
          0.5001,
        );
        const gone = cameraOf(stretch, media) - stretch.cameraStart;
        expect(Math.abs(gone * stretch.rate - (t - stretch.start))).toBeLessThan(0.01);
      }
    }
  });
  it('names a gap as it was told, and one that nobody told too', () => {
    const gap = { start: rfc(T0 + 60_000), end: rfc(T0 + 90_000), reason: 'damaged' as const, cause: null };
    const all = film(play(0, 200, [piece(0, 60), piece(90, 60)], [gap]));
    expect(holeAt(all, T0 + 70_000)?.reason).toBe('damaged');
    expect(holeAt(all, T0 + 160_000)).toEqual({ start: T0 + 150_000, end: T0 + 200_000, reason: null, cause: null });
    expect(holeAt(all, T0 + 10_000)).toBeNull();
  });
  it('joins a gap that goes on behind the end of the first answer', () => {
    const gap = (from: number, to: number) => ({
      start: rfc(T0 + from * 1000),
      end: rfc(T0 + to * 1000),
      reason: 'no_recording' as const,
    });
    const first = film(play(0, 100, [piece(0, 60)], [gap(60, 100)]));
    const both = film(play(100, 200, [piece(120, 80)], [gap(100, 120)]), first);
    expect(holeAt(both, T0 + 80_000)).toMatchObject({ start: T0 + 60_000, end: T0 + 120_000 });
  });
  it('shows a gap from end to end where the answer knows more of it', () => {
    const hole = { start: T0 + 60_000, end: T0 + 90_000, reason: 'no_recording' as const, cause: null };
    const gap = (from: number, to: number) => ({
      start: rfc(T0 + from),
      end: rfc(T0 + to),
      reason: 'no_recording' as const,
      cause: 'power_cut' as const,
    });
    expect(whole(hole, [gap(0, 50_000), gap(55_000, 200_000)])).toEqual({
      ...hole,
      start: T0 + 55_000,
      end: T0 + 200_000,
      cause: 'power_cut' as const,
    });
    expect(whole(hole, [gap(70_000, 200_000)])).toBe(hole);
  });
});
