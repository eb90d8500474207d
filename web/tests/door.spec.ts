// The door: nobody in without a password, a session ends, what was shown stays behind it.
import { expect, test } from '@playwright/test';
import { comeIn } from './page';
import { Town } from './town';

let town: Town;
test.beforeAll(async () => {
  town = await Town.start('door');
  town.account('an', 'administrator');
});
test.afterAll(() => town.stop());

test('nobody comes in with a wrong password, and is told so in both languages', async ({ page }) => {
  await page.goto(town.url);
  await page.getByLabel('Tài khoản').fill('an');
  await page.getByLabel('Mật khẩu').fill('không phải mật khẩu này');
  await page.getByRole('button', { name: 'Vào' }).click();
  await expect(page.getByRole('alert')).not.toBeEmpty();
  await expect(page.getByRole('button', { name: 'Đăng xuất' })).toHaveCount(0);
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByRole('heading', { name: 'Log in to Truy vết' })).toBeVisible();
});

test('a session that was ended asks for the password and goes on where one was', async ({ page, browser }) => {
  await comeIn(page, town, 'an', '/status');
  const other = await browser.newPage();
  await comeIn(other, town, 'an');
  const csrf = await other.evaluate(async () => ((await (await fetch('/api/v1/me')).json()) as { csrf: string }).csrf);
  const sent = await other.request.delete(`${town.url}/api/v1/users/an/sessions`, {
    headers: { 'X-Truyvet-Csrf': csrf },
  });
  expect(sent.status()).toBe(204);
  await page.getByRole('button', { name: 'Quản trị' }).click();
  await expect(page.getByLabel('Mật khẩu')).toBeVisible();
});
