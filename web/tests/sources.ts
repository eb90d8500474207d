// What the town's cameras recorded, asked of the daemon itself; and the wall opened on some of them.
import { expect, type APIResponse, type Page } from '@playwright/test';
import { JUNCTION } from './page';
import type { Town } from './town';

/** A camera as the daemon plays it around an instant. */
export interface Source {
  id: string;
  /** Null: it has no video then. */
  codec: string | null;
  /** How it reaches the browser: `native`, `copy` or `transcode`. */
  way: string | null;
  /** Why something is missing; null: nothing is. */
  reason: string | null;
  /** Its first file then. */
  piece: Piece | null;
}
interface Piece {
  recording: string;
  codec: string;
  way: string;
  start: string;
  end: string;
  from_pts_us: number;
}

async function send(page: Page, town: Town, path: string, data: unknown): Promise<APIResponse> {
  const me = (await (await page.request.get(`${town.url}/api/v1/me`)).json()) as { csrf: string };
  return page.request.post(`${town.url}/api/v1${path}`, { data, headers: { 'X-Truyvet-Csrf': me.csrf } });
}

/** Says what for; gives the purpose's number, as an address takes it (`for=`). */
export async function stateCase(page: Page, town: Town): Promise<number> {
  const stated = await send(page, town, '/me/purposes', { text: 'vụ 12/2026' });
  return ((await stated.json()) as { number: number }).number;
}

/** A trace of the red motorbike: three sightings, and a window that was watched in vain; gives its number. */
export async function traced(page: Page, town: Town, purpose: number): Promise<number> {
  const at = (time: string) => `2023-07-15T${time}+07:00`;
  const sighting = { camera: 'ht-13', at: at('21:14:28') };
  const begun = await send(page, town, '/traces', { kind: 'motorbike', title: 'xe máy đỏ', sighting, purpose });
  expect(begun.status(), await begun.text()).toBe(201);
  const { trace } = (await begun.json()) as { trace: number };
  const enter = async (what: string, data: unknown) => {
    const entered = await send(page, town, `/traces/${trace}/${what}`, data);
    expect(entered.status(), await entered.text()).toBe(201);
  };
  await enter('seen', { camera: 'ht-01', at: at('21:15:05'), note: '12/2026' });
  await enter('looked', { camera: 'ht-15', from: at('21:15:10'), to: at('21:16:20'), verdict: 'not_seen', share: 0.8 });
  await enter('seen', { camera: 'ht-02', at: at('21:15:21') });
  return trace;
}

/** What each camera recorded in so many seconds from an instant on, in the order of the site. */
export async function sources(page: Page, town: Town, purpose: number, at: number, seconds = 90): Promise<Source[]> {
  const site = (await (await page.request.get(`${town.url}/api/v1/site`)).json()) as { cameras: { id: string }[] };
  const [from, to] = [new Date(at).toISOString(), new Date(at + seconds * 1000).toISOString()];
  const found: Source[] = [];
  for (const { id } of site.cameras) {
    const asked = await send(page, town, `/cameras/${id}/play`, { from, to, h265: false, purpose });
    expect(asked.status(), `play of ${id}`).toBe(200);
    const play = (await asked.json()) as {
      pieces: Piece[];
      gaps: { start: string; end: string; reason: string }[];
    };
    const gap = play.gaps.find((one) => Date.parse(one.end) - Date.parse(one.start) > 1000);
    const [piece] = play.pieces;
    const { codec = null, way = null } = piece ?? {};
    found.push({ id, codec, way, reason: gap?.reason ?? null, piece: piece ?? null });
  }
  return found;
}

/** Opens the junction's answer with these cameras on the wall, stopped at an instant. */
export async function openWall(page: Page, town: Town, purpose: number, cameras: string[], at: number): Promise<void> {
  const query = new URLSearchParams({ q: JUNCTION, radius: '1500', wall: cameras.join(','), for: String(purpose) });
  query.set('t', String(at));
  await page.goto(`${town.url}/?${query}`);
  for (const camera of cameras) await expect(page.locator(`.tile[data-camera="${camera}"]`)).toBeVisible();
}

/** True time of the frame that a camera has for an instant, milliseconds; between two files, of the last one before. */
export async function frameAt(page: Page, town: Town, purpose: number, camera: string, at: number): Promise<number> {
  const window = { from: new Date(at - 5000).toISOString(), to: new Date(at + 1).toISOString() };
  const asked = await send(page, town, `/cameras/${camera}/play`, { ...window, h265: false, purpose });
  const { pieces } = (await asked.json()) as { pieces: { end: string }[] };
  // A piece's end is not in it any more.
  const last = Math.min(at, Date.parse(pieces.at(-1)!.end) - 1);
  const query = new URLSearchParams({ at: new Date(last).toISOString(), width: '64', purpose: String(purpose) });
  const frame = await page.request.get(`${town.url}/api/v1/cameras/${camera}/frame?${query}`);
  expect(frame.status(), `frame of ${camera}`).toBe(200);
  return Date.parse(frame.headers()['x-truyvet-time']!);
}
