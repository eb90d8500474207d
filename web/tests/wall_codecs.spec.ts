// A film of every codec and container of the town plays in the page; a camera without video says why.
import { expect, test } from '@playwright/test';
import { comeIn } from './page';
import { AT } from './screens';
import { openWall, sources, stateCase } from './sources';
import { Town } from './town';

let town: Town;
test.beforeAll(async () => {
  town = await Town.start('wall_codecs');
  town.account('an', 'administrator');
});
test.afterAll(() => town.stop());

interface Made {
  cameras: { id: string; codec: string; container: string }[];
}

test('every codec and container of the town plays', async ({ page }) => {
  test.setTimeout(600_000);
  await comeIn(page, town, 'an');
  const purpose = await stateCase(page, town);
  const { cameras } = town.truth as unknown as Made;
  const whole = (await sources(page, town, purpose, AT, 20)).filter((one) => one.codec && one.reason === null);
  // One camera of each kind.
  const kinds = new Map<string, string>();
  for (const { id, codec, container } of cameras) {
    const kind = `${codec} ${container}`;
    if (!kinds.has(kind) && whole.some((one) => one.id === id)) kinds.set(kind, id);
  }
  console.log([...kinds].map(([kind, id]) => `${id}: ${kind}`).join('; '));
  expect(new Set([...kinds.keys()].map((kind) => kind.split(' ')[0]))).toEqual(new Set(['h264', 'hevc', 'mpeg4']));
  const all = [...kinds.values()];
  for (let first = 0; first < all.length; first += 4) {
    const some = all.slice(first, first + 4);
    await openWall(page, town, purpose, some, AT);
    await page.getByRole('button', { name: 'Chạy', exact: true }).click();
    for (const id of some) {
      const tile = page.locator(`.tile[data-camera="${id}"]`);
      const time = async () => Number(await tile.getAttribute('data-true-us')) / 1000;
      await expect.poll(time, { message: `${id} moves` }).toBeGreaterThan(AT + 1000);
      const seen = await tile.locator('video').evaluate((video: HTMLVideoElement) => {
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [64, 36];
        const pen = canvas.getContext('2d')!;
        pen.drawImage(video, 0, 0, 64, 36);
        return new Set(pen.getImageData(0, 0, 64, 36).data).size;
      });
      expect(seen, `${id} shows a picture and not one colour`).toBeGreaterThan(20);
    }
  }
});

test('a camera without video says why', async ({ page }) => {
  await comeIn(page, town, 'an');
  const purpose = await stateCase(page, town);
  const stills = (await sources(page, town, purpose, AT, 20)).find((one) => one.reason === 'stills_only')!;
  await openWall(page, town, purpose, [stills.id], AT);
  await expect(page.locator(`.tile[data-camera="${stills.id}"]`)).toContainText('chỉ có ảnh rời', { ignoreCase: true });
});

test('one camera takes the whole screen, with its controls, and gives it back', async ({ page }) => {
  await comeIn(page, town, 'an');
  const purpose = await stateCase(page, town);
  await openWall(page, town, purpose, ['ht-01', 'ht-02'], AT);
  const tile = page.locator('.tile[data-camera="ht-01"]');
  await tile.focus();
  await page.keyboard.press('Enter');
  await expect(page.locator('.tile[data-camera="ht-02"]')).toBeHidden();
  await expect.poll(async () => (await tile.boundingBox())!.width).toBe(1366);
  // Nothing lies over the controls.
  await page.getByRole('button', { name: 'Khung sau' }).click();
  await page.keyboard.press('Escape');
  await expect(page.locator('.tile[data-camera="ht-02"]')).toBeVisible();
});
