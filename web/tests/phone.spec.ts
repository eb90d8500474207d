// On a phone: ask, the list of cameras, one player; the map as a sheet; and no screen wider than the phone.
import { expect, test, type Page } from '@playwright/test';
import { comeIn, JUNCTION } from './page';
import { open, screens } from './screens';
import { stateCase, traced } from './sources';
import { Town } from './town';

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

let town: Town;
test.beforeAll(async () => {
  town = await Town.start('phone');
  town.account('an', 'administrator');
});
test.afterAll(() => town.stop());

/** What reaches beyond the phone's edge and cannot be scrolled to within its own box. */
function beyond(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wide = document.documentElement.clientWidth;
    const found: string[] = [];
    if (document.documentElement.scrollWidth > wide) found.push(`the page is ${document.documentElement.scrollWidth}`);
    for (const element of document.querySelectorAll('header, main, main *, section, section *, header *')) {
      const box = element.getBoundingClientRect();
      if (!element.checkVisibility() || box.width < 2 || box.height < 2) continue;
      if (box.right <= wide + 1 && box.left >= -1) continue;
      // Within a box that scrolls by itself, in a drawing, or moved out of sight for ears alone.
      let held = element.matches('svg *, canvas, .unseen, .unseen *');
      for (let around = element.parentElement; around && !held; around = around.parentElement) {
        const { overflowX, textOverflow } = getComputedStyle(around);
        const inside = around.getBoundingClientRect().right <= wide + 1;
        held = inside && (overflowX === 'auto' || overflowX === 'scroll' || textOverflow === 'ellipsis');
        // A picture that lies under its frame on purpose.
        held ||= inside && around.matches('.tile, .picture');
        if (around.tagName === 'MAIN') break;
      }
      const name = element.getAttribute('class') ?? '';
      if (!held)
        found.push(`${element.tagName.toLowerCase()}.${name} ${Math.round(box.left)}–${Math.round(box.right)}`);
    }
    for (const main of document.querySelectorAll('main')) {
      if (main.scrollWidth > main.clientWidth) found.push(`main scrolls sideways: ${main.scrollWidth}`);
    }
    return found;
  });
}

test('from the question to a moving picture, by touch', async ({ page }) => {
  await comeIn(page, town, 'an');
  const box = page.getByRole('textbox', { name: 'Chuyện gì, lúc nào, ở đâu' });
  await box.tap();
  await box.fill(JUNCTION);
  await page.getByRole('button', { name: 'Tìm', exact: true }).tap();
  await page.getByRole('button', { name: /^Trực ban – xác minh nhanh/ }).tap();

  // The list of cameras, nearest first.
  await page.getByRole('button', { name: /^Camera \(\d+\)$/ }).tap();
  const list = page.getByRole('region', { name: 'Bản đồ', exact: true });
  const first = list.getByRole('listitem').getByRole('button').first();
  await expect(first).toContainText('ht-01');
  expect(await beyond(page)).toEqual([]);
  await first.tap();

  // One player, as wide as the phone, with its time.
  const tile = page.locator('.tile[data-camera]');
  await expect(tile).toHaveCount(1);
  await expect(tile).toHaveAttribute('data-true-us', /\d/);
  await tile.scrollIntoViewIfNeeded();
  const picture = (await tile.boundingBox())!;
  expect(picture.width).toBeGreaterThan(360);
  const time = async () => Number(await tile.getAttribute('data-true-us'));
  const before = await time();
  await page.getByRole('button', { name: 'Chạy', exact: true }).tap();
  await expect.poll(time).toBeGreaterThan(before + 1_000_000);
  await page.getByRole('button', { name: 'Dừng', exact: true }).tap();
  expect(await beyond(page)).toEqual([]);
});

test('the map is a sheet over everything, and goes', async ({ page }) => {
  await comeIn(page, town, 'an');
  const purpose = await stateCase(page, town);
  await open(page, town.url, screens(purpose, 0)[1]!);
  const map = page.getByRole('region', { name: 'Bản đồ', exact: true });
  const small = (await map.boundingBox())!;
  expect(small.height).toBeLessThan(100);
  await map.getByRole('button', { name: 'Bản đồ', exact: true }).tap();
  await expect.poll(async () => (await map.boundingBox())!.height).toBeGreaterThan(700);
  const sheet = (await map.boundingBox())!;
  expect(sheet).toMatchObject({ x: 0, y: 0, width: 390 });
  expect(await beyond(page)).toEqual([]);
  await map.getByRole('button', { name: 'Đóng' }).tap();
  await expect.poll(async () => (await map.boundingBox())!.height).toBe(small.height);
});

test('no screen is wider than the phone, in either language', async ({ page }) => {
  test.setTimeout(400_000);
  await page.goto(town.url);
  await expect(page.getByLabel('Mật khẩu')).toBeVisible();
  expect.soft(await beyond(page), 'login').toEqual([]);
  await comeIn(page, town, 'an');
  const purpose = await stateCase(page, town);
  for (const screen of screens(purpose, await traced(page, town, purpose))) {
    await open(page, town.url, screen);
    expect.soft(await beyond(page), screen.name).toEqual([]);
    await page.getByRole('button', { name: 'English' }).tap();
    expect.soft(await beyond(page), `${screen.name}, English`).toEqual([]);
    await page.getByRole('button', { name: 'Tiếng Việt' }).tap();
  }
});
