import { describe, expect, it } from 'vitest';
import type { Clock } from '../api/types';
import { clockName, gapName, length } from './footage';
import { setLang } from './index.svelte';

const ZONE = 'Asia/Ho_Chi_Minh';
const clock = (offset_s: number, uncertainty_s = 2): Clock => ({
  checked: true,
  offset_s,
  uncertainty_s,
  drift_ppm: null,
  nearest_check: {
    id: 1,
    camera: 'ht-04',
    method: 'screen',
    shown: '2023-07-12T03:07:00Z',
    true: '2023-07-12T03:00:00Z',
    offset_s,
    uncertainty_s,
    by: 'an',
    photo: null,
    note: null,
    made_at: '2023-07-12T03:00:00Z',
  },
  contradictions: [],
});

describe('footage in words', () => {
  it('says lengths in two units', () => {
    setLang('vi');
    expect([420, 3_900, 90, 2.4, 0, 59.7, 86_400].map(length)).toEqual([
      '7 phút',
      '1 giờ 5 phút',
      '1 phút 30 giây',
      '2,4 giây',
      '0 giây',
      '1 phút',
      '1 ngày',
    ]);
  });
  it('says how a clock goes, and when that was checked', () => {
    setLang('vi');
    expect(clockName(clock(420), ZONE)).toBe('giờ camera nhanh 7 phút (kiểm 12/7)');
    expect(clockName(clock(-65), ZONE)).toBe('giờ camera chậm 1 phút 5 giây (kiểm 12/7)');
    expect(clockName(clock(1.5), ZONE)).toBe('giờ camera đúng (kiểm 12/7)');
    expect(clockName({ ...clock(0), checked: false, nearest_check: null }, ZONE)).toBe('giờ chưa kiểm');
  });
  it('names a gap by its cause', () => {
    const span = { start: '2023-07-15T14:05:00Z', end: '2023-07-15T14:11:00Z' };
    setLang('vi');
    expect(gapName({ ...span, reason: 'no_recording', cause: 'power_cut' }, ZONE)).toBe('trống: mất điện 21:05–21:11');
    setLang('en');
    expect(gapName({ ...span, reason: 'damaged' }, ZONE)).toBe('empty: damaged file, cannot be read 21:05–21:11');
  });
});
