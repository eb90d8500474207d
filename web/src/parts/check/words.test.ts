import { describe, expect, it } from 'vitest';
import { clockWords, driftWords, offsetWords } from './words';

const clock = {
  checked: true,
  offset_s: 420,
  uncertainty_s: 2.4,
  drift_ppm: null,
  nearest_check: null,
  contradictions: [],
};

describe('a clock', () => {
  it('is fast, slow or right, with its doubt', () => {
    expect(clockWords(clock)).toBe('nhanh 7 phút ± 2,4 s');
    expect(offsetWords(-3.04)).toBe('chậm 3 giây');
    expect(offsetWords(0.2)).toBe('đúng giờ');
  });
  it('that was never checked is said to be so, not to be right', () => {
    expect(clockWords({ ...clock, checked: false, offset_s: 0, uncertainty_s: null })).toBe('giờ chưa kiểm');
  });
  it('drifts by so much a day', () => {
    expect(driftWords(20)).toBe('mỗi ngày nhanh thêm 1,7 giây');
    expect(driftWords(-500)).toBe('mỗi ngày chậm thêm 43 giây');
    expect(driftWords(null)).toBe('');
  });
});
