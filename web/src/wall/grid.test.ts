import { expect, it } from 'vitest';
import { columns } from './grid';

it('lays tiles side by side where the place is wide, one under the other on a phone', () => {
  expect(columns(4, 1366, 330)).toBe(4);
  expect(columns(4, 1366, 760)).toBe(2);
  expect(columns(9, 1366, 760)).toBe(3);
  expect(columns(16, 1366, 700)).toBe(4);
  expect(columns(1, 390, 300)).toBe(1);
  expect(columns(4, 390, 900)).toBe(1);
});
