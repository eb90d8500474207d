import { expect, it } from 'vitest';
import type { Recording } from '../api/types';
import { beginnings, jump, rises } from './activity';

const at = (second: number) => new Date(Date.UTC(2023, 6, 15, 14, 0, second)).toISOString();
const T0 = Date.parse(at(0));
const recording = (start: number, activity: number[]) =>
  ({ start: at(start), end: at(start + activity.length * 2), activity }) as Recording;

it('activity begins where it rises, once', () => {
  expect(rises(recording(10, [0, 0.1, 0.6, 0.4, 0.9, 0.2, 0.5, 0.7]))).toEqual([T0 + 14_000, T0 + 24_000]);
  expect(rises(recording(0, []))).toEqual([]);
});

it('the keys go from one beginning to the next and back, over all cameras', () => {
  const all = beginnings([recording(10, [0, 0.6, 0]), recording(11, [0, 0.9, 0]), recording(30, [0.7])], []);
  expect(all).toEqual([T0 + 12_000, T0 + 30_000]);
  expect(jump(all, T0, 1)).toBe(T0 + 12_000);
  expect(jump(all, T0 + 12_000, 1)).toBe(T0 + 30_000);
  expect(jump(all, T0 + 30_000, -1)).toBe(T0 + 12_000);
  expect(jump(all, T0 + 30_000, 1)).toBeNull();
});
