// The pictures of README.md and of the guides, made on the demonstration town. `make pictures` (PICTURES=1) writes them into docs/images;
// every other run makes them too, leaves those alone, and holds that they are there, as large as the screen and light.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { comeIn, JUNCTION } from './page';
import { stateCase, traced } from './sources';
import { Town } from './town';

const IMAGES = resolve(import.meta.dirname, '../../docs/images');
const AT = Date.parse('2023-07-15T14:15:08Z');
/** Bytes: what a clone has to carry, and an empty screen would not reach. */
const MOST = 122_880;
const LEAST = 5_000;
const PURPOSE = 'vụ 12/2026';

let town: Town;
test.beforeAll(async () => {
  town = await Town.start('pictures');
  town.account('an', 'administrator');
  town.account('binh', 'duty', ['tdp-2', 'tdp-cho']);
  town.account('cuong', 'technician');
  const checked = (camera: string, shown: string) =>
    town.run(
      'clock',
      'check',
      camera,
      '--shown',
      `2023-07-15 ${shown}`,
      '--true',
      '2023-07-15 21:15:08',
      '--purpose',
      'kiểm giờ',
    );
  checked('ht-01', '21:15:09');
  checked('ht-03', '21:22:08');
  town.run('nightly', '--as-of', '2023-07-15 21:30');
});
test.afterAll(() => town.stop());

/** Width and height as the extended header of a WebP file has them (RFC 9649, 2.7): the browser adds a colour profile. */
function size(webp: Buffer): [number, number] {
  expect(webp.toString('latin1', 8, 16)).toBe('WEBPVP8X');
  return [webp.readUIntLE(24, 3) + 1, webp.readUIntLE(27, 3) + 1];
}

function held(webp: Buffer, page: Page, name: string): void {
  const { width, height } = page.viewportSize()!;
  expect(size(webp), name).toEqual([width, height]);
  expect(webp.length, name).toBeGreaterThan(LEAST);
  expect(webp.length, name).toBeLessThan(MOST);
}

/** Takes the screen as `docs/images/page-NAME.webp`, once all of its pictures are there. */
async function picture(page: Page, name: string): Promise<void> {
  await page.mouse.move(0, 0);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  const there = (image: HTMLImageElement) => {
    const box = image.getBoundingClientRect();
    return image.complete || box.bottom < 0 || box.top > innerHeight || box.width === 0;
  };
  await page.waitForFunction(`[...document.images].every(${there.toString()})`);
  const devtools = await page.context().newCDPSession(page);
  const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: 70 });
  const webp = Buffer.from(data, 'base64');
  held(webp, page, name);
  const file = resolve(IMAGES, `page-${name}.webp`);
  if (process.env.PICTURES === '1') writeFileSync(file, webp);
  expect(existsSync(file), `${file}: make pictures`).toBe(true);
  held(readFileSync(file), page, `${name}, as it is in docs/images`);
}

async function state(page: Page, purpose: string): Promise<void> {
  await page.keyboard.press('p');
  await page.keyboard.type(purpose);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: purpose })).toBeVisible();
  // The question has the keys again: out of it, once there is an answer, since Escape drops a question that is under way.
  await expect(page.getByRole('status').filter({ hasText: /^\d+ camera/ })).toBeVisible();
  await page.keyboard.press('Escape');
}

/** Every tile that has footage shows the frame of the wall's time, and none loads. */
async function still(page: Page, tiles: number): Promise<void> {
  await expect(page.locator('[data-true-us]')).toHaveCount(tiles);
  await expect(page.locator('.loads')).toHaveCount(0);
  await page.waitForLoadState('networkidle');
}

const address = (q: string, more = '') => `/?q=${encodeURIComponent(q)}${more}`;
const WALL = `&radius=500&wall=ht-01,ht-02,ht-03,ht-04&t=${AT}`;

test.use({ colorScheme: 'dark' });

test('the door', async ({ page }) => {
  await page.goto(town.url);
  await expect(page.getByRole('button', { name: 'Vào' })).toBeVisible();
  await picture(page, 'login');
});

test('a sentence is understood, and asks what for', async ({ page }) => {
  await comeIn(page, town, 'an');
  await page.keyboard.type('khoảng 9h15 ngày 15/7/2023, ngã ba Việt Lào');
  await expect(page.getByRole('button', { name: /Nơi và bán kính/ })).toContainText('Ngã ba Việt Lào');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Nêu mục đích rồi mới tìm')).toBeVisible();
  await picture(page, 'ask');
});

for (const [name, language] of [
  ['look', 'vi'],
  ['look-en', 'en'],
] as const) {
  test(`the answer and the wall (${language})`, async ({ page }) => {
    await comeIn(page, town, 'an', address(JUNCTION, WALL));
    await state(page, PURPOSE);
    if (language === 'en') await page.getByRole('button', { name: 'English' }).click();
    await still(page, 4);
    await picture(page, name);
  });
}

