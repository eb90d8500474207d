import { describe, expect, it } from 'vitest';
import { setLang } from './text/index.svelte';
import { clock, digits, interval, ms, ofLocal, otherDigits, plusMinus, rfc, toLocal } from './time';

const ZONE = 'Asia/Ho_Chi_Minh';

describe('instants', () => {
  it('keep microseconds both ways', () => {
    for (const text of ['2023-07-15T14:15:08.123456Z', '2023-07-15T14:15:08.000001Z', '1999-12-31T23:59:59.999999Z']) {
      expect(rfc(ms(text))).toBe(text);
    }
    expect(ms('2023-07-15T21:15:08+07:00')).toBe(Date.UTC(2023, 6, 15, 14, 15, 8));
  });
  it('are said in the zone of the site', () => {
    const at = ms('2023-07-15T14:15:08.28Z');
    expect(clock(at, ZONE)).toBe('21:15:08');
    expect(clock(at, ZONE, 'tenth')).toBe('21:15:08,2');
    expect(interval(ms('2023-07-15T14:00:00Z'), ms('2023-07-15T14:30:00Z'), ZONE)).toBe('15/7/2023 21:00–21:30');
    expect(interval(ms('2023-07-15T16:00:00Z'), ms('2023-07-15T18:30:00Z'), ZONE)).toBe(
      '15/7/2023 23:00–16/7/2023 01:30',
    );
  });
  it('of a camera have the digits of its picture, whatever the zone of the site', () => {
    const text = '2023-07-15T22:15:08.280+08:00';
    expect([digits(text, ZONE), digits(text, ZONE, 'tenth'), digits(text, ZONE, 'minute')]).toEqual([
      '22:15:08',
      '22:15:08,2',
      '22:15',
    ]);
    expect(digits('2023-07-15T09:45:08-04:30', ZONE)).toBe('09:45:08');
    expect(digits('2023-07-15T14:15:08+00:00', ZONE)).toBe('14:15:08');
    // Every hour of a day, also where the site's own clocks are set that day.
    for (let hour = 0; hour < 24; hour++) {
      const two = String(hour).padStart(2, '0');
      expect(digits(`2024-03-31T${two}:30:00+07:00`, 'Europe/Berlin')).toBe(`${two}:30:00`);
    }
    // It does not say which zone it has: that of the site.
    expect(digits('2023-07-15T14:15:08.28Z', ZONE, 'tenth')).toBe('21:15:08,2');
  });
  it('of a camera differ where its picture shows other digits', () => {
    const at = ms('2023-07-15T14:15:08Z');
    expect(otherDigits('2023-07-15T21:15:08+07:00', at, ZONE)).toBe(false);
    expect(otherDigits('2023-07-15T21:15:08.400+07:00', at, ZONE)).toBe(false);
    expect(otherDigits('2023-07-15T21:22:08+07:00', at, ZONE)).toBe(true);
    expect(otherDigits('2023-07-15T22:15:08+08:00', at, ZONE)).toBe(true);
    expect(otherDigits('2023-07-15T14:15:08Z', at, ZONE)).toBe(false);
  });
  it('come back from a form as they were shown', () => {
    const at = ms('2023-07-15T14:15:08Z');
    expect(ofLocal(toLocal(at, ZONE), ZONE)).toBe(at);
    expect(ofLocal('2023-07-15T21:15', ZONE)).toBe(ms('2023-07-15T14:15:00Z'));
    // A zone whose clocks are set: both sides of the step.
    for (const text of ['2024-03-31T00:30:00Z', '2024-03-31T01:30:00Z']) {
      expect(ofLocal(toLocal(ms(text), 'Europe/Berlin'), 'Europe/Berlin')).toBe(ms(text));
    }
  });
  it('say how sure they are', () => {
    expect(plusMinus(2.4)).toBe('± 2,4 s');
    expect(plusMinus(1)).toBe('± 1 s');
    expect(plusMinus(14.2)).toBe('± 14 s');
    expect(plusMinus(null)).toBeNull();
    setLang('en');
    expect(plusMinus(2.4)).toBe('± 2.4 s');
    setLang('vi');
  });
});
