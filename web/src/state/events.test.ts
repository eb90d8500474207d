import { beforeEach, expect, it, vi } from 'vitest';
import { events, onEvent } from './events.svelte';

/** A connection as a browser gives it, without the network. */
class Source extends EventTarget {
  static readonly CLOSED = 2;
  static all: Source[] = [];
  readyState = 1;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  constructor() {
    super();
    Source.all.push(this);
  }
  close(): void {
    this.readyState = Source.CLOSED;
  }
  tell(name: string, data: string): void {
    this.dispatchEvent(new MessageEvent(name, { data }));
  }
}
beforeEach(() => {
  Source.all = [];
  vi.stubGlobal('EventSource', Source);
});

it('a connection that broke and was made anew, and what stands for missed events, tell that something may have been missed', () => {
  const missed = vi.fn();
  const status = vi.fn();
  const deaf = [onEvent('missed', missed), onEvent('status', status)];
  const source = Source.all[0]!;
  source.onopen!();
  expect(missed).not.toHaveBeenCalled();
  source.onerror!();
  expect(events.live).toBe(false);
  source.onopen!();
  expect(missed).toHaveBeenCalledTimes(1);
  source.tell('status', '{}');
  expect([missed.mock.calls.length, status.mock.calls.length]).toEqual([2, 1]);
  source.tell('trace', '{"trace":1}');
  expect(missed).toHaveBeenCalledTimes(2);
  deaf.forEach((stop) => stop());
});
it('a connection that is refused for a while and comes back tells so too; one that nobody listened to misses nothing', () => {
  vi.useFakeTimers();
  vi.stubGlobal('fetch', () => new Promise(() => undefined));
  const missed = vi.fn();
  let stop = onEvent('missed', missed);
  Source.all[0]!.onopen!();
  Source.all[0]!.close();
  Source.all[0]!.onerror!();
  vi.advanceTimersByTime(60_000);
  Source.all[1]!.onopen!();
  expect(missed).toHaveBeenCalledTimes(1);
  stop();
  stop = onEvent('missed', missed);
  Source.all[2]!.onopen!();
  expect(missed).toHaveBeenCalledTimes(1);
  stop();
  vi.useRealTimers();
});