test('one camera, marks and the route', async ({ page }) => {
  await comeIn(page, town, 'an', address(JUNCTION, WALL));
  await state(page, PURPOSE);
  await still(page, 4);
  await page.locator('[data-camera="ht-01"][data-true-us]').focus();
  await page.keyboard.press('m');
  await page.keyboard.type('xe máy đỏ');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Escape');
  await page.keyboard.press('l');
  await page.keyboard.press('l');
  await still(page, 4);
  await page.keyboard.press('b');
  await picture(page, 'route');
});

test('what stands out of a long window', async ({ page }) => {
  const q = 'mất xe máy từ 21h đến 21h30 ngày 15/7/2023, ngã ba Việt Lào';
  await comeIn(page, town, 'an', address(q, '&kind=trom-cap').replace('/', '/strip'));
  await state(page, PURPOSE);
  await expect(page.locator('[data-still]').first()).toBeVisible();
  await page.keyboard.press('n');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('y');
  await page.waitForLoadState('networkidle');
  await picture(page, 'strip');
});

test('a trace', async ({ page }) => {
  await comeIn(page, town, 'an');
  const purpose = await stateCase(page, town);
  const trace = await traced(page, town, purpose);
  const query = { for: String(purpose), trace: String(trace), panel: 'trace', wall: 'ht-03', size: '1' };
  await page.goto(`${town.url}/?${new URLSearchParams({ ...query, q: JUNCTION, t: String(AT + 45_000) })}`);
  await expect(page.locator('[data-window]').first()).toBeVisible();
  await still(page, 1);
  await picture(page, 'trace');
  // Not every window has a moment of activity.
  await page
    .locator('[data-window]')
    .filter({ hasText: /\d ảnh/ })
    .first()
    .click();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: /^Ảnh của/ }).locator('.when b')).toBeVisible();
  await still(page, 1);
  await picture(page, 'trace-stills');
});

test('status: cameras, clocks, days, files, the report', async ({ page }) => {
  await comeIn(page, town, 'an', '/status');
  await expect(page.getByText('Ghi lần cuối')).toBeVisible();
  await picture(page, 'status');
  await page.goto(`${town.url}/status/clocks`);
  await page.getByRole('button', { name: 'Kiểm giờ ht-03' }).click();
  await page.getByLabel('Camera chỉ', { exact: true }).fill('2023-07-15T21:22:08');
  await page.getByLabel('Giờ thật', { exact: true }).fill('2023-07-15T21:15:08');
  await page.getByLabel(/^Xem hình lúc/).fill('2023-07-15T21:15:08');
  await page.getByRole('button', { name: 'Xem', exact: true }).click();
  await page.waitForLoadState('networkidle');
  await picture(page, 'clock');
  await page.goto(`${town.url}/status/coverage`);
  await page.waitForLoadState('networkidle');
  await picture(page, 'coverage');
  await page.goto(`${town.url}/status/quarantine`);
  await page.waitForLoadState('networkidle');
  await picture(page, 'quarantine');
  await page.goto(`${town.url}/status/report`);
  await page.waitForLoadState('networkidle');
  await picture(page, 'report');
});

test('administration: accounts, the audit, what is to be reviewed', async ({ page }) => {
  await comeIn(page, town, 'an', address(JUNCTION));
  await page.keyboard.press('p');
  await page.keyboard.type('cháu bé 6 tuổi lạc ở chợ');
  await page.getByRole('button', { name: /Khẩn cấp – xem ngay/ }).click();
  await expect(page.getByText('4 camera').first()).toBeVisible();
  await page.goto(`${town.url}/admin/users`);
  await expect(page.getByText('cuong')).toBeVisible();
  await picture(page, 'users');
  await page.goto(`${town.url}/admin/audit`);
  await page.getByRole('button', { name: 'Kiểm tra nguyên vẹn' }).click();
  await expect(page.getByText(/✓ .*dòng/)).toBeVisible();
  await picture(page, 'audit');
  await page.goto(`${town.url}/admin/reviews`);
  await expect(page.getByRole('button', { name: 'Chọn tất cả' })).toBeVisible();
  await expect(page.getByText('cháu bé 6 tuổi').first()).toBeVisible();
  await picture(page, 'reviews');
});

test('on a phone', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await comeIn(page, town, 'an', address(JUNCTION, `&radius=500&size=1&wall=ht-01&t=${AT}`));
  await page.getByLabel('Số vụ hoặc lý do').fill(PURPOSE);
  await page.keyboard.press('Enter');
  await still(page, 1);
  await picture(page, 'phone');
});
