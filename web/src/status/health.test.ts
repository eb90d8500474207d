import { describe, expect, it } from 'vitest';
import type { CameraStatus } from '../api/upkeep';
import { healths, silentSince } from './health';

const NOW = Date.parse('2023-07-15T15:00:00Z');
const ZONE = 'Asia/Ho_Chi_Minh';
const at = (time: string) => `2023-07-15T${time}Z`;

function camera(id: string, change: Partial<CameraStatus>): CameraStatus {
  return {
    id,
    name: id,
    recordings: 10,
    last_recording: at('14:59:30'),
    oldest: null,
    bytes: 0,
    recorded_day: 1,
    recorded_week: 1,
    gaps: [],
    quarantined: 0,
    clock: {
      checked: true,
      offset_s: 0,
      uncertainty_s: 2,
      drift_ppm: null,
      nearest_check: null,
      contradictions: [],
    },
    time_conflicts: 0,
    gone: 0,
    without_thumbnails: 0,
    looked_at: at('14:59:00'),
    ...change,
  };
}
const out = {
  last_recording: at('14:05:00'),
  recorded_day: 0.96,
  gaps: [
    { start: at('14:05:00'), end: at('14:59:00'), reason: 'no_recording' as const },
    { start: at('14:59:00'), end: at('15:00:00'), reason: 'not_indexed' as const },
  ],
};

describe('a camera that does not record', () => {
  it('is told from one that had a hole', () => {
    expect(silentSince(camera('a', out))).toBe(Date.parse(at('14:05:00')));
    const hole = { start: at('10:00:00'), end: at('10:10:00'), reason: 'no_recording' as const };
    expect(silentSince(camera('b', { gaps: [hole] }))).toBeNull();
    // What was not looked through since is not known: no silence.
    expect(silentSince(camera('c', { gaps: [out.gaps[1]!] }))).toBeNull();
  });
  it('says since when, and who went with it', () => {
    const [one, two, well] = healths([camera('w', {}), camera('a', out), camera('b', out)], [], NOW, ZONE);
    expect([one!.camera.id, two!.camera.id, well!.camera.id]).toEqual(['a', 'b', 'w']);
    expect(one!.says).toEqual(['Camera này không ghi từ 21:05 (cùng lúc với 1 camera khác).']);
    expect(well).toMatchObject({ level: 0, says: [] });
  });
  it('names the power cut of the nightly report', () => {
    const cut = { start: at('14:04:10'), end: at('14:59:00'), cameras: ['a', 'b', 'c', 'd'], places: [] };
    const [one] = healths([camera('a', out)], [cut], NOW, ZONE);
    expect(one!.says[0]).toBe('Camera này không ghi từ 21:05 (có lẽ mất điện, 4 camera cùng lúc).');
  });
});

describe('a camera with holes', () => {
  it('names the longest and its reason', () => {
    const gaps = [
      { start: at('01:00:00'), end: at('01:05:00'), reason: 'no_recording' as const },
      { start: at('02:00:00'), end: at('02:30:00'), reason: 'damaged' as const },
    ];
    const [one] = healths([camera('a', { gaps, quarantined: 2 })], [], NOW, ZONE);
    expect(one!.level).toBe(2);
    expect(one!.says).toEqual([
      'Trong 24 giờ qua thiếu 35 phút trong 2 khoảng trống; dài nhất 09:00–09:30 (tệp hỏng).',
      '2 tệp không đọc được, đang cách ly.',
    ]);
  });
});
