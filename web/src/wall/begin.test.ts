import { describe, expect, it } from 'vitest';
import { ms } from '../time';
import { first } from './begin';

const span = (from: string, to: string) => ({ start: `2023-07-15T${from}Z`, end: `2023-07-15T${to}Z` });
const at = (text: string) => ms(`2023-07-15T${text}Z`);
const recorded = [span('14:10:00', '14:11:00'), span('14:15:00', '14:16:00')];

describe('a wall begins', () => {
  it('at the instant that was told where that was recorded', () => {
    expect(first(recorded, at('14:00:00'), at('14:15:00'))).toBe(at('14:15:00'));
  });
  it('with the footage where that instant was not recorded, or none was told', () => {
    expect(first(recorded, at('14:00:00'), at('14:13:00'))).toBe(at('14:10:00'));
    expect(first(recorded, at('14:00:00'), null)).toBe(at('14:10:00'));
  });
  it('with the window where nothing was recorded, or was going on already', () => {
    expect(first([], at('14:00:00'), at('14:15:00'))).toBe(at('14:00:00'));
    expect(first([span('13:59:30', '14:00:30')], at('14:00:00'), null)).toBe(at('14:00:00'));
  });
});
