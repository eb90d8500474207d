import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Frames } from './frames.svelte';

const asked: { url: URL; answer: () => void; signal: AbortSignal }[] = [];
beforeEach(() => {
  vi.useFakeTimers();
  asked.length = 0;
  URL.createObjectURL = () => `blob:${asked.length}`;
  URL.revokeObjectURL = () => undefined;
  vi.stubGlobal('fetch', (url: string, { signal }: { signal: AbortSignal }) => {
    return new Promise((answered, failed) => {
      signal.addEventListener('abort', () => failed(new DOMException('', 'AbortError')));
      const at = new URL(url, 'http://here').searchParams.get('at')!;
      const headers = { 'X-Truyvet-Time': at, 'X-Truyvet-Camera-Time': at, 'X-Truyvet-Uncertainty-S': '2.4' };
      asked.push({
        url: new URL(url, 'http://here'),
        answer: () => answered(new Response('', { headers })),
        signal,
      });
    });
  });
});
afterEach(() => vi.useRealTimers());

it('has one request under way, and the latest wish wins', async () => {
  const frames = new Frames();
  for (let at = 0; at < 20; at++) {
    frames.want({ camera: 'ht-01', at, purpose: 1 });
    await vi.advanceTimersByTimeAsync(30);
  }
  expect(asked.length).toBe(1);
  asked[0]!.answer();
  await vi.advanceTimersByTimeAsync(1);
  expect(asked.length).toBe(2);
  asked[1]!.answer();
  await vi.advanceTimersByTimeAsync(1);
  expect(asked.length).toBe(2);
  expect(frames.frame).toMatchObject({ camera: 'ht-01', at: 19, uncertainty: 2.4 });
});
it('drops what is under way when the pointer goes to another camera, or away', async () => {
  const frames = new Frames();
  frames.want({ camera: 'ht-01', at: 0, purpose: 1 });
  await vi.advanceTimersByTimeAsync(100);
  frames.want({ camera: 'ht-02', at: 0, purpose: 1 });
  expect(asked[0]!.signal.aborted).toBe(true);
  await vi.advanceTimersByTimeAsync(100);
  expect(asked[1]!.url.pathname).toContain('/cameras/ht-02/');
  frames.stop();
  expect(asked[1]!.signal.aborted).toBe(true);
});
it('asks nothing where the pointer only passes over', async () => {
  const frames = new Frames();
  frames.want({ camera: 'ht-01', at: 0, purpose: 1 });
  await vi.advanceTimersByTimeAsync(20);
  frames.stop();
  await vi.advanceTimersByTimeAsync(1000);
  expect(asked.length).toBe(0);
});
