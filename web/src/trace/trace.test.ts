import { beforeEach, describe, expect, it } from 'vitest';
import { CONFIDENCES, type TraceWindow } from '../api/trace';
import type { Moment } from '../api/types';
import { again, begins, keyOf, tracing } from '../state/trace.svelte';
import { setLang } from '../text/index.svelte';
import { differs, frameOf, lastOwn, nextStill, stepped, stillOf, undone } from './windows';
import { confidenceName, direction, far, farOf, speedRange } from './words';

const at = (second: number) => new Date(Date.UTC(2023, 6, 15, 14, 15) + second * 1000).toISOString();
const window = (camera: string, start: number, end: number, gaps: [number, number][] = []) =>
  ({
    camera,
    start: at(start),
    end: at(end),
    camera_start: at(start),
    gaps: gaps.map(([from, to]) => ({ start: at(from), end: at(to), reason: 'no_recording' })),
  }) as TraceWindow;
const moment = (recording: string, pts_us: number) => ({ recording, pts_us }) as Moment;

describe('the chosen window', () => {
  it('is the same after a ranking anew, else one of its camera around its time', () => {
    const windows = [window('b', 0, 60), window('a', 0, 30), window('a', 30, 90)];
    expect(again(windows, keyOf(windows[2]!))).toBe(windows[2]);
    expect(again(windows, `a|${at(40)}`)).toBe(windows[2]);
    expect(again(windows, `a|${at(500)}`)).toBe(windows[1]);
    expect(again(windows, `c|${at(0)}`)).toBeUndefined();
    expect(again(windows, null)).toBeUndefined();
  });
  it('begins where footage does', () => {
    expect(begins(window('a', 0, 60))).toBe(Date.parse(at(0)));
    expect(begins(window('a', 0, 60, [[-10, 12]]))).toBe(Date.parse(at(12)));
    expect(begins(window('a', 0, 60, [[-10, 99]]))).toBe(Date.parse(at(0)));
  });
  it('has another time on its camera from half a second on', () => {
    const own = window('a', 0, 60);
    const zone = 'Asia/Ho_Chi_Minh';
    expect(differs(own, zone)).toBe(false);
    expect(differs({ ...own, camera_start: '2023-07-15T21:15:00.499+07:00' }, zone)).toBe(false);
    expect(differs({ ...own, camera_start: '2023-07-15T21:15:00.5+07:00' }, zone)).toBe(true);
    expect(differs({ ...own, camera_start: at(420) }, zone)).toBe(true);
  });
  it('has another time on a camera of another zone, however right that is', () => {
    expect(differs({ ...window('a', 0, 60), camera_start: '2023-07-15T22:15:00+08:00' }, 'Asia/Ho_Chi_Minh')).toBe(
      true,
    );
  });
});

describe('the still of a sighting', () => {
  it('names a frame', () => {
    expect(frameOf(stillOf(moment('a@b', 1_200_000)))).toEqual({ recording: 'a@b', pts: 1_200_000 });
    expect([frameOf('a'), frameOf('@5'), frameOf('a@')]).toEqual([null, null, null]);
  });
});

describe('steps', () => {
  it('end at the first and the last row', () => {
    const rows = ['a', 'b', 'c'];
    expect([stepped(rows, 'a', -1), stepped(rows, 'a', 1), stepped(rows, 'c', 1)]).toEqual(['a', 'b', 'c']);
    expect([stepped(rows, undefined, 1), stepped([], undefined, 1)]).toEqual(['a', undefined]);
  });
  it('through stills pass over those that were answered no', () => {
    const moments = [moment('r', 1), moment('r', 2), moment('s', 3)];
    const refused = { [stillOf(moments[1]!)]: true as const };
    expect([nextStill(moments, 0, refused), nextStill(moments, 1, refused), nextStill(moments, 3, refused)]).toEqual([
      0, 2, 3,
    ]);
  });
});

describe('entries', () => {
  it('of one’s own are taken back the last first, and what was taken back is known', () => {
    const standing = [
      { event: 4, by: 'an' },
      { event: 9, by: 'binh' },
      { event: 7, by: 'an' },
    ];
    expect([lastOwn(standing, 'an'), lastOwn(standing, 'cuong')]).toEqual([7, null]);
    const events = [
      { id: 1, by: 'an', entered_at: at(0), what: 'looked' as const },
      { id: 2, by: 'an', entered_at: at(1), what: 'undone' as const, event: 1, reason: null },
    ];
    expect([...undone(events as Parameters<typeof undone>[0])]).toEqual([1]);
  });
});

describe('how sure somebody is', () => {
  it('is not told at first, and goes through all words by key', () => {
    const told = [tracing.confidence];
    for (let press = 0; press < 4; press++) {
      tracing.surer();
      told.push(tracing.confidence);
    }
    expect(told).toEqual([null, 'certain', 'probable', 'possible', null]);
  });
});

describe('words', () => {
  beforeEach(() => setLang('vi'));
  it('say how sure somebody is, and why a leg has no length', () => {
    expect(CONFIDENCES.map(confidenceName)).toEqual(['chắc chắn', 'nhiều khả năng', 'có thể']);
    expect(farOf({ distance_m: null, straight: false }, true)).toBe('cùng camera');
    expect(farOf({ distance_m: null, straight: false }, false)).toBe('không rõ đường đi');
    expect(farOf({ distance_m: 262, straight: true }, false)).toBe('260 m (đường thẳng)');
  });
  it('say speeds as ranges, distances and directions', () => {
    expect(speedRange({ kmh: 27.4, kmh_least: 20.2, kmh_most: 41 })).toBe('27\u00a0km/h (20–41)');
    expect(speedRange({ kmh: 32, kmh_least: 8.83, kmh_most: null })).toBe('32\u00a0km/h (ít nhất 8,8)');
    expect(speedRange({ kmh: null, kmh_least: null, kmh_most: null })).toBeNull();
    expect([far(262), far(994.9), far(1360)]).toEqual(['260 m', '995 m', '1,4 km']);
    expect([direction(0), direction(200), direction(350)]).toEqual(['bắc', 'nam', 'bắc']);
  });
});
