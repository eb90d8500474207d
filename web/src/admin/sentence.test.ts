import { afterEach, describe, expect, it } from 'vitest';
import type { AuditRow } from '../api/upkeep';
import { setLang } from '../text/index.svelte';
import { ACTS, actWords, deedWords } from './sentence';

const ZONE = 'Asia/Ho_Chi_Minh';
afterEach(() => setLang('vi'));

function row(change: Partial<AuditRow>): AuditRow {
  return {
    number: 1,
    at: '2023-07-15T14:00:00Z',
    actor: 'an',
    role: 'duty',
    origin: '127.0.0.1',
    act: 'search',
    cameras: [],
    window: null,
    purpose: null,
    emergency: false,
    detail: {},
    hash: '',
    ...change,
  };
}

describe('a row of the audit', () => {
  it('tells cameras and the stretch of time that was looked at', () => {
    const window = { start: '2023-07-15T14:00:00Z', end: '2023-07-15T14:30:00Z' };
    const cameras = ['a', 'b', 'c', 'd'];
    expect(deedWords(row({ window, cameras }), ZONE)).toBe('tìm trong 4 camera, 15/7/2023 21:00–21:30');
    const at = { start: '2023-07-15T14:15:08.2Z', end: '2023-07-15T14:15:08.2Z' };
    expect(deedWords(row({ act: 'frame', window: at, cameras: ['ht-04'] }), ZONE)).toBe(
      'xem hình của ht-04 lúc 21:15:08 15/7/2023',
    );
  });
  it('tells what was done to accounts, clocks and files', () => {
    const user = { what: 'changed', user: 'binh', change: { role: 'technician', groups: ['tdp-1'], disabled: null } };
    expect(deedWords(row({ act: 'user', detail: user }), ZONE)).toBe('sửa tài khoản binh: kỹ thuật, chỉ xem tdp-1');
    const off = { what: 'changed', user: 'binh', change: { disabled: true } };
    expect(deedWords(row({ act: 'user', detail: off }), ZONE)).toBe('sửa tài khoản binh: khóa');
    const check = { shown: '2023-07-15T14:22:10Z', truth: '2023-07-15T14:15:08Z' };
    expect(deedWords(row({ act: 'clock', cameras: ['ht-04'], detail: { what: 'added', check } }), ZONE)).toBe(
      'ghi lần kiểm giờ của ht-04: nhanh 7 phút 2 giây',
    );
    expect(deedWords(row({ act: 'quarantine', detail: { what: 'retry', file: null } }), ZONE)).toBe(
      'cho thử lại mọi tệp cách ly',
    );
  });
  it('tells what was entered into a trace, and what was looked at of it', () => {
    const window = { start: '2023-07-15T14:00:00Z', end: '2023-07-15T14:30:00Z' };
    const traced = (cameras: string[], detail: Record<string, unknown>) =>
      deedWords(row({ act: 'trace', window, cameras, detail: { trace: 3, ...detail } }), ZONE);
    const verdict = { verdict: 'not_seen', share: 1 };
    expect(traced(['ht-04'], { event: 9, entry: { what: 'looked', verdict } })).toBe(
      'truy vết 3: ghi không thấy ở ht-04, 15/7/2023 21:00–21:30',
    );
    expect(traced([], { event: 10, entry: { what: 'undone', event: 9, reason: 'nhầm xe' } })).toBe(
      'truy vết 3: rút lại mục #9, lý do: nhầm xe',
    );
    expect(traced(['ht-04', 'ht-05'], { what: 'shown' })).toBe('xem truy vết 3: ht-04, ht-05');
  });
  it('that this page does not know is shown as it is written down', () => {
    expect(deedWords(row({ act: 'hold' as AuditRow['act'], cameras: ['ht-01'], detail: { what: 'x' } }), ZONE)).toBe(
      'hold ht-01 {"what":"x"}',
    );
  });
  it('has words for every act in both languages', () => {
    for (const lang of ['vi', 'en'] as const) {
      setLang(lang);
      for (const act of ACTS) expect(actWords(act), act).toBeTruthy();
    }
  });
});
