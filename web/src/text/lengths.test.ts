import { afterEach, describe, expect, it } from 'vitest';
import { setLang } from './index.svelte';
import { ago, bytes, length, percent } from './lengths';

afterEach(() => setLang('vi'));

describe('lengths', () => {
  it('are said in at most two units that never overflow', () => {
    expect(length(2.44)).toBe('2,4 giây');
    expect(length(9.97)).toBe('10 giây');
    expect(length(-422)).toBe('7 phút 2 giây');
    expect(length(3599.7)).toBe('1 giờ');
    expect(length(3630)).toBe('1 giờ 1 phút');
    expect(length(86_399)).toBe('1 ngày');
    expect(length(3 * 86_400 + 4 * 3_600 + 59)).toBe('3 ngày 4 giờ');
    setLang('en');
    expect(length(61)).toBe('1 minute 1 second');
    expect(length(0.5)).toBe('0.5 seconds');
  });
  it('say how long ago', () => {
    expect(ago(5)).toBe('vừa xong');
    expect(ago(40)).toBe('1 phút trước');
    expect(ago(332)).toBe('6 phút trước');
  });
});

describe('a share', () => {
  it('is never all or nothing where it is not', () => {
    expect([0, 0.001, 0.5, 0.9999, 1].map(percent)).toEqual(['0 %', '1 %', '50 %', '99 %', '100 %']);
  });
});

describe('a size', () => {
  it('has few digits', () => {
    expect([0, 427_097, 14_303_776, 999_600, 1_250_000_000].map(bytes)).toEqual([
      '0 B',
      '427 kB',
      '14 MB',
      '1 MB',
      '1,3 GB',
    ]);
  });
});
