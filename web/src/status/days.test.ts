import { describe, expect, it } from 'vitest';
import { addDays, bounds, dayOf, isDay, isSunday, shortDay, step } from './days';

const ZONE = 'Asia/Ho_Chi_Minh';

describe('a day of the site', () => {
  it('starts at midnight there', () => {
    expect(dayOf(Date.parse('2023-07-15T17:30:00Z'), ZONE)).toBe('2023-07-16');
    expect(bounds('2023-07-15', ZONE)).toEqual([
      Date.parse('2023-07-14T17:00:00Z'),
      Date.parse('2023-07-15T17:00:00Z'),
    ]);
    // The clocks are set: the day is an hour shorter.
    const [from, to] = bounds('2024-03-31', 'Europe/Berlin');
    expect(to - from).toBe(23 * 3_600_000);
  });
  it('has its neighbours across months', () => {
    expect(addDays('2023-07-31', 1)).toBe('2023-08-01');
    expect(addDays('2024-03-01', -1)).toBe('2024-02-29');
    expect(shortDay('2023-07-05')).toBe('5/7');
    expect(isSunday('2023-07-16')).toBe(true);
    expect([isDay('2023-07-16'), isDay('2023-13-40'), isDay('x'), isDay(undefined)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('arrow keys', () => {
  it('stay in the grid', () => {
    expect(step('ArrowRight', [0, 0], [2, 3])).toEqual([0, 1]);
    expect(step('ArrowRight', [0, 2], [2, 3])).toBeNull();
    expect(step('End', [1, 0], [2, 3])).toEqual([1, 2]);
    expect(step('PageDown', [0, 1], [2, 3])).toEqual([1, 1]);
    expect(step('a', [0, 0], [2, 3])).toBeNull();
  });
});
