// How far the players of a wall drift from one another: 60 s at 1× of H.264 and H.265 sources, and standing.
//
// The measure: the page tells of each frame its true time (data-true-us), the browser when it is shown (expectedDisplayTime of its frame
// callback). Shown at moment p of the page's clock, a frame of true time f puts its player at f − p; were players in step, that is the
// same number for all of them. The drift of two players is the difference of these numbers, taken between frames shown within 110 ms of
// one another. So the time between two frames (200 ms where a camera records five a second) is not counted as drift, and neither hides
// it: the figures are those of single frames as the browser says it shows them, jitter of painting included, nothing is averaged away.
// How exactly the browser keeps what it announces for a frame is beyond what a page can know.
//
// Held to the limit is the 95th percentile of single frames. Printed beside it are the largest of all, and the largest median over five
// frames: on two busy processors a frame is now and then painted late (100 to 230 ms were seen), which is no clock that drifts, and the
// page cannot tell the two apart.
import { expect, test, type Page } from '@playwright/test';
import { comeIn } from './page';
import { openWall, sources, stateCase } from './sources';
import { Town } from './town';

const LIMIT_MS = 100;
const PLAYED_S = 60;
const START = Date.parse('2023-07-15T14:14:30Z');

let town: Town;
test.beforeAll(async () => {
  town = await Town.start('wall_drift');
  town.account('an', 'administrator');
});
test.afterAll(() => town.stop());

/** A frame: when it is shown (page's clock) and its true time, milliseconds. */
type Shown = [shown: number, time: number];

/** Writes down every frame that a tile shows from now on. */
async function watch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const all: Record<string, Shown[]> = {};
    (window as unknown as { shownFrames: typeof all }).shownFrames = all;
    for (const tile of document.querySelectorAll<HTMLElement>('.tile[data-camera]')) {
      const video = tile.querySelector('video')!;
      const list = (all[tile.dataset.camera!] = []) as Shown[];
      const next = () =>
        video.requestVideoFrameCallback((_, { expectedDisplayTime }) => {
          // The page's own callback for this frame has told its time when this runs.
          setTimeout(() => list.push([expectedDisplayTime, Number(tile.dataset.trueUs) / 1000]), 0);
          next();
        });
      next();
    }
  });
}
function frames(page: Page): Promise<Record<string, Shown[]>> {
  return page.evaluate(() => (window as unknown as { shownFrames: Record<string, Shown[]> }).shownFrames);
}
/** True time of the frame that each tile shows, milliseconds. */
function standing(page: Page): Promise<Record<string, number>> {
  return page.evaluate(() => {
    const tiles = [...document.querySelectorAll<HTMLElement>('.tile[data-camera]')];
    return Object.fromEntries(tiles.map((tile) => [tile.dataset.camera!, Number(tile.dataset.trueUs) / 1000]));
  });
}

const sorted = (of: number[]) => of.toSorted((a, b) => a - b);
const part = (of: number[], share: number) => sorted(of)[Math.min(of.length - 1, Math.floor(of.length * share))]!;

/** The drift of two players, signed, for each frame of the first. */
function drift(one: Shown[], other: Shown[]): number[] {
  const found: number[] = [];
  let near = 0;
  for (const [shown, time] of one) {
    while (near + 1 < other.length && Math.abs(other[near + 1]![0] - shown) <= Math.abs(other[near]![0] - shown))
      near++;
    const [there, then] = other[near]!;
    if (Math.abs(there - shown) < 110) found.push(time - shown - (then - there));
  }
  return found;
}
const overFive = (of: number[]) => of.slice(4).map((_, at) => Math.abs(part(of.slice(at, at + 5), 0.5)));

