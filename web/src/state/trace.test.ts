import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem } from '../api/client';
import type { TraceEvent } from '../api/trace';
import type { Purpose } from '../api/types';
import { events } from './events.svelte';
import { look } from './look.svelte';
import { session } from './session.svelte';
import { tracing } from './trace.svelte';
import { view } from './view.svelte';

/** What was asked of the daemon, the oldest first; an entry is answered by the test. */
const asked: { path: string; body: unknown; answer: (status: number, body: unknown) => void }[] = [];
/** The events of each trace, as the daemon has them. */
let entries: Record<number, Partial<TraceEvent>[]> = {};
const START = '2023-07-15T14:15:00+00:00';
const window = (camera: string) => ({
  camera,
  start: START,
  end: '2023-07-15T14:16:00+00:00',
  rank: 1,
  gaps: [],
  moments: [],
});

function respond(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status });
}
function read(path: string): unknown {
  const id = Number(/\/traces\/(\d+)/.exec(path)![1]);
  if (path.endsWith('/next')) return { windows: [window(`camera-${id}`)], notes: [] };
  if (path.endsWith('/reach')) return { links: [] };
  return { id, title: `trace ${id}`, events: entries[id] ?? [], sightings: [], looked: [], legs: [] };
}
beforeEach(async () => {
  asked.length = 0;
  entries = {};
  session.purpose = { number: 1 } as Purpose;
  events.live = false;
  vi.stubGlobal('fetch', (url: string, init: { body?: string; signal?: AbortSignal }) => {
    const { pathname } = new URL(url, 'http://here');
    const entry = /\/(seen|looked|undo)$/.test(pathname);
    return new Promise<Response>((answered, failed) => {
      init.signal?.addEventListener('abort', () => failed(new DOMException('', 'AbortError')));
      const answer = (status: number, body: unknown) => answered(respond(status, body));
      asked.push({ path: pathname, body: init.body && (JSON.parse(init.body) as unknown), answer });
      if (!entry) answer(200, read(pathname));
    });
  });
  tracing.close();
  tracing.lost = null;
  await tracing.load();
});
/** The trace is opened, and read as the page does when the address changes. */
async function opened(trace: number): Promise<void> {
  view.set({ trace, panel: 'trace', side: 'after', window: null, wall: [], t: null });
  await tracing.load();
}
const settled = () => new Promise((done) => setTimeout(done));
const posts = (end: string) => asked.filter(({ path }) => path.endsWith(end));
const entered = (trace: number, event: number, conflicts: unknown[] = []) => ({ trace, event, conflicts });
const sighting = { camera: 'a', at: START };
const refusal = { code: 'contradiction', detail: 'too fast' };

describe('an answer that arrives after another trace was opened', () => {
  it('moves and tells nothing there', async () => {
    await opened(1);
    const going = tracing.seen(sighting);
    await opened(2);
    const jumps = tracing.jumps;
    posts('/traces/1/seen')[0]!.answer(200, entered(1, 9, [{ vi: 'a', en: 'a' }]));
    expect(await going).toBe(true);
    expect([tracing.warned, tracing.jumps, tracing.answer?.id]).toEqual([[], jumps, 2]);
    expect(view.shown).toMatchObject({ trace: 2, window: null, wall: [] });
    // Nor does a later ranking of that trace, or of the first one, jump for it.
    await tracing.load();
    expect(tracing.jumps).toBe(jumps);
  });
  it('is not asked there for a reason, but told to be lost', async () => {
    await opened(1);
    const going = tracing.seen(sighting);
    await opened(2);
    posts('/traces/1/seen')[0]!.answer(409, refusal);
    expect(await going).toBe(false);
    expect([tracing.contradiction, tracing.problem]).toEqual([null, null]);
    expect(tracing.lost).toMatchObject({ trace: 1, title: 'trace 1', problem: { code: 'contradiction' } });
    expect(tracing.lost!.problem).toBeInstanceOf(Problem);
  });
  it('does not hold up entries there', async () => {
    await opened(1);
    const first = tracing.seen(sighting);
    expect(tracing.entering).toBe(true);
    await opened(2);
    expect(tracing.entering).toBe(false);
    const second = tracing.seen(sighting);
    expect(posts('/traces/2/seen')).toHaveLength(1);
    for (const [trace, going] of [
      [1, first],
      [2, second],
    ] as const) {
      posts(`/traces/${trace}/seen`)[0]!.answer(200, entered(trace, 9));
      expect(await going).toBe(true);
    }
  });
});

describe('a refusal', () => {
  it('is closed when another trace is opened, and its reason goes nowhere but to its own trace', async () => {
    await opened(1);
    const going = tracing.seen(sighting);
    posts('/seen')[0]!.answer(409, refusal);
    await going;
    const { again } = tracing.contradiction!;
    await opened(2);
    expect(tracing.contradiction).toBeNull();
    void again('two witnesses');
    await settled();
    expect(posts('/traces/2/seen')).toEqual([]);
    expect(posts('/traces/1/seen').at(-1)!.body).toEqual({ ...sighting, despite: 'two witnesses' });
    posts('/seen').at(-1)!.answer(200, entered(1, 9));
  });
  it('and what was said of an entry do not stand over another trace', async () => {
    await opened(1);
    const going = tracing.seen(sighting);
    posts('/seen')[0]!.answer(200, entered(1, 9, [{ vi: 'a', en: 'a' }]));
    await going;
    expect(tracing.warned).toHaveLength(1);
    await opened(2);
    expect(tracing.warned).toEqual([]);
  });
});

