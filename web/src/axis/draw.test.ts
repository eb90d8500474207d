import { expect, it } from 'vitest';
import { columns, heat, rgb } from './draw';
import type { Track } from './lanes';

const track = (activity: (number | null)[], range: [number, number]): Track => ({
  camera: 'ht-01',
  uncertainty: 2,
  recorded: [],
  gaps: [],
  activity,
  range,
  thumbnails: [],
});

it('a column shows the greatest activity of its bins, and nothing where nothing is known', () => {
  const lane = track([10, 80, null, 5], [0, 400]);
  expect(columns(lane, [0, 400], 4, 2)).toEqual([80, 5]);
  expect(columns(lane, [0, 400], 8, 2)).toEqual([10, 80, null, 5]);
  // Half of what is shown was not fetched.
  expect(columns(lane, [-400, 400], 8, 2)).toEqual([null, null, 80, 5]);
  expect(columns(track([], [0, 400]), [0, 400], 4, 2)).toEqual([null, null]);
});
it('the scale of activity goes from one colour to the other', () => {
  expect(rgb('#0e1318')).toEqual([14, 19, 24]);
  expect(rgb('#fff')).toEqual([255, 255, 255]);
  expect(heat([0, 0, 0], [200, 100, 50], 0.5)).toBe('rgb(100 50 25)');
});
