// The logic of asking.
import { describe, expect, it } from 'vitest';
import type { Kind, Place, Purpose, Reading, Understood, Witness } from '../api/types';
import { read } from '../state/view.svelte';
import { draftOf, otherPlaces, otherReadings, placeOf, retold, turned, widened, windowOf } from './draft';
import { fieldsOf, instant, readDate, readHour } from './fields';
import { notesToRead, offered, QUICK, speaksOf, suffices } from './offers';
import { counts } from './summary';

const ZONE = 'Asia/Ho_Chi_Minh';
const place = (name: string, text: string, score: number, lat: number | null = 18): Place => {
  return { name, text, score, lat, lon: lat === null ? null : 106, kind: 'x', shape: 'point', why: '' };
};
const reading = (start: string, end: string): Reading => {
  const rest = { places: [], confidence: 0.6, why: '', words: '', padding_before_s: null, padding_after_s: null };
  return { start, end, time_text: '', ...rest };
};
const understood = (readings: Reading[], places: Place[]): Understood => {
  return { readings, places, refused: null, refused_code: null, note: null };
};
const morning = reading('2023-07-15T09:10:00+07:00', '2023-07-15T09:20:00+07:00');
const evening = reading('2023-07-15T21:10:00+07:00', '2023-07-15T21:20:00+07:00');

describe('a draft', () => {
  const draft = draftOf(read('/?q=9h15'));
  it('stands on the chosen reading, and offers the others', () => {
    const both = understood([morning, evening], []);
    expect(windowOf(draft, both, null)?.from).toBe(Date.parse(morning.start));
    expect(otherReadings(draft, both).map(([number]) => number)).toEqual([2]);
    const second = { ...draft, reading: turned(draft, both, 1) };
    expect(windowOf(second, both, null)?.from).toBe(Date.parse(evening.start));
    expect(turned(second, both, 1)).toBe(1);
  });
  it('keeps what was edited before what was understood, until the sentence is another', () => {
    const edited = { ...draft, from: 1, to: 2, lat: 18, lon: 106, place: 'chợ', kind: 'chay', radius: 500 };
    const one = understood([morning], [place('Trường', 'trường', 1)]);
    expect(windowOf(edited, one, null)).toEqual({ from: 1, to: 2, edited: true });
    expect(placeOf(edited, one, null)).toMatchObject({ name: 'chợ', edited: true });
    expect(retold(edited, '10h')).toMatchObject({ from: null, lat: null, place: null, radius: null, kind: 'chay' });
  });
  it('offers places that the words may mean as well, not worse ones, and none without a point', () => {
    const places = [
      place('Trường A', 'trường', 1),
      place('Trường B', 'trường', 0.9),
      place('Trường C', 'trường', 0.5),
      place('Đường Trần Phú', 'đường', 1, null),
      place('Chợ', 'chợ', 0.6),
    ];
    expect(otherPlaces(draft, understood([], places)).map((one) => one.name)).toEqual(['Trường B', 'Chợ']);
  });
  it('is widened by steps that fit its length, and never narrowed to nothing', () => {
    const minute = 60_000;
    expect(widened(0, 10 * minute, true)).toEqual([-5 * minute, 15 * minute]);
    expect(widened(0, 600 * minute, true)).toEqual([-60 * minute, 660 * minute]);
    const [from, to] = widened(0, 10 * minute, false);
    expect(to - from).toBe(2 * minute);
    expect(widened(0, minute, false)).toEqual([0, minute]);
  });
});

describe('fields', () => {
  it('take dates and hours as officers write them', () => {
    expect(readDate('15/7/2023', 2026)).toBe('2023-07-15');
    expect(readDate('15-7', 2026)).toBe('2026-07-15');
    expect(readDate('31/2/2023', 2026)).toBeNull();
    expect(['21h15', '21:15', '2115', '21 h 15', '21g15'].map(readHour)).toEqual(Array(5).fill('21:15:00'));
    expect(readHour('21h')).toBe('21:00:00');
    expect(readHour('21:15:08')).toBe('21:15:08');
    expect(['24:00', '21:60', 'tối', ''].map(readHour)).toEqual(Array(4).fill(null));
  });
  it('give back the instant that they were made of', () => {
    const at = Date.parse('2023-07-15T21:15:08+07:00');
    const { day, hour } = fieldsOf(at, ZONE);
    expect([day, hour]).toEqual(['15/7/2023', '21:15:08']);
    expect(instant(day, hour, ZONE, at)).toBe(at);
  });
});

describe('what a sentence speaks of', () => {
  const kind = (id: string, vi: string, ask_reason = false): Kind => {
    return { id, name: { vi, en: id }, radius_m: 300, order: 'nearest', mode: 'files', ask_reason };
  };
  const kinds = [kind('khac', 'vụ việc khác'), kind('chay', 'cháy'), kind('tre-lac', 'trẻ lạc', true)];
  it('is offered, by words and not by parts of them', () => {
    expect(offered('21h cháy nhà', null, kinds, []).map((one) => one.id)).toEqual(['chay']);
    expect(offered('xe bỏ chạy', null, kinds, [])).toEqual([]);
    expect(offered('tre lac tu 5h', null, kinds, []).map((one) => one.id)).toEqual(['tre-lac']);
    expect(offered('21h cháy nhà', 'khac', kinds, [])).toEqual([]);
    expect(speaksOf('cháyx', 'cháy')).toBe(false);
  });
  it('is also what the daemon notes, which then need not be read', () => {
    const notes = [
      { vi: 'nếu là cháy: thêm --kind chay', en: '' },
      { vi: 'không hiểu: abc', en: '' },
    ];
    expect(offered('hỏa hoạn', null, kinds, notes).map((one) => one.id)).toEqual(['chay']);
    expect(notesToRead(notes).map((note) => note.vi)).toEqual(['không hiểu: abc']);
  });
  it('may want more than a quick reason', () => {
    const purpose = (text: string, emergency = false): Purpose => ({ number: 1, text, emergency, stated_at: '' });
    expect(suffices(null, kinds[0])).toBe(false);
    expect(suffices(purpose(QUICK), kinds[0])).toBe(true);
    expect(suffices(purpose(QUICK), kinds[2])).toBe(false);
    expect(suffices(purpose('vụ 12/2026'), kinds[2])).toBe(true);
    expect(suffices(purpose(QUICK, true), kinds[2])).toBe(true);
  });
});

it('counts cameras in which nothing is to be seen', () => {
  const one = (standing: string) => ({ standing, clock: { checked: standing === 'gap' } }) as unknown as Witness;
  const all = ['recorded', 'gap', 'damaged', 'stills_only', 'partly'].map(one);
  expect(counts(all)).toEqual({ cameras: 5, empty: 2, stills: 1, unchecked: 4 });
});
