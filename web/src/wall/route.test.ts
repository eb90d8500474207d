import { expect, it } from 'vitest';
import type { SiteCamera } from '../api/types';
import { setLang } from '../text/index.svelte';
import { between, lasting, metres } from './route';

it('tells how long it took in words that are short', () => {
  expect([37_400, 59_600, 245_000, 4_800_000].map(lasting)).toEqual(['37 s', '1 ph 00 s', '4 ph 05 s', '1 g 20 ph']);
  setLang('en');
  expect([245_000, 4_800_000].map(lasting)).toEqual(['4 min 05 s', '1 h 20 min']);
  setLang('vi');
});

it('tells how far two cameras are apart', () => {
  const hanoi = { lat: 21.0285, lon: 105.8542 };
  const vinh = { lat: 18.6733, lon: 105.6922 };
  expect(metres(hanoi, vinh) / 1000).toBeCloseTo(262.4, 0);
  expect(metres(hanoi, hanoi)).toBe(0);
  const camera = (id: string, lat: number) => ({ id, lat, lon: 106.296 }) as SiteCamera;
  const mark = (camera: string, at: number) => ({
    id: '1',
    camera,
    at,
    own: at,
    uncertainty: 1,
    note: '',
    still: null,
  });
  const cameras = [camera('a', 18.073), camera('b', 18.0748)];
  expect(between(mark('a', 0), mark('b', 30_000), cameras)).toEqual({ time: '30 s', metres: '200 m' });
  expect(between(mark('a', 0), mark('a', 1000), cameras).metres).toBeNull();
});
