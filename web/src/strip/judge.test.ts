import { beforeEach, expect, it } from 'vitest';
import { look } from '../state/look.svelte';
import { view } from '../state/view.svelte';
import { judged, toWall } from './judge';
import type { Still } from './stills';

const still = (camera: string, at: number, group: number | null = null): Still => ({
  key: `${camera}|${at}`,
  camera,
  from: at,
  to: at + 1000,
  at,
  group,
  recording: 'r',
  pts: 0,
  uncertainty: 2,
  unchecked: false,
  moment: null,
  rise: null,
});
beforeEach(() => {
  look.judged = {};
  look.marks = [];
});

it('a marked still is a sighting, and none once it is dismissed or taken back', () => {
  const one = still('ht-01', 5_000);
  expect(judged(one, 'yes')).toBe(true);
  expect(look.marks).toMatchObject([{ camera: 'ht-01', at: 5_000, own: 5_000 }]);
  expect(judged(one, 'no')).toBe(true);
  expect([look.marks, look.judged]).toEqual([[], { 'ht-01|5000': 'no' }]);
  expect(judged(one, 'no')).toBe(false);
  expect(look.judged).toEqual({});
  judged(one, 'yes');
  expect(judged(one, 'yes')).toBe(false);
  expect(look.marks).toEqual([]);
});
it('opens with its neighbours at its time', () => {
  const stills = [still('ht-01', 5_000, 3), still('ht-02', 6_000, 3), still('ht-03', 7_000)];
  toWall(stills[1]!, stills);
  expect(view.shown).toMatchObject({ screen: 'look', t: 6_000, wall: ['ht-02', 'ht-01'], size: 4 });
  toWall(stills[2]!, stills);
  expect(view.shown).toMatchObject({ t: 7_000, wall: ['ht-03'], size: 1, axis: [-113_000, 127_000] });
});
