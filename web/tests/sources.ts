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

/** What each camera recorded in so many seconds from an instant on, in the order of the site. */
export async function sources(page: Page, town: Town, purpose: number, at: number, seconds = 90): Promise<Source[]> {
  const site = (await (await page.request.get(`${town.url}/api/v1/site`)).json()) as { cameras: { id: string }[] };
  const [from, to] = [new Date(at).toISOString(), new Date(at + seconds * 1000).toISOString()];
  const found: Source[] = [];
  for (const { id } of site.cameras) {
    const asked = await send(page, town, `/cameras/${id}/play`, { from, to, h265: false, purpose });
    expect(asked.status(), `play of ${id}`).toBe(200);
    const play = (await asked.json()) as {
      pieces: { codec: string; way: string }[];
      gaps: { start: string; end: string; reason: string }[];
    };
    const gap = play.gaps.find((one) => Date.parse(one.end) - Date.parse(one.start) > 1000);
    const [piece] = play.pieces;
    found.push({ id, codec: piece?.codec ?? null, way: piece?.way ?? null, reason: gap?.reason ?? null });
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
