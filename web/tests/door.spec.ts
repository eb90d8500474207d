// The door: nobody in without a password, a session ends, what was shown stays behind it.
import { expect, test } from '@playwright/test';
import { comeIn } from './page';
import { PASSWORD, Town } from './town';

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

test('a session that was ended asks for the password at once, hides what was shown, and goes on there', async ({
  page,
  browser,
}) => {
  await comeIn(page, town, 'an', '/status/clocks');
  const clocks = page.getByRole('button', { name: 'Kiểm giờ ht-01' });
  await expect(clocks).toBeVisible();
  const other = await browser.newPage();
  await comeIn(other, town, 'an');
  const csrf = await other.evaluate(async () => ((await (await fetch('/api/v1/me')).json()) as { csrf: string }).csrf);
  const sent = await other.request.delete(`${town.url}/api/v1/users/an/sessions`, {
    headers: { 'X-Truyvet-Csrf': csrf },
  });
  expect(sent.status()).toBe(204);
  // Nobody touches the page: it is told.
  const door = page.getByRole('dialog', { name: 'Phiên đã hết, hãy đăng nhập lại' });
  await expect(door.getByLabel('Mật khẩu')).toBeFocused();
  await expect(clocks).toBeHidden();
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(door).toBeHidden();
  await expect(clocks).toBeVisible();
  await expect(page).toHaveURL(/\/status\/clocks$/);
  await page.getByRole('button', { name: 'Quản trị' }).click();
  await expect(page.getByRole('table')).toBeVisible();
});

test('a session that nobody uses ends by itself', async ({ page }) => {
  // A minute, and what a slow machine takes to begin and to notice.
  test.setTimeout(300_000);
  const short = await Town.start('door_idle', '\n[door]\nidle_min = 1\n');
  try {
    short.account('an', 'investigator');
    await comeIn(page, short, 'an', '/status');
    const door = page.getByRole('dialog', { name: 'Phiên đã hết, hãy đăng nhập lại' });
    await expect(door).toBeVisible({ timeout: 200_000 });
  } finally {
    await short.stop();
  }
});
