// The audit shows all that was looked at: every address of footage that a browser asked for is covered by a row.
import { expect, test, type Page } from '@playwright/test';
import { ask, comeIn, lanes, shownAt, tile } from './page';
import { Town } from './town';

const PURPOSE = 'vụ 12/2026';

let town: Town;
test.beforeAll(async () => {
  town = await Town.start('audit');
  town.account('an', 'investigator');
  town.account('binh', 'administrator');
});
test.afterAll(() => town.stop());

interface Row {
  actor: string;
  act: string;
  cameras: string[];
  window: { start: string; end: string } | null;
  purpose: string | null;
}
/** A look that a browser took: at a camera, from when to when. */
interface Look {
  what: string;
  camera: string;
  from: number;
  to: number;
}

/** What a page has asked for by camera and time, as it goes on. */
function looksOf(page: Page): Look[] {
  const looks: Look[] = [];
  page.on('response', (response) => {
    if (!response.ok()) return;
    const url = new URL(response.url());
    const [, camera, what] = /\/cameras\/([^/]+)\/(frame|play)$/.exec(url.pathname) ?? [];
    if (!camera) return;
    const asked = (response.request().postDataJSON() ?? {}) as { from?: string; to?: string };
    // Of a frame, the answer tells which one it is.
    const at = response.headers()['x-truyvet-time'];
    const [from, to] = what === 'play' ? [asked.from, asked.to] : [at, at];
    looks.push({ what: what!, camera, from: Date.parse(from!), to: Date.parse(to!) });
  });
  return looks;
}

test('all that was looked at stands in the audit, which is whole', async ({ page, browser }) => {
  const looks = looksOf(page);
  await comeIn(page, town, 'an');
  await ask(page, undefined, PURPOSE);
  // A frame under the cursor, a clip on the wall, a still.
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => looks.filter(({ what }) => what === 'frame').length).toBeGreaterThan(0);
  await page.keyboard.press('Enter');
  await expect.poll(() => shownAt(tile(page, 'ht-01'))).not.toBeNull();
  const coming = page.waitForEvent('download');
  await page.keyboard.press('s');
  await coming;
  await expect(lanes(page)).toHaveCount(4);

  const boss = await browser.newPage({ viewport: { width: 1366, height: 768 }, locale: 'vi-VN' });
  await comeIn(boss, town, 'binh', '/admin/audit');
  const filters = boss.getByRole('form', { name: 'Lọc nhật ký' });
  await filters.getByLabel('Người').fill('an');
  await filters.getByLabel('Mục đích').fill(PURPOSE);
  await filters.getByRole('button', { name: 'Lọc', exact: true }).click();
  const rows = boss.getByRole('table', { name: 'Các dòng nhật ký' }).getByRole('row');
  const row = (what: string | RegExp) => rows.filter({ hasText: what }).first();
  await expect(row('an (điều tra viên) tìm trong 4 camera, 15/7/2023 21:00–21:30')).toContainText(PURPOSE);
  await expect(row(/xem hình của ht-01 lúc 21:15:\d\d 15\/7\/2023/)).toContainText(PURPOSE);
  await expect(row(/xem đoạn phim của ht-01, 15\/7\/2023 21:/)).toContainText(PURPOSE);
  await boss.getByRole('button', { name: 'Kiểm tra nguyên vẹn' }).click();
  await expect(boss.getByText(/✓ \d+ dòng, nguyên vẹn/)).toBeVisible();

  // Nothing was shown without a row.
  const answer = await boss.request.get(`${town.url}/api/v1/audit?actor=an&limit=1000`);
  const written = (await answer.json()) as Row[];
  expect(looks.length).toBeGreaterThan(2);
  for (const look of looks) {
    const acts = look.what === 'play' ? ['clip'] : ['frame'];
    const covers = written.find(
      (row) =>
        acts.includes(row.act) &&
        row.cameras.includes(look.camera) &&
        row.purpose === PURPOSE &&
        row.window !== null &&
        Date.parse(row.window.start) <= look.from + 1 &&
        Date.parse(row.window.end) >= look.to - 1,
    );
    expect(covers, `${look.what} of ${look.camera}, ${new Date(look.from).toISOString()}`).toBeTruthy();
  }
});
