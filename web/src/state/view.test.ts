import { describe, expect, it, vi } from 'vitest';
import { read, view, write } from './view.svelte';

describe('an address', () => {
  it('shows the same again', () => {
    const address =
      '/?q=kho%E1%BA%A3ng+21h15&kind=tai_nan&radius=300&wall=ht-01%2Cht-04&size=9&t=1689430508200&axis=1689429600000-1689431400000&for=3';
    expect(write(read(address))).toBe(address);
    expect(write(read('/status/clocks'))).toBe('/status/clocks');
    expect(write(read('/status/report/2023-07-16'))).toBe('/status/report/2023-07-16');
    const traced =
      '/?wall=ht-01&size=1&t=1689430508200&trace=4&panel=trace&side=12&window=ht-01%7C2023-07-15T14%3A15%3A00Z';
    expect(write(read(traced))).toBe(traced);
    expect(read(traced)).toMatchObject({ trace: 4, panel: 'trace', side: 12 });
    expect(read('/status/').part).toBeNull();
  });
  it('that is damaged shows what it still tells', () => {
    const shown = read('/nowhere?axis=5-3&size=7&t=x&from=&q=ok');
    expect(read('/?panel=trace&side=x&trace=')).toMatchObject({ trace: null, panel: null, side: 'after' });
    expect(shown).toMatchObject({ screen: 'look', axis: null, size: 4, t: null, phrase: 'ok' });
  });
});

describe('the view', () => {
  it('that changes without end is in the address all the same', () => {
    vi.useFakeTimers();
    const start = 1689430508000;
    for (let t = start; t <= start + 2000; t += 200) {
      view.set({ t });
      vi.advanceTimersByTime(200);
    }
    expect(read(location.href).t).toBeGreaterThan(start + 1000);
    vi.useRealTimers();
  });
});
