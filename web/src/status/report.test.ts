import { describe, expect, it } from 'vitest';
import type { Retention } from '../api/upkeep';
import { cutWords, diskWords, retentionWords } from './report';

const NOW = Date.parse('2023-07-16T01:00:00Z');
const ZONE = 'Asia/Ho_Chi_Minh';
const kept: Retention = {
  oldest: '2023-07-04T01:00:00Z',
  age_s: 12 * 86_400,
  edge: 'forward',
  compared_with: '2023-07-10',
  advance: 1,
  gone_in_48h_until: '2023-07-06T01:00:00Z',
  oldest_48h_gone_at: '2023-07-18T01:00:00Z',
};

describe('retention', () => {
  it('says what goes next', () => {
    expect(retentionWords(kept, NOW, ZONE)).toBe(
      'giữ được 12 ngày, phần trước 08:00 ngày 6/7/2023 sẽ bị ghi đè trong 48 giờ tới',
    );
    expect(retentionWords({ ...kept, gone_in_48h_until: null }, NOW, ZONE)).toContain('chưa gấp');
  });
  it('does not guess where the folder was not looked through', () => {
    const words = retentionWords({ ...kept, edge: 'not_looked' }, NOW, ZONE);
    expect(words).toBe('thư mục không xem được, không biết giữ được bao lâu');
  });
});

describe('a power cut', () => {
  it('names who was out and where', () => {
    const places = [{ group: 'Tổ dân phố 1', folder: null, out: 2, of: 2 }];
    const cut = { start: '2023-07-15T14:05:00Z', end: '2023-07-15T14:11:00Z', cameras: ['a', 'b'], places };
    expect(cutWords(cut, NOW, ZONE)).toBe(
      '15/7/2023 21:05–21:11 (6 phút): 2 camera cùng mất (Tổ dân phố 1 2/2 camera). Có lẽ mất điện.',
    );
  });
});

describe('the disk', () => {
  it('says only what is known', () => {
    const disk = { total_bytes: 5e6, free_bytes: 2e11, growth_bytes_per_day: null, days_left: null };
    expect(diskWords(disk)).toBe('Dữ liệu của truyvet chiếm 5 MB, ổ đĩa còn trống 200 GB.');
    expect(diskWords({ ...disk, growth_bytes_per_day: 1e9, days_left: 200.4 })).toContain('đầy sau khoảng 200 ngày');
  });
});
