// How far the players of a wall drift from one another: 60 s at 1× of H.264 and H.265 sources, and standing.
//
// The measure: the page tells of each frame its true time (data-true-us), the browser when it is shown (expectedDisplayTime of its frame
// callback). Shown at moment p of the page's clock, a frame of true time f puts its player at f − p; were players in step, that is the
// same number for all of them. The drift of two players is the difference of these numbers, taken between frames shown within 110 ms of
// one another. So the time between two frames (200 ms where a camera records five a second) is not counted as drift, and neither hides
// it: the figures are those of single frames as the browser says it shows them, jitter of painting included.
// How exactly the browser keeps what it announces for a frame is beyond what a page can know.
//
// Held to the limit is the middle one of all frames, signed, and the middle one of what the players' own clocks (currentTime) are apart:
// a machine of any speed keeps those, since all players read one clock. The 95th percentile and the largest are printed: on busy
// processors frames are painted late (100 to 230 ms were seen), which is no clock that drifts, and the page cannot tell the two apart.
import { expect, test, type Page } from '@playwright/test';
import { comeIn } from './page';
import { frameAt, openWall, sources, stateCase, type Source } from './sources';
import { Town } from './town';

const LIMIT_MS = 100;
const PLAYED_S = 60;
const START = Date.parse('2023-07-15T14:14:30Z');
/** Seconds by which a player is put out of step: less than what it would jump for. */
const OUT_S = 0.3;

let town: Town;
test.beforeAll(async () => {
  town = await Town.start('wall_drift');
  town.account('an', 'administrator');
});
test.afterAll(() => town.stop());

/** A frame: when it is shown (page's clock) and its true time, milliseconds. */
type Shown = [shown: number, time: number];
interface Watched {
  frames: Record<string, Shown[]>;
  /** The players' clocks at one moment, true time, milliseconds; none while one of them is on the way to another place. */
  clocks: () => Record<string, number> | null;
  /** How far the first and the last of them were apart, ten times a second. */
  apart: number[];
}
type Watching = Window & typeof globalThis & { watched: Watched };

/** Writes down every frame that a tile shows from now on, and how far the players' clocks are apart. */
async function watch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const frames: Record<string, Shown[]> = {};
    /** True time minus media time, milliseconds, of the file that a player is in. */
    const zero: Record<string, number> = {};
    const videos: Record<string, HTMLVideoElement> = {};
    for (const tile of document.querySelectorAll<HTMLElement>('.tile[data-camera]')) {
      const camera = tile.dataset.camera!;
      const video = (videos[camera] = tile.querySelector('video')!);
      const list = (frames[camera] = []) as Shown[];
      const next = () =>
        video.requestVideoFrameCallback((_, { expectedDisplayTime, mediaTime }) => {
          // The page's own callback for this frame has told its time when this runs.
          setTimeout(() => {
            const time = Number(tile.dataset.trueUs) / 1000;
            zero[camera] = time - mediaTime * 1000;
            list.push([expectedDisplayTime, time]);
          }, 0);
          next();
        });
      next();
    }
    const clocks = () => {
      const all = Object.entries(videos);
      if (!all.every(([camera, video]) => camera in zero && !video.paused && !video.seeking)) return null;
      return Object.fromEntries(all.map(([camera, video]) => [camera, zero[camera]! + video.currentTime * 1000]));
    };
    const apart: number[] = [];
    setInterval(() => {
      const now = clocks();
      if (now) apart.push(Math.max(...Object.values(now)) - Math.min(...Object.values(now)));
    }, 100);
    (window as Watching).watched = { frames, clocks, apart };
  });
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

/** Opens four cameras of both codecs, stopped at the start; gives the number of the purpose and the cameras. */
async function open(page: Page): Promise<[purpose: number, cameras: string[], sources: Source[]]> {
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
  return [purpose, cameras, chosen];
}
/** Each tile shows the frame that the daemon has for the wall's time, as the address tells it a moment later; gives their times. */
async function expectItsFrames(page: Page, purpose: number, cameras: string[]): Promise<number[]> {
  let t = NaN;
  let truth: number[] = [];
  const wrong = async () => {
    const now = Number(new URL(page.url()).searchParams.get('t'));
    if (now !== t) truth = await Promise.all(cameras.map((camera) => frameAt(page, town, purpose, camera, now)));
    t = now;
    const tiles = await standing(page);
    const off = cameras.map((id, at) => [id, Math.round(tiles[id]! - truth[at]!)] as const);
    return off.filter(([, by]) => by !== 0).map(([id, by]) => `${new Date(t).toISOString()}: ${id} by ${by} ms`);
  };
  await expect.poll(wrong, { message: 'each shows the frame of the wall’s time' }).toEqual([]);
  return truth;
}

