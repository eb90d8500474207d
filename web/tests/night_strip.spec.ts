// The strip of moments: a long window looked through as stills, by keyboard.
import { expect, test, type Page } from '@playwright/test';
import { ask, comeIn, shownAt, tile } from './page';
import { Town } from './town';

let town: Town;
test.beforeAll(async () => {
  town = await Town.start('night_strip');
  town.account('an', 'investigator');
});
test.afterAll(() => town.stop());

const stills = (page: Page) =>
  page.getByRole('list', { name: 'Các thời điểm theo thứ tự giờ' }).locator('[data-still]');
const chosen = (page: Page) => page.locator('[data-still][aria-current=true]');
const keyOf = (still: ReturnType<typeof stills>) => still.getAttribute('data-still');

test('moments of an evening as stills: looked through, marked, dismissed, opened on the wall', async ({ page }) => {
  await comeIn(page, town, 'an');
  await ask(page, 'mất xe tối 15/7/2023, ngã ba Việt Lào', 'vụ 7/2026');
  await page.keyboard.press('k');
  await expect(page).toHaveURL(/\/strip\?/);
  await expect.poll(() => stills(page).count()).toBeGreaterThan(20);
  const keys = await stills(page).evaluateAll((all) => all.map((one) => one.getAttribute('data-still')!));
  const starts = keys.map((key) => key.split('|')[1]!);
  expect(starts, 'in the order of time').toEqual([...starts].sort());
  // Time without stills is told: a gap is never quiet.
  await expect(page.getByRole('listitem').filter({ hasText: 'ht-02' }).getByText('trống: tệp hỏng')).toBeVisible();

  // Every still on the screen is a picture.
  const loaded = () =>
    stills(page)
      .locator('img')
      .evaluateAll((all) => {
        const seen = (all as HTMLImageElement[]).filter((one) => one.getBoundingClientRect().top < innerHeight);
        return seen.length > 5 && seen.every((one) => one.complete && one.naturalWidth >= 160);
      });
  await expect.poll(loaded).toBe(true);

  // Arrows choose.
  await expect.poll(() => keyOf(chosen(page))).toBe(keys[0]);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => keyOf(chosen(page))).toBe(keys[2]);
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => keyOf(chosen(page))).toBe(keys[1]);
  await page.keyboard.press('ArrowDown');
  await expect.poll(async () => keys.indexOf((await keyOf(chosen(page)))!)).toBeGreaterThan(3);
  await page.keyboard.press('ArrowUp');
  await expect.poll(() => keyOf(chosen(page))).toBe(keys[1]);
  const large = page.getByRole('article').getByRole('img').first();
  await expect.poll(() => large.evaluate((one: HTMLImageElement) => one.complete && one.naturalWidth)).toBe(640);

  // Dismissed and marked: each goes on to the next that nobody judged.
  await page.keyboard.press('n');
  await expect.poll(() => keyOf(chosen(page))).toBe(keys[2]);
  await page.keyboard.press('y');
  await expect.poll(() => keyOf(chosen(page))).toBe(keys[3]);
  await expect(stills(page).nth(1)).toHaveAccessibleName(/đã bỏ qua$/);
  await expect(stills(page).nth(2)).toHaveAccessibleName(/đã đánh dấu$/);
  await expect(page.getByText(`2/${keys.length} đã xem · 1 đánh dấu`)).toBeVisible();

  // The same again after a reload; a judgement is of the session only.
  await expect(page).toHaveURL((url) => url.searchParams.get('still') === keys[3]);
  await page.reload();
  await expect.poll(() => keyOf(chosen(page))).toBe(keys[3]);
  await expect.poll(() => stills(page).count()).toBe(keys.length);

  // Marked, opened: the wall stands at that instant, and the mark is there.
  await page.keyboard.press('y');
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => keyOf(chosen(page))).toBe(keys[3]);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL((url) => url.pathname === '/');
  const camera = keys[3]!.split('|')[0]!;
  const at = Number(new URL(page.url()).searchParams.get('t')) * 1000;
  const start = Date.parse(starts[3]!) * 1000;
  expect(at - start).toBeGreaterThanOrEqual(0);
  expect(at - start).toBeLessThan(60_000_000);
  await expect.poll(async () => Math.abs(((await shownAt(tile(page, camera))) ?? 0) - at)).toBeLessThan(200_000);
  const route = page.getByRole('complementary', { name: 'Đường đi' });
  await expect(route.getByRole('button', { name: `Xem lại ${camera}` })).toBeVisible();
  // Back is back on the strip, at the same still.
  await page.goBack();
  await expect.poll(() => keyOf(chosen(page))).toBe(keys[3]);
});
