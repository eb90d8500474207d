// What axe finds: nothing serious or critical on any screen, in any dialog, by day and by night; and each screen has its heading.
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { comeIn } from './page';
import { open, screens, settled } from './screens';
import { stateCase, traced } from './sources';
import { Town } from './town';

let town: Town;
test.beforeAll(async () => {
  town = await Town.start('axe');
  town.account('an', 'administrator');
});
test.afterAll(() => town.stop());

async function clean(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary}`));
  expect.soft(grave, where).toEqual([]);
  expect.soft(await page.locator('h1').count(), `headings, ${where}`).toBe(1);
}

for (const theme of ['dark', 'light']) {
  test(`axe finds nothing serious on any screen, ${theme}`, async ({ page }) => {
    test.setTimeout(400_000);
    await page.addInitScript((chosen) => localStorage.setItem('truyvet.theme', chosen), theme);
    await page.goto(town.url);
    await expect(page.getByLabel('Mật khẩu')).toBeVisible();
    await clean(page, `${theme}: login`);
    await comeIn(page, town, 'an');
    const purpose = await stateCase(page, town);
    for (const screen of screens(purpose, await traced(page, town, purpose))) {
      await open(page, town.url, screen);
      await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
      await clean(page, `${theme}: ${screen.name}`);
    }
  });

  test(`axe finds nothing serious in the dialogs, ${theme}`, async ({ page }) => {
    await page.addInitScript((chosen) => localStorage.setItem('truyvet.theme', chosen), theme);
    await comeIn(page, town, 'an');
    await page.getByRole('button', { name: 'Đăng xuất' }).focus();
    await page.keyboard.press('?');
    await expect(page.getByRole('dialog')).toBeVisible();
    await clean(page, `${theme}: keys`);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await page.locator('header [aria-haspopup="dialog"]').click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await clean(page, `${theme}: account`);
    await page.keyboard.press('Escape');

    await page.goto(`${town.url}/status/clocks`);
    await page
      .getByRole('button', { name: /^Kiểm giờ / })
      .first()
      .click();
    await expect(page.getByRole('dialog')).toBeVisible();
    await settled(page);
    await clean(page, `${theme}: clock check`);
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toHaveCount(0);
  });
}
