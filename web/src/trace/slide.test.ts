import { beforeEach, expect, it, vi } from 'vitest';
import type { Moment } from '../api/types';
import { Slide } from './slide.svelte';
import { stillOf } from './windows';

const answers: (() => void)[] = [];
beforeEach(() => {
  answers.length = 0;
  URL.createObjectURL = () => `blob:${answers.length}`;
  URL.revokeObjectURL = () => undefined;
  vi.stubGlobal('fetch', () => {
    const headers = { 'X-Truyvet-Time': '2023-07-15T14:15:00Z', 'X-Truyvet-Camera-Time': '2023-07-15T14:22:00Z' };
    return new Promise<Response>((answered) => answers.push(() => answered(new Response('', { headers }))));
  });
});
const settled = () => new Promise((done) => setTimeout(done));
const moment = (pts_us: number) => ({ recording: 'r', pts_us, peak: '2023-07-15T14:15:00Z' }) as Moment;

it('a still is shown once its picture is there, and no longer when another is looked at', async () => {
  const slide = new Slide();
  const [one, other] = [moment(1), moment(2)];
  slide.show(one, other);
  expect(slide.still).toBeNull();
  answers[0]!();
  await settled();
  expect(slide.still).toBe(stillOf(one));
  slide.show(other, null);
  expect([slide.still, slide.url, slide.time]).toEqual([null, null, null]);
});
