import { describe, expect, it } from 'vitest';
import { Master, slips, speedBy, steer } from './master';

describe('the clock', () => {
  it('runs at its speed, stands, and goes on where it stood', () => {
    const master = new Master(1_000_000);
    expect(master.at(500)).toBe(1_000_000);
    master.run(500, undefined, 2);
    expect(master.at(1500)).toBe(1_002_000);
    master.stop(1500);
    expect(master.at(9999)).toBe(1_002_000);
    master.run(10_000, undefined, 0.5);
    expect(master.at(12_000)).toBe(1_003_000);
  });
});

/** A player of which errors are known up to noise, asked every 100 ms; gives its largest error after each second. */
function follow(error: number, speed: number, rate: number, noise: () => number, seconds = 10): number[] {
  const worst: number[] = [];
  let trims = false;
  for (let step = 0; step < seconds * 10; step++) {
    const now = steer({ error: error + noise() * speed, ready: true, speed, trims });
    trims = now.do === 'go' && now.trim !== 1;
    // A jump lands within a tenth of a second of its aim.
    if (now.do === 'seek') error = 80 * speed;
    else if (now.do === 'go') error += 100 * speed * (rate * now.trim - 1);
    const second = Math.floor(step / 10);
    worst[second] = Math.max(worst[second] ?? 0, Math.abs(error / speed));
  }
  return worst;
}

describe('a player', () => {
  it('comes within 40 ms of the clock in 2 s and stays there, from any error, at any speed, with a clock of its own 1 % wrong', () => {
    let seed = 11;
    const random = () => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647 - 0.5;
    for (const speed of [0.25, 0.5, 1, 2, 4]) {
      for (let run = 0; run < 50; run++) {
        const worst = follow(random() * 4000, speed, 1 + random() / 50, () => random() * 16);
        expect(Math.max(...worst.slice(2))).toBeLessThan(40);
      }
    }
  });
  it('is waited for when it has nothing, and is left alone when it is right', () => {
    expect(steer({ error: 0, ready: false, speed: 1 })).toEqual({ do: 'wait' });
    expect(steer({ error: 3, ready: true, speed: 1 })).toEqual({ do: 'go', trim: 1 });
    expect(steer({ error: -50, ready: true, speed: 1 })).toMatchObject({ do: 'go' });
    expect(steer({ error: -900, ready: true, speed: 1 })).toEqual({ do: 'seek' });
  });
});

it('speeds go up and down within their bounds', () => {
  expect(speedBy(1, 1)).toBe(2);
  expect(speedBy(1, -1)).toBe(0.5);
  expect(speedBy(16, 1)).toBe(16);
  expect(speedBy(0.25, -1)).toBe(0.25);
});

it('frames that are shown wrongly are set right when it goes on, not for one of them', () => {
  let count = 0;
  const stand = () => steer({ error: 0, ready: true, speed: 1, slips: count }).do;
  for (const early of [-20, 90, -20, 100]) count = slips(count, early);
  expect(stand()).toBe('go');
  count = slips(count, 100);
  expect(stand()).toBe('seek');
});
