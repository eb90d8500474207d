// The story of a hit-and-run at a junction, from the login to a saved still: by keyboard alone, no mouse anywhere.
import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { ask, comeIn, lanes, shownAt, tile } from './page';
import { Town } from './town';

/** Microseconds between two frames of the cameras at the junction. */
const FRAME = 100_000;
const PURPOSE = 'vụ 12/2026';

let town: Town;
test.beforeAll(async () => {
  town = await Town.start('hit_and_run');
  town.account('an', 'investigator');
  // Its clock is a second fast, as a technician has seen.
  town.run('clock', 'check', 'ht-01', '--shown', '2023-07-15 21:10:01', '--true', '2023-07-15 21:10:00');
});
test.afterAll(() => town.stop());

test('a hit-and-run at a junction, from the login to a saved still', async ({ page }) => {
  test.setTimeout(400_000);
  const incident = Date.parse(town.truth.incident.at) * 1000;
  // What the page writes onto the picture that it saves.
  const written: string[] = [];
  await page.exposeFunction('wasWritten', (text: string) => written.push(text));
  await page.addInitScript(() => {
    const { fillText } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.fillText = function (text, ...where) {
      (window as unknown as { wasWritten: (text: string) => void }).wasWritten(text);
      return fillText.call(this, text, ...where);
    };
    // A mouse that helps would make this another story.
    addEventListener('pointerdown', (event) => event.isTrusted && document.body.remove(), true);
  });
  await comeIn(page, town, 'an');
  await ask(page, undefined, PURPOSE);

  // Who should have seen it, how far, how sure; and what is missing, with its reason.
  await expect(page.getByText('4 camera, 1 chỉ có ảnh tĩnh, 3 giờ chưa kiểm')).toBeVisible();
  await expect(lanes(page)).toHaveCount(4);
  await expect(lanes(page).nth(0)).toContainText('Ngã ba Việt Lào · 6 m · ◉ nhìn thấy nơi xảy ra');
  await expect(lanes(page).nth(0)).toContainText('giờ camera đúng (kiểm 15/7) ± 2');
  await expect(lanes(page).nth(3)).toContainText('ht-08 Đầu ngõ 12');
  const told = page.getByRole('region', { name: 'Trục giờ' }).getByRole('status');
  for (let lane = 0; lane < 4; lane++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('g');
  await expect(told).toHaveText('ht-08, 21:16:00, trống: không ghi hình 21:16–21:18');
  await page.keyboard.press('Escape');
  for (let lane = 0; lane < 3; lane++) await page.keyboard.press('ArrowUp');

  // Two cameras onto the wall, which plays up to the moment.
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowUp');
  const [junction, beside] = [tile(page, 'ht-01'), tile(page, 'ht-02')];
  await expect.poll(() => shownAt(junction)).not.toBeNull();
  await expect.poll(() => shownAt(beside)).not.toBeNull();
  await page.keyboard.press(' ');
  // It plays up to it as long as that lasts, and a slow machine waits for what comes.
  await expect.poll(async () => (await shownAt(junction))! >= incident + FRAME, { timeout: 120_000 }).toBe(true);
  await page.keyboard.press(' ');
  await expect(page.getByRole('button', { name: 'Chạy' })).toBeVisible();
  // It stands where the address says.
  const behind = async () => Number(new URL(page.url()).searchParams.get('t')) * 1000 - (await shownAt(junction))!;
  await expect.poll(async () => (await behind()) > -1000 && (await behind()) < FRAME + 1000).toBe(true);

  // Back by single frames, each of which is another one.
  let at = (await shownAt(junction))!;
  while (at > incident + FRAME / 2) {
    await page.keyboard.press(',');
    await expect.poll(async () => (await shownAt(junction))! < at).toBe(true);
    const next = (await shownAt(junction))!;
    expect(at - next).toBeLessThan(1.5 * FRAME);
    at = next;
  }
  expect(Math.abs(at - incident)).toBeLessThan(FRAME);
  await expect.poll(async () => Math.abs((await shownAt(beside))! - at)).toBeLessThanOrEqual(FRAME);
  await expect(junction).toContainText(/21:15:08,0 ± \d(,\d)? s camera 21:15:09,0/);
  const sure = /± [\d,]+ s/.exec(await junction.innerText())![0];

  // Seen here, with a note.
  await page.keyboard.press('m');
  await expect(page.getByRole('textbox', { name: 'Ghi chú của lần nhìn thấy ở ht-01' })).toBeFocused();
  await page.keyboard.type('xe máy đỏ, chạy về hướng chợ');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Xem lại ht-01 lúc 21:15:08,0' })).toBeVisible();

  // The still, with all that it has to be read with.
  const coming = page.waitForEvent('download');
  await page.keyboard.press('s');
  const still = await coming;
  expect(still.suggestedFilename()).toBe('ht-01_2023-07-15_21-15-08.0.png');
  await expect(page.getByText('Đã lưu ht-01_2023-07-15_21-15-08.0.png')).toBeVisible();
  const file = readFileSync(await still.path());
  expect(file.subarray(1, 4).toString()).toBe('PNG');
  const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)];
  expect(width).toBe(640);
  expect(height, 'the picture and a few lines under it').toBeGreaterThan(360 + 40);
  expect(height).toBeLessThan(360 + 140);
  // Night pictures of streets do not shrink to less.
  expect(file.length).toBeGreaterThan(60_000);
  const caption = written.join(' ');
  expect(caption).toContain('Phường Hưng Trí (thị trấn mẫu) · ht-01 Ngã ba Việt Lào');
  expect(caption).toContain(`Giờ thật 21:15:08,0 15/7/2023 ${sure} · giờ camera 21:15:09,0 15/7/2023`);
  expect(caption).toMatch(/Mục đích số \d+: vụ 12\/2026 · an lưu lúc /);
});
