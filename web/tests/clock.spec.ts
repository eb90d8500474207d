// A clock check: entered on the page, it times lane and wall anew, here and in other windows, without a reload.
import { expect, test, type Page } from '@playwright/test';
import { comeIn, lanes, shownAt, tile } from './page';
import { Town } from './town';

/** Its clock is 420 s fast: what it calls 21:22:51 was 21:15:51. */
const FAST = 'ht-03';

let town: Town;
test.beforeAll(async () => {
  town = await Town.start('clock');
  town.account('an', 'administrator');
  town.account('binh', 'investigator');
});
test.afterAll(() => town.stop());

const T = Date.parse('2023-07-15T14:18:00Z');
const QUESTION = encodeURIComponent('từ 21h đến 21h40 ngày 15/7/2023, ngã ba Việt Lào');
const ADDRESS = `/?q=${QUESTION}&radius=500&wall=${FAST}&size=1&t=${T}`;
const lane = (page: Page) => lanes(page).filter({ hasText: FAST });

/** The camera's lane and picture, as its clock tells unchecked. */
async function comeToIt(page: Page, name: string): Promise<void> {
  await comeIn(page, town, name, ADDRESS);
  await page.keyboard.press('F2');
  await expect(lane(page)).toContainText('giờ chưa kiểm');
  await expect(lane(page)).toContainText('trống: không ghi hình đến 21:17');
  await expect.poll(() => shownAt(tile(page, FAST))).toBe(T * 1000);
  await expect(tile(page, FAST)).toContainText('21:18:00,0 giờ chưa kiểm');
  await page.evaluate(() => ((window as { same?: boolean }).same = true));
}
/** The same lane and picture, timed anew in the same document. */
async function expectTimedAnew(page: Page): Promise<void> {
  await expect(lane(page)).toContainText('giờ camera nhanh 7 phút (kiểm 15/7) ± 2');
  await expect(lane(page)).toContainText('trống: không ghi hình đến 21:10');
  await expect(lane(page)).toContainText('trống: không ghi hình từ 21:20');
  await expect(tile(page, FAST)).toContainText(/21:18:00,0 ± \d(,\d)? s camera 21:25:00,0/);
  expect(await shownAt(tile(page, FAST))).toBe(T * 1000);
  expect(await page.evaluate(() => (window as { same?: boolean }).same)).toBe(true);
}

test('a checked clock times lane and wall anew without a reload, in another window too', async ({ page, browser }) => {
  const other = await browser.newPage({ viewport: { width: 1366, height: 768 } });
  await comeToIt(other, 'binh');
  await comeToIt(page, 'an');

  await page.getByRole('button', { name: 'Tình trạng' }).click();
  await page.getByRole('button', { name: 'Đồng hồ', exact: true }).click();
  await page.getByRole('button', { name: `Kiểm giờ ${FAST}` }).click();
  const form = page.getByRole('dialog', { name: 'Kiểm giờ camera' });
  await form.getByLabel('Camera chỉ').fill('2023-07-15T21:18:00');
  await form.getByLabel('Giờ thật', { exact: true }).fill('2023-07-15T21:11:00');
  await expect(form.getByText('Camera nhanh 7 phút')).toBeVisible();
  await form.getByRole('button', { name: 'Ghi lần kiểm' }).click();
  await expect(form.getByText('Đã ghi. Đồng hồ nay: nhanh 7 phút')).toBeVisible();
  await form.getByRole('button', { name: 'Đóng' }).click();

  await expectTimedAnew(other);
  await page.getByRole('button', { name: 'Tìm xem' }).click();
  await expectTimedAnew(page);
});
