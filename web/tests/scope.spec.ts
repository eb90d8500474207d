// Whoever sees one group only sees nothing of another group's cameras: not on the page, and by no address that the API describes.
import { expect, test, type APIRequestContext, type Page } from '@playwright/test';
import { comeIn, JUNCTION, lanes } from './page';
import { Town } from './town';

/** A camera of group tdp-2 at the junction, and what would tell of it. */
const FOREIGN = 'ht-01';
const FOREIGN_NAME = 'Ngã ba Việt Lào';
const AT = '2023-07-15T14:15:08Z';

let town: Town;
test.beforeAll(async () => {
  town = await Town.start('scope');
  town.account('an', 'administrator');
  // An administrator of one group: every right there is, and few cameras.
  town.account('binh', 'administrator', ['tdp-cho']);
});
test.afterAll(() => town.stop());

interface Described {
  paths: Record<string, Record<string, { parameters?: { name: string; in: string; required?: boolean }[] }>>;
}

async function csrf(page: Page): Promise<string> {
  return page.evaluate(async () => ((await (await fetch('/api/v1/me')).json()) as { csrf: string }).csrf);
}
async function purpose(page: Page): Promise<number> {
  const headers = { 'X-Truyvet-Csrf': await csrf(page) };
  const stated = await page.request.post(`${town.url}/api/v1/me/purposes`, { data: { text: 'vụ 12/2026' }, headers });
  return ((await stated.json()) as { number: number }).number;
}
async function foreignRecording(api: APIRequestContext, page: Page): Promise<string> {
  const asked = await api.post(`${town.url}/api/v1/ask`, {
    data: { phrase: JUNCTION, purpose: await purpose(page) },
    headers: { 'X-Truyvet-Csrf': await csrf(page) },
  });
  const answer = (await asked.json()) as { cameras: { id: string; recordings: { id: string }[] }[] };
  const id = answer.cameras.find((camera) => camera.id === FOREIGN)?.recordings[0]?.id;
  expect(id, 'the junction has footage').toBeTruthy();
  return id!;
}

test('no address tells of a camera of another group', async ({ page, browser }) => {
  const all = await browser.newPage();
  await comeIn(all, town, 'an');
  const recording = await foreignRecording(all.request, all);
  await comeIn(page, town, 'binh');
  const values: Record<string, string> = {
    camera: FOREIGN,
    recording,
    id: recording,
    at: AT,
    pts_us: '0',
    from_us: '0',
    to_us: '5000000',
    width: '320',
    phrase: JUNCTION,
    purpose: String(await purpose(page)),
    h265: 'false',
  };
  const described = (await (await page.request.get(`${town.url}/api/openapi.json`)).json()) as Described;
  let tried = 0;
  for (const [path, methods] of Object.entries(described.paths)) {
    const get = methods.get;
    if (!get || path.endsWith('/events')) continue;
    // The list of who looked at what is the administrator's, whole.
    if (path.includes('/audit')) continue;
    const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '1');
    const query = new URLSearchParams();
    for (const { name, in: where } of get.parameters ?? []) {
      if (where === 'query' && values[name] !== undefined) query.set(name, values[name]);
    }
    const answer = await page.request.get(`${town.url}${filled}?${query}`);
    const type = answer.headers()['content-type'] ?? '';
    const text = await answer.text();
    tried += 1;
    // What the sentence itself says comes back; the camera must not.
    const told = text.replaceAll(JUNCTION, '');
    expect(told, `${path} → ${answer.status()}`).not.toContain(`"${FOREIGN}"`);
    if (!path.endsWith('/parse')) expect(told, `${path} → ${answer.status()}`).not.toContain(`"${FOREIGN_NAME}"`);
    expect(type, `${path} → ${answer.status()}`).not.toMatch(/^(image\/jpeg|video)/);
    if (/\{(camera|recording|id)\}/.test(path)) expect(answer.status(), path).toBe(404);
  }
  expect(tried).toBeGreaterThan(20);

  const headers = { 'X-Truyvet-Csrf': await csrf(page) };
  const window = { from: '2023-07-15T14:14:00Z', to: '2023-07-15T14:17:00Z', purpose: Number(values.purpose) };
  const play = await page.request.post(`${town.url}/api/v1/cameras/${FOREIGN}/play`, {
    data: { ...window, h265: false },
    headers,
  });
  expect(play.status()).toBe(404);
  const lanes = await page.request.post(`${town.url}/api/v1/timeline`, {
    data: { ...window, cameras: [FOREIGN], bins: 60 },
    headers,
  });
  expect(lanes.status()).toBeGreaterThanOrEqual(400);
  const asked = await page.request.post(`${town.url}/api/v1/ask`, {
    data: { phrase: JUNCTION, radius_m: 5000, purpose: Number(values.purpose) },
    headers,
  });
  const seen = ((await asked.json()) as { cameras: { group: string }[] }).cameras;
  expect(seen.length).toBeGreaterThan(0);
  expect(new Set(seen.map((camera) => camera.group))).toEqual(new Set(['tdp-cho']));
});

test('an address with a foreign camera on the wall shows nothing of it', async ({ page }) => {
  await comeIn(page, town, 'binh');
  const number = await purpose(page);
  await page.goto(`${town.url}/?q=${encodeURIComponent(JUNCTION)}&radius=1000&wall=${FOREIGN}&for=${number}`);
  await expect(lanes(page).filter({ hasText: 'ht-03' })).toBeVisible();
  await expect(page.getByText(FOREIGN, { exact: true })).toHaveCount(0);
  await expect(page.locator('[data-true-us]')).toHaveCount(0);
});