describe('another officer’s entry', () => {
  const next = (trace: number) => posts(`/traces/${trace}/next`).length;
  const add = (trace: number, id: number) => {
    entries[trace] = [...(entries[trace] ?? []), { id, what: 'looked', by: 'binh' } as Partial<TraceEvent>];
  };
  it('is told where events were missed, and nothing is ranked anew where nothing was added', async () => {
    await opened(1);
    const before = next(1);
    await tracing.missed();
    expect([tracing.others, next(1)]).toEqual([false, before]);
    add(1, 7);
    await tracing.missed();
    expect([tracing.others, next(1)]).toEqual([true, before + 1]);
    expect(tracing.answer?.events).toHaveLength(1);
  });
  it('is not one’s own, heard late or missed', async () => {
    await opened(1);
    const going = tracing.seen(sighting);
    add(1, 9);
    posts('/seen')[0]!.answer(200, entered(1, 9));
    await going;
    tracing.heard(1);
    await settled();
    await tracing.missed();
    expect(tracing.others).toBe(false);
    add(1, 10);
    tracing.heard(1);
    await settled();
    expect(tracing.others).toBe(true);
  });
  it('is seen after a reading that failed while the daemon was away', async () => {
    await opened(1);
    const fetched = fetch;
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed to fetch')));
    await tracing.load();
    expect(tracing.problem).toMatchObject({ code: 'unreachable' });
    vi.stubGlobal('fetch', fetched);
    await tracing.missed();
    expect(tracing.problem).toBeNull();
  });
  it('does not take away why an entry of one’s own was refused', async () => {
    await opened(1);
    const going = tracing.seen(sighting);
    posts('/seen')[0]!.answer(403, { code: 'forbidden', detail: 'not yours' });
    await going;
    add(1, 7);
    await tracing.missed();
    tracing.heard(1);
    await settled();
    expect([tracing.others, tracing.problem?.code]).toEqual([true, 'forbidden']);
  });
  it('is heard although an entry into another trace was not heard of yet', async () => {
    events.live = true;
    await opened(1);
    const going = tracing.seen(sighting);
    posts('/seen')[0]!.answer(200, entered(1, 9));
    await going;
    await opened(2);
    const before = posts('/traces/2/next').length;
    tracing.heard(2);
    await settled();
    expect(posts('/traces/2/next').length).toBe(before + 1);
  });
});

describe('what ran on the wall', () => {
  const run = () => [0, 500, 1000].forEach((at) => tracing.watched.frame('a', at));
  it('for another trace, or for none, does not count as reviewed', async () => {
    run();
    await opened(1);
    expect(tracing.watched.of('a')).toEqual([]);
    run();
    await opened(2);
    expect(tracing.watched.of('a')).toEqual([]);
    run();
    await tracing.load();
    expect(tracing.watched.of('a')).toEqual([[0, 1000]]);
    tracing.close();
    await opened(2);
    expect(tracing.watched.of('a')).toEqual([]);
  });
  it('does not count as reviewed once clocks changed', async () => {
    await opened(1);
    run();
    look.clocks += 1;
    await tracing.load();
    expect(tracing.watched.of('a')).toEqual([]);
    run();
    await tracing.load();
    expect(tracing.watched.of('a')).toEqual([[0, 1000]]);
  });
});

describe('what an answer told was watched', () => {
  const looked = { camera: 'a', from: START, to: START, verdict: 'not_seen' as const, share: 0.5 };
  it('is known until it is taken back, by whomever', async () => {
    await opened(1);
    const going = tracing.looked(looked, [[0, 1000]]);
    posts('/looked')[0]!.answer(200, entered(1, 5));
    await going;
    expect(tracing.told('a')).toMatchObject([{ share: 0.5, stretches: [[0, 1000]] }]);
    expect(tracing.told('b')).toEqual([]);
    entries[1] = [{ id: 6, what: 'undone', event: 5 } as Partial<TraceEvent>];
    await tracing.load();
    expect(tracing.told('a')).toEqual([]);
  });
  it('is not known of another trace', async () => {
    await opened(1);
    const going = tracing.looked(looked, [[0, 1000]]);
    await opened(2);
    posts('/looked')[0]!.answer(200, entered(1, 5));
    await going;
    expect(tracing.told('a')).toEqual([]);
  });
});

describe('the time of a sighting', () => {
  it('is that of its still, however its camera is moved against the others', async () => {
    await opened(1);
    const frame = { camera: 'a', at: Date.parse(START) + 500, own: Date.parse(START), uncertainty: null, still: 'a@1' };
    const going = tracing.seenAt(frame);
    expect(posts('/seen')[0]!.body).toEqual({ camera: 'a', at: '2023-07-15T14:15:00.000000Z', still: 'a@1' });
    posts('/seen')[0]!.answer(200, entered(1, 5));
    await going;
  });
});