test('four players of both codecs keep to one clock, running and standing', async ({ page }) => {
  test.setTimeout(480_000);
  await comeIn(page, town, 'an');
  const purpose = await stateCase(page, town);
  // Whole from a little before the start to the end, as far as it can be played on a busy machine.
  const whole = (await sources(page, town, purpose, START - 5_000, 100)).filter((one) => one.reason === null);
  const of = (codec: string) => whole.filter((one) => one.codec === codec).slice(0, 2);
  const chosen = [...of('h264'), ...of('hevc')];
  expect(chosen.map((one) => one.codec)).toEqual(['h264', 'h264', 'hevc', 'hevc']);
  console.log(chosen.map((one) => `${one.id}: ${one.codec}, ${one.way}`).join('; '));
  const cameras = chosen.map((one) => one.id);

  await openWall(page, town, purpose, cameras, START);
  for (const camera of cameras) {
    await expect(page.locator(`.tile[data-camera="${camera}"]`)).toHaveAttribute('data-true-us', /\d/);
  }
  await watch(page);
  await page.keyboard.press('Space');
  await expect(page.getByRole('button', { name: 'Dừng', exact: true })).toBeVisible();
  const began = Date.now();
  const reached = async () => Math.min(...Object.values(await standing(page)));
  await expect.poll(reached, { timeout: 300_000, intervals: [1000] }).toBeGreaterThan(START + PLAYED_S * 1000);
  const took = (Date.now() - began) / 1000;
  const all = await frames(page);
  console.log(`${PLAYED_S} s at 1× took ${took.toFixed(1)} s`);

  for (const [at, a] of cameras.entries()) {
    for (const b of cameras.slice(at + 1)) {
      const found = drift(all[a]!, all[b]!);
      expect(found.length, `frames of ${a} beside ${b}`).toBeGreaterThan(PLAYED_S * 2);
      const single = found.map(Math.abs);
      const [p50, p95, max, clocks] = [
        part(single, 0.5),
        part(single, 0.95),
        part(single, 1),
        part(overFive(found), 1),
      ];
      const told = [p50, p95, max, clocks].map((figure) => figure.toFixed(1));
      console.log(
        `${a} ~ ${b}: ${found.length} frames, drift p50 ${told[0]} p95 ${told[1]} max ${told[2]} ms; over five frames max ${told[3]} ms`,
      );
      expect.soft(Math.round(p95), `${a} ~ ${b}, 95 of 100 frames`).toBeLessThanOrEqual(LIMIT_MS);
    }
  }

  // Standing: each tile shows the very frame of the wall's time, so no two are further apart than one frame of the slower.
  const interval: Record<string, number> = {};
  for (const camera of cameras) {
    const times = all[camera]!.map(([, time]) => time);
    interval[camera] = part(
      times.slice(1).map((time, at) => time - times[at]!),
      0.5,
    );
  }
  for (let stop = 0; stop < 5; stop++) {
    await page.keyboard.press('Space');
    await expect(page.getByRole('button', { name: 'Chạy', exact: true })).toBeVisible();
    const behind = async () => {
      const t = Number(new URL(page.url()).searchParams.get('t'));
      const tiles = await standing(page);
      // Frames by which each is away from the frame of that time; a hair for what is rounded.
      return Math.max(...cameras.map((id) => Math.abs((t - 1 - tiles[id]!) / interval[id]! - 0.5) - 0.5));
    };
    await expect.poll(behind, { message: 'each shows the frame of the wall’s time' }).toBeLessThanOrEqual(0.02);
    const tiles = await standing(page);
    const spread = Math.max(...Object.values(tiles)) - Math.min(...Object.values(tiles));
    const frame = Math.max(...Object.values(interval));
    console.log(`standing: ${spread.toFixed(1)} ms apart, one frame is ${frame.toFixed(1)} ms`);
    expect(spread).toBeLessThanOrEqual(frame);
    await page.keyboard.press('Space');
    await expect(page.getByRole('button', { name: 'Dừng', exact: true })).toBeVisible();
    await expect.poll(reached).toBeGreaterThan(Math.max(...Object.values(tiles)) + 700);
  }
});
