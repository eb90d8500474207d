import { describe, expect, it } from 'vitest';
import { FrameReader, FrameTable } from './frames';

function box(kind: string, ...content: number[][]): number[] {
  const body = content.flat();
  const size = body.length + 8;
  return [...u32(size), ...[...kind].map((letter) => letter.charCodeAt(0)), ...body];
}
const u32 = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);

/** A moof as the daemon writes it, and an mdat of so many bytes. */
function fragment(decode: number, samples: [duration: number, offset: number][], media: number): number[] {
  const entries = samples.flatMap(([duration, offset]) => [...u32(duration), ...u32(100), ...u32(0), ...u32(offset)]);
  const run = box('trun', u32(0x01000f01), u32(samples.length), u32(0), entries);
  const track = box('traf', box('tfhd', u32(0x020000), u32(1)), box('tfdt', u32(0x01000000), u32(0), u32(decode)), run);
  const sound = box('traf', box('tfhd', u32(0x020000), u32(2)), box('tfdt', u32(0x01000000), u32(0), u32(9)), run);
  return [
    ...box('moof', box('mfhd', u32(0), u32(1)), track, sound),
    ...box('mdat', new Array<number>(media).fill(0x6d)),
  ];
}
const FILE = new Uint8Array([
  ...box('ftyp', u32(0)),
  ...box('moov', new Array<number>(500).fill(1)),
  ...fragment(
    0,
    [
      [40_000, 40_000],
      [40_000, 120_000],
      [40_000, -0],
    ],
    3000,
  ),
  ...fragment(120_000, [[40_000, 0]], 10),
]);

describe('frames of an mp4', () => {
  it('are read with their own times, in the order of their coding', () => {
    expect(new FrameReader().push(FILE)).toEqual([
      { start: 40_000, end: 80_000 },
      { start: 160_000, end: 200_000 },
      { start: 80_000, end: 120_000 },
      { start: 120_000, end: 160_000 },
    ]);
  });
  it('are the same however the bytes were cut', () => {
    const whole = new FrameReader().push(FILE);
    for (const step of [1, 2, 3, 7, 64, 500, 3001]) {
      const reader = new FrameReader();
      const frames = [];
      for (let at = 0; at < FILE.length; at += step) frames.push(...reader.push(FILE.subarray(at, at + step)));
      expect(frames).toEqual(whole);
    }
  });
  it('are none in what is no mp4', () => {
    expect(new FrameReader().push(new Uint8Array(5000))).toEqual([]);
  });
});

it('a table tells the frame of an instant and the one after it', () => {
  const table = new FrameTable();
  table.add([1, 1.04, 1.12]);
  table.add([1.08, 1.12]);
  expect([0.9, 1, 1.05, 1.119, 1.12, 9].map((media) => table.at(media))).toEqual([null, 1, 1.04, 1.08, 1.12, 1.12]);
  expect([0.9, 1, 1.12].map((media) => table.after(media))).toEqual([1, 1.04, null]);
  table.drop(1.05, 1.1);
  expect(table.at(1.1)).toBe(1.04);
});
