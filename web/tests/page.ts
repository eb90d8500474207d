// What every test does on the page: come in, say what for, ask.
import { expect, type Locator, type Page } from '@playwright/test';
import { PASSWORD, type Town } from './town';

export const JUNCTION = 'khoảng 21h15 ngày 15/7/2023, ngã ba Việt Lào';

/** Logs in by keyboard alone. */
export async function comeIn(page: Page, town: Town, name: string, address = '/'): Promise<void> {
  await page.goto(town.url + address);
  await expect(page.getByLabel('Tài khoản')).toBeFocused();
  await page.keyboard.type(name);
  await page.keyboard.press('Tab');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Đăng xuất' })).toBeVisible();
}

/** Asks by keyboard alone; F2 is the reason that is one key away. */
export async function ask(page: Page, sentence = JUNCTION, purpose?: string): Promise<void> {
  const box = page.getByRole('textbox', { name: 'Chuyện gì, lúc nào, ở đâu' });
  await page.keyboard.press('/');
  await expect(box).toBeFocused();
  await page.keyboard.type(sentence);
  await page.keyboard.press('Enter');
  const field = page.getByRole('textbox', { name: 'Số vụ hoặc lý do' });
  await expect(field).toBeFocused();
  if (purpose) {
    await page.keyboard.type(purpose);
    await page.keyboard.press('Enter');
  } else await page.keyboard.press('F2');
  await expect(lanes(page).first()).toBeVisible();
  await expect(field).toBeHidden();
  // Out of the box: keys act again.
  await page.keyboard.press('Escape');
  await expect(box).not.toBeFocused();
}

/** The cameras of the answer, nearest first. */
export function lanes(page: Page): Locator {
  return page.getByRole('list', { name: 'Các camera theo giờ thật, gần nhất trước' }).getByRole('listitem');
}
/** A camera's picture on the wall. */
export function tile(page: Page, camera: string): Locator {
  return page.getByRole('region', { name: 'Tường hình' }).locator(`[data-camera="${camera}"]`);
}
/** True time of the frame that a picture shows, microseconds; null while it shows none. */
export async function shownAt(tile: Locator): Promise<number | null> {
  const told = await tile.getAttribute('data-true-us');
  return told === null ? null : Number(told);
}