test('four players of both codecs keep to one clock, running and standing', async ({ page }) => {
  // What is played takes as long as it lasts; a slow machine fetches before, and waits.
  test.setTimeout(900_000);
  const [purpose, cameras] = await open(page);
  await watch(page);
  const run = async (name: string, then: string) => {
    await page.getByRole('button', { name, exact: true }).press('Space');
    await expect(page.getByRole('button', { name: then, exact: true })).toBeVisible();
  };
  await run('Chạy', 'Dừng');
  const began = Date.now();
  const reached = async () => Math.min(...Object.values(await standing(page)));
  await expect.poll(reached, { timeout: 600_000, intervals: [1000] }).toBeGreaterThan(START + PLAYED_S * 1000);
  console.log(`${PLAYED_S} s at 1× took ${((Date.now() - began) / 1000).toFixed(1)} s`);
  const { frames, apart } = await page.evaluate(() => {
    const { frames, apart } = (window as Watching).watched;
    return { frames, apart };
  });

  for (const [at, a] of cameras.entries()) {
    for (const b of cameras.slice(at + 1)) {
      const found = drift(frames[a]!, frames[b]!);
      expect(found.length, `frames of ${a} beside ${b}`).toBeGreaterThan(PLAYED_S / 2);
      const middle = part(found, 0.5);
      const figures = [0.5, 0.95, 1].map((share) => part(found.map(Math.abs), share).toFixed(1));
      console.log(
        `${a} ~ ${b}: ${found.length} frames, drift p50 ${figures[0]} p95 ${figures[1]} max ${figures[2]} ms; signed, the middle one ${middle.toFixed(1)} ms`,
      );
      expect.soft(Math.abs(middle), `${a} ~ ${b}, the middle one of all frames`).toBeLessThanOrEqual(LIMIT_MS);
    }
  }
  const clocks = [0.5, 0.95, 1].map((share) => part(apart, share).toFixed(1));
  console.log(`clocks, ${apart.length} times: apart p50 ${clocks[0]} p95 ${clocks[1]} max ${clocks[2]} ms`);
  expect.soft(part(apart, 0.5), 'the middle one of how far all clocks are apart').toBeLessThanOrEqual(LIMIT_MS);

  // A player that is put out of step comes back into it.
  const out = cameras[2]!;
  await page.locator(`.tile[data-camera="${out}"] video`).evaluate((video: HTMLVideoElement, by) => {
    video.currentTime += by;
  }, OUT_S);
  const astray = () =>
    page.evaluate((out) => {
      const now = (window as Watching).watched.clocks();
      if (!now) return null;
      return Math.max(...Object.values(now).map((one) => Math.abs(one - now[out]!)));
    }, out);
  await expect.poll(astray, { message: `${out} comes back into step` }).toBeLessThanOrEqual(LIMIT_MS / 2);

  // Standing, wherever it was stopped: each tile shows the very frame of the wall's time.
  for (let stop = 0; stop < 5; stop++) {
    await run('Dừng', 'Chạy');
    const times = await expectItsFrames(page, purpose, cameras);
    console.log(`standing: ${(Math.max(...times) - Math.min(...times)).toFixed(1)} ms apart`);
    await run('Chạy', 'Dừng');
    await expect.poll(reached, { timeout: 120_000 }).toBeGreaterThan(Math.max(...times) + 700);
  }
});

test('standing where one fetched part ends and the next begins, a player shows the last frame of the first', async ({
  page,
}) => {
  // Not every file tells how long its frames last; the last one of a part was then held to last a millisecond.
  const parts: Record<string, number[]> = {};
  page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url());
    const [, recording] = /\/recordings\/([^/]+)\/clip$/.exec(pathname) ?? [];
    if (recording) (parts[recording] ??= []).push(Number(searchParams.get('to_us')));
  });
  const [purpose, cameras, chosen] = await open(page);
  const ends = chosen.map(({ piece }) => {
    const first = Math.min(...parts[piece!.recording]!);
    return Date.parse(piece!.start) + (first - piece!.from_pts_us) / 1000;
  });
  // What comes next is there too.
  const ahead = () =>
    page.locator('.tile video').evaluateAll((all: HTMLVideoElement[]) => {
      const ends = all.map(({ buffered, currentTime }) => buffered.end(buffered.length - 1) - currentTime);
      return Math.min(...ends) * 1000;
    });
  await expect.poll(ahead).toBeGreaterThan(Math.max(...ends) - START + 1000);
  for (const end of new Set(ends)) {
    // As "back" does it. Well within the last frame of every camera.
    const t = Math.floor(end) - 60;
    expect(t).toBeGreaterThan(START);
    await page.evaluate((t) => {
      const address = new URL(location.href);
      address.searchParams.set('t', String(t));
      history.pushState(null, '', address);
      dispatchEvent(new PopStateEvent('popstate'));
    }, t);
    await expectItsFrames(page, purpose, cameras);
  }
});
