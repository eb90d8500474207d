// What every test does on the page: come in, say what for, ask.
import { expect, type Page } from '@playwright/test';
import { PASSWORD, type Town } from './town';

export const JUNCTION = 'khoảng 21h15 ngày 15/7/2023, ngã ba Việt Lào';

/** Logs in by keyboard alone. */
export async function comeIn(page: Page, town: Town, name: string, address = '/'): Promise<void> {
  await page.goto(town.url + address);
  await page.getByLabel('Tài khoản').focus();
  await page.keyboard.type(name);
  await page.keyboard.press('Tab');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Đăng xuất' })).toBeVisible();
}
