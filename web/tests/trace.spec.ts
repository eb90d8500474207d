// The red motorbike of the demonstration town, traced from its first camera to its last: by keyboard alone, never further down the ranking
// than its third window, answering on stills and on what runs on the wall.
import { readFileSync } from 'node:fs';
import { expect, test, type Page } from '@playwright/test';
import { comeIn, shownAt, tile } from './page';
import { stateCase } from './sources';
import { Town } from './town';

interface Pass {
  camera: string;
  enters: string;
  leaves: string;
  recorded: boolean;
}
interface Window {
  camera: string;
  start: string;
  end: string;
  chance: number;
  passes: number;
  moments: unknown[];
}
const ms = (text: string) => Date.parse(text);

let town: Town;
let passes: Pass[];
test.beforeAll(async () => {
  town = await Town.start('trace');
  town.account('an', 'investigator');
  town.account('binh', 'administrator');
  town.run('clock', 'check', 'ht-03', '--shown', '2023-07-15 21:22:10', '--true', '2023-07-15 21:15:10');
  passes = (town.truth.motorbike as { passes: Pass[] }).passes;
});
test.afterAll(() => town.stop());

/** The rankings as they come in, and what was answered. */
class Heard {
  windows: Window[] = [];
  rankings = 0;
  looked: { camera: string; share?: number; verdict: string }[] = [];
  constructor(page: Page) {
    page.on('response', async (response) => {
      const { pathname } = new URL(response.url());
      if (!response.ok()) return;
      if (pathname.endsWith('/looked')) this.looked.push(response.request().postDataJSON() as Heard['looked'][0]);
      if (!/\/traces\/\d+\/next$/.test(pathname)) return;
      this.windows = ((await response.json()) as { windows: Window[] }).windows;
      this.rankings += 1;
    });
  }
  /** Does something after which everything is ranked anew; the page shows it. */
  async anew(page: Page, act: () => Promise<void>): Promise<void> {
    const before = this.rankings;
    await act();
    await expect.poll(() => this.rankings).toBeGreaterThan(before);
    await this.shown(page);
  }
  async shown(page: Page): Promise<void> {
    const first = this.windows[0];
    if (first) await expect(rows(page).first()).toHaveAttribute('data-window', `${first.camera}|${first.start}`);
  }
}
const rows = (page: Page) =>
  page.getByRole('list', { name: 'Nên xem tiếp, đáng xem nhất ở trên' }).getByRole('listitem');
const stills = (page: Page, camera: string) => page.getByRole('region', { name: `Ảnh của ${camera}` });

/** The pass that an officer who looks at the window would see, unless it was found already. */
function passIn(window: Window, found: Set<Pass>): Pass | undefined {
  return passes.find(
    (pass) =>
      pass.camera === window.camera &&
      pass.recorded &&
      !found.has(pass) &&
      ms(pass.enters) < ms(window.end) &&
      ms(pass.leaves) > ms(window.start),
  );
}

/** Goes down to a window of the first three; the wall goes there. */
async function choose(page: Page, window: Window, rank: number): Promise<void> {
  for (let row = 0; row < rank; row++) await page.keyboard.press('ArrowDown');
  await expect(rows(page).nth(rank).getByRole('button').first()).toHaveAttribute('aria-current', 'true');
  await expect(tile(page, window.camera)).toBeVisible();
}

/** Answers the stills of the chosen window one after the other. True: it was seen in one of them. */
async function answered(page: Page, window: Window, pass: Pass | undefined, heard: Heard): Promise<boolean> {
  await page.keyboard.press('Enter');
  const region = stills(page, window.camera);
  await expect(region).toBeVisible();
  // Those that were answered when the window was looked at before are passed over.
  const done = region.getByText(/Hết ảnh|không có ảnh nào/);
  const time = region.locator('.when b');
  for (;;) {
    await expect(done.or(time)).toBeVisible();
    if (await done.isVisible()) return false;
    const number = /ảnh \d+\/\d+/.exec(await region.innerText())![0];
    const [hour, minute, second] = (await time.innerText()).replace(',', '.').split(':').map(Number);
    const shown = Date.UTC(2023, 6, 15, hour! - 7, minute, 0) + second! * 1000;
    if (pass && shown >= ms(pass.enters) && shown <= ms(pass.leaves)) {
      await heard.anew(page, () => page.keyboard.press('y'));
      return true;
    }
    await page.keyboard.press('n');
    await expect(region).not.toContainText(number);
  }
}

/** Goes to the pass on the wall as an officer does, and marks it there. */
async function marked(page: Page, pass: Pass, heard: Heard): Promise<void> {
  const [enters, leaves] = [ms(pass.enters) * 1000, ms(pass.leaves) * 1000];
  const on = tile(page, pass.camera);
  await expect.poll(() => shownAt(on)).not.toBeNull();
  const told = () => Number(new URL(page.url()).searchParams.get('t')) * 1000;
  while (told() + 10e6 < enters) {
    const before = told();
    await page.keyboard.press('l');
    await expect.poll(told).toBeGreaterThan(before);
  }
  await expect.poll(async () => Math.abs((await shownAt(on))! - told())).toBeLessThan(1e6);
  if ((await shownAt(on))! < enters) {
    await page.keyboard.press(' ');
    await expect.poll(async () => (await shownAt(on))! >= enters).toBe(true);
    await page.keyboard.press(' ');
    await expect(page.getByRole('button', { name: 'Chạy', exact: true })).toBeVisible();
  }
  // A slow machine may have run past it: back by single frames.
  for (let at = (await shownAt(on))!; at > leaves; at = (await shownAt(on))!) {
    await page.keyboard.press(',');
    await expect.poll(async () => (await shownAt(on))! < at).toBe(true);
  }
  await heard.anew(page, () => page.keyboard.press('m'));
}

/** Whoever asked nothing yet stands in the box of the question. */
async function outOfTheQuestion(page: Page): Promise<void> {
  const box = page.getByRole('textbox', { name: 'Chuyện gì, lúc nào, ở đâu' });
  await expect(box).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(box).not.toBeFocused();
}

/** Comes in and begins a trace of a motorbike from what the first camera shows, as the wall stands there. */
async function begin(page: Page, heard: Heard, title = ''): Promise<URLSearchParams> {
  await comeIn(page, town, 'an');
  const purpose = await stateCase(page, town);
  const query = new URLSearchParams({ for: String(purpose), wall: 'ht-13', size: '1' });
  query.set('t', String(ms('2023-07-15T14:14:28Z')));
  await page.goto(`${town.url}/?${query}`);
  await expect.poll(() => shownAt(tile(page, 'ht-13'))).not.toBeNull();
  await outOfTheQuestion(page);
  await page.keyboard.press('t');
  const form = page.getByRole('form', { name: 'Bắt đầu truy vết' });
  await expect(form.getByRole('combobox', { name: 'Camera' })).toHaveValue('ht-13');
  await expect(form.getByLabel('Giờ thật')).toHaveValue('2023-07-15T21:14:28');
  await page.keyboard.press('3');
  await expect(form.getByLabel('Ai, xe gì')).toBeFocused();
  await page.keyboard.type(title);
  await heard.anew(page, () => page.keyboard.press('Enter'));
  return query;
}

test('the red motorbike is traced by keyboard from its first camera to its last', async ({ page, browser }) => {
  test.setTimeout(600_000);
  // A mouse that helps would make this another story.
  await page.addInitScript(() =>
    addEventListener('pointerdown', (event) => event.isTrusted && document.body.remove(), true),
  );
  const heard = new Heard(page);
  const first = passes[0]!;
  await begin(page, heard, 'xe máy đỏ');
  await expect(page.getByRole('heading', { name: 'xe máy đỏ' })).toBeVisible();

  // The loop.
  const last = passes.at(-1)!;
  const found = new Set([first]);
  let misses = 0;
  while (!found.has(last)) {
    expect(found.size + misses, 'windows opened').toBeLessThan(30);
    const three = heard.windows.slice(0, 3);
    expect(three.length, 'something to look at').toBeGreaterThan(0);
    const hit = three.findIndex((window) => passIn(window, found));
    const window = three[Math.max(0, hit)]!;
    const pass = passIn(window, found);
    await choose(page, window, Math.max(0, hit));
    const seen = await answered(page, window, pass, heard);
    if (pass) {
      if (!seen) await marked(page, pass, heard);
      found.add(pass);
      continue;
    }
    misses += 1;
    // Watched on the recorder itself: typed by hand.
    await page.keyboard.press('f');
    const field = page.getByLabel('Phần đã xem ở nơi khác, %');
    await expect(field).toBeFocused();
    await page.keyboard.type('100');
    await heard.anew(page, () => page.keyboard.press('Enter'));
    expect(heard.looked.at(-1)).toMatchObject({ camera: window.camera, verdict: 'not_seen', share: 1 });
  }

  // The route as a table, and as a file.
  await page.keyboard.press('x');
  const table = page.getByRole('dialog').getByRole('table', { name: 'Đường đi theo giờ thật' });
  await expect(table.locator('tbody tr')).toHaveCount(found.size);
  await expect(table.locator('tbody tr').first()).toContainText('ht-13');
  await expect(table.locator('tbody tr').last()).toContainText('ht-12');
  await expect(table.locator('tbody tr').last()).toContainText('km/h');
  // What was answered on a still, or marked on the wall, is seen in the table.
  const pictures = table.getByRole('img');
  await expect
    .poll(() => pictures.evaluateAll((all) => all.filter((one) => (one as HTMLImageElement).naturalWidth > 0).length))
    .toBe(found.size);
  // On paper it is whole, wherever it was scrolled to.
  await table.locator('tbody tr').last().scrollIntoViewIfNeeded();
  await page.emulateMedia({ media: 'print' });
  const paper = await table.evaluate((whole) => {
    const { left, right, top } = whole.getBoundingClientRect();
    const dialog = whole.closest('dialog')!;
    return {
      left: left >= 0,
      right: right <= innerWidth,
      top: top >= 0,
      clipped: getComputedStyle(dialog).overflowY !== 'visible' && dialog.scrollHeight > dialog.clientHeight,
    };
  });
  expect(paper).toEqual({ left: true, right: true, top: true, clipped: false });
  await page.emulateMedia({ media: null });
  await page.getByRole('button', { name: 'GeoJSON' }).focus();
  const coming = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  const file = JSON.parse(readFileSync(await (await coming).path(), 'utf8')) as {
    features: { geometry: { type: string } | null }[];
  };
  const points = file.features.filter(({ geometry }) => geometry?.type === 'Point');
  expect(points).toHaveLength(found.size);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  // One step back, and no further.
  await expect(page.getByRole('heading', { name: 'xe máy đỏ' })).toBeVisible();

  // All of it stands in the audit: what was entered, and what was looked at.
  const boss = await browser.newPage();
  await comeIn(boss, town, 'binh');
  const answer = await boss.request.get(`${town.url}/api/v1/audit?actor=an&limit=1000`);
  const written = (await answer.json()) as { act: string; purpose: string | null; cameras: string[] }[];
  const traced = written.filter(({ act }) => act === 'trace');
  expect(traced.length).toBeGreaterThan(found.size + misses + heard.rankings);
  expect(traced.every((row) => row.purpose === 'vụ 12/2026')).toBe(true);
  for (const pass of found) expect(traced.some(({ cameras }) => cameras.includes(pass.camera))).toBe(true);
  expect(written.some(({ act }) => act === 'frame')).toBe(true);
  await boss.close();
});

test('a window that ran in part and in vain counts for that part, and moves the ranking; undone, it is as before', async ({
  page,
}) => {
  const heard = new Heard(page);
  await begin(page, heard);

  // Nothing was reviewed: nothing is entered.
  const before = heard.windows;
  const first = before[0]!;
  await page.keyboard.press('n');
  await expect(page.getByText('Chưa xem gì của khoảng này')).toBeVisible();
  expect(heard.looked).toEqual([]);

  // Some seconds of it run on the wall.
  const on = tile(page, first.camera);
  await expect.poll(() => shownAt(on)).not.toBeNull();
  const from = (await shownAt(on))!;
  await page.keyboard.press(' ');
  await expect.poll(async () => (await shownAt(on))! - from, { timeout: 60_000 }).toBeGreaterThan(6e6);
  await page.keyboard.press(' ');
  await expect(page.getByRole('button', { name: 'Chạy', exact: true })).toBeVisible();
  const to = (await shownAt(on))!;
  await expect(page.getByRole('group', { name: 'Phần đã xem của khoảng này' })).toContainText(/đã xem thật [1-9]\d* %/);
  await heard.anew(page, () => page.keyboard.press('n'));
  const { share } = heard.looked[0]!;
  const whole = (ms(first.end) - ms(first.start)) * 1000;
  expect(share).toBeGreaterThan((0.8 * (to - from)) / whole);
  expect(share).toBeLessThan((1.1 * (to - from)) / whole + 0.02);

  const chances = (windows: Window[]) => windows.map(({ camera, start, chance }) => `${camera} ${start} ${chance}`);
  // What was not watched of the window may be offered again; that it passes there at all is less likely.
  const of = (windows: Window[]) => windows.find(({ camera }) => camera === first.camera)?.passes ?? 0;
  expect(of(heard.windows)).toBeLessThan(of(before));
  expect(chances(heard.windows)).not.toEqual(chances(before));
  await heard.anew(page, () => page.keyboard.press('u'));
  expect(chances(heard.windows)).toEqual(chances(before));
  // What was watched stays watched: entered anew, it is the same share of the whole window.
  await rows(page).first().getByRole('button').first().click();
  await expect(page.getByRole('group', { name: 'Phần đã xem của khoảng này' })).toContainText(/đã xem thật [1-9]\d* %/);
  await heard.anew(page, () => page.keyboard.press('n'));
  expect(heard.looked[1]).toMatchObject({ camera: first.camera });
  expect(heard.looked[1]!.share).toBeCloseTo(share!, 2);
});

test('what contradicts is refused with its reason, kept with a word, and always shown; another officer’s entry is heard', async ({
  page,
  browser,
}) => {
  const heard = new Heard(page);
  const query = await begin(page, heard);
  const trace = new URL(page.url()).searchParams.get('trace');

  // The first window is said to have been watched to its end, and then it is seen there.
  const first = heard.windows[0]!;
  await page.keyboard.press('f');
  await page.keyboard.type('100');
  await heard.anew(page, () => page.keyboard.press('Enter'));
  const middle = (ms(first.start) + ms(first.end)) / 2;
  query.set('wall', first.camera);
  query.set('t', String(Math.round(middle)));
  query.set('trace', trace!);
  query.set('panel', 'trace');
  await page.goto(`${town.url}/?${query}`);
  await expect.poll(() => shownAt(tile(page, first.camera))).not.toBeNull();
  await heard.shown(page);
  await outOfTheQuestion(page);
  await page.keyboard.press('m');
  const despite = page.getByRole('form', { name: 'Không khớp với những gì đã biết' });
  await expect(despite).toContainText('không thấy');
  await expect(despite.getByLabel('Vẫn ghi, vì')).toBeFocused();
  await page.keyboard.type('hai nhân chứng');
  await heard.anew(page, () => page.keyboard.press('Enter'));
  const route = page.getByRole('list', { name: 'Đường đi tới nay' });
  await expect(route).toContainText('vẫn ghi, vì: hai nhân chứng');
  await expect(route).toContainText('⚠');

  // While stills are looked at, somebody else enters something: it is ranked anew, and the stills stay.
  const boss = await browser.newPage({ viewport: { width: 1366, height: 768 }, locale: 'vi-VN' });
  await comeIn(boss, town, 'binh');
  const own = await stateCase(boss, town);
  await boss.goto(`${town.url}/?${new URLSearchParams({ for: String(own), trace: trace!, panel: 'trace' })}`);
  await expect(rows(boss).first()).toBeVisible();
  await outOfTheQuestion(boss);
  const opened = heard.windows[0]!;
  await page.keyboard.press('Enter');
  await expect(stills(page, opened.camera)).toBeVisible();
  const rankings = heard.rankings;
  await boss.keyboard.press('ArrowDown');
  await boss.keyboard.press('c');
  await expect.poll(() => heard.rankings).toBeGreaterThan(rankings);
  await expect(page.getByText('Người khác vừa ghi thêm')).toBeVisible();
  await expect(stills(page, opened.camera)).toBeVisible();
  await page.keyboard.press('h');
  await expect(page.getByRole('list', { name: 'Mọi mục đã ghi, mới nhất ở trên' })).toContainText('binh');
  await boss.close();
});

test('a still that is not shown yet is not answered, and a key that is held answers once', async ({ page }) => {
  const heard = new Heard(page);
  await begin(page, heard);
  const rank = heard.windows.findIndex(({ moments }) => moments.length === 1);
  expect(rank).toBeGreaterThanOrEqual(0);
  const window = heard.windows[rank]!;
  await choose(page, window, rank);
  let release = (): void => undefined;
  const gate = new Promise<void>((done) => (release = done));
  await page.route(/\/recordings\/[^/]+\/frame/, async (route) => {
    await gate;
    await route.continue();
  });
  await page.keyboard.press('Enter');
  const region = stills(page, window.camera);
  await expect(region).toContainText('ảnh 1/1');
  await page.keyboard.press('n');
  await expect(page.getByText('Ảnh này chưa hiện ra')).toBeVisible();
  await expect(region).toContainText('ảnh 1/1');
  await expect(region.getByRole('button', { name: 'Không phải' })).toBeDisabled();
  release();
  const time = region.locator('.when b');
  await expect(time).toBeVisible();
  // The still that was refused counts as reviewed: another press would say "not seen" of the window.
  for (let held = 0; held < 20; held++) await page.keyboard.down('n');
  await page.keyboard.up('n');
  await expect(region).toContainText('Hết ảnh');
  await expect(page.getByRole('group', { name: 'Phần đã xem của khoảng này' })).toContainText(/đã xem thật [1-9]\d* %/);
  expect(heard.looked).toEqual([]);
  await heard.anew(page, () => page.keyboard.press('n'));
  expect(heard.looked).toMatchObject([{ camera: window.camera, verdict: 'not_seen' }]);
});

test('a camera that is moved against the others is entered at the time that its still has', async ({ page }) => {
  await comeIn(page, town, 'an');
  const purpose = await stateCase(page, town);
  const query = new URLSearchParams({ for: String(purpose), wall: 'ht-13', size: '1' });
  query.set('t', String(ms('2023-07-15T14:14:28Z')));
  await page.goto(`${town.url}/?${query}`);
  await outOfTheQuestion(page);
  const told = page.getByText('không kể phần bạn dời');
  const nudged = async (camera: string) => {
    await expect.poll(() => shownAt(tile(page, camera))).not.toBeNull();
    for (let times = 0; times < 5; times++) await page.keyboard.press('>');
    await expect(tile(page, camera)).toContainText('+0,5');
  };
  /** What is entered, and how far from the time of its still, milliseconds. */
  const off = async (path: RegExp, press: string) => {
    const asking = page.waitForRequest((request) => request.method() === 'POST' && path.test(request.url()));
    await page.keyboard.press(press);
    type Body = { at: string; still: string };
    const body = (await asking).postDataJSON() as Body & { sighting?: Body };
    const { at, still } = body.sighting ?? body;
    const [recording, pts] = still.split('@');
    const frame = `${town.url}/api/v1/recordings/${recording}/frame?pts_us=${pts}&purpose=${purpose}`;
    const { [`x-truyvet-time`]: time } = (await page.request.get(frame)).headers();
    return Math.abs(ms(at) - ms(time!));
  };

  await nudged('ht-13');
  await page.keyboard.press('t');
  await expect(page.getByRole('form', { name: 'Bắt đầu truy vết' })).toBeVisible();
  await expect(told).toBeVisible();
  const ranked = page.waitForResponse(/\/traces\/\d+\/next$/);
  expect(await off(/\/traces$/, 'Enter')).toBeLessThan(5);
  const [first] = ((await (await ranked).json()) as { windows: Window[] }).windows;
  await expect(told).toHaveCount(0);
  await nudged(first!.camera);
  expect(await off(/\/seen$/, 'm')).toBeLessThan(5);
  await expect(told).toBeVisible();
});

test('a refusal that comes after another trace was opened is told there, and asks for no reason there', async ({
  page,
}) => {
  const heard = new Heard(page);
  await begin(page, heard, 'xe bị bỏ lại');
  await expect.poll(() => shownAt(tile(page, heard.windows[0]!.camera))).not.toBeNull();
  let release = (): void => undefined;
  const gate = new Promise<void>((done) => (release = done));
  await page.route(/\/traces\/\d+\/seen$/, async (route) => {
    await gate;
    const json = { code: 'contradiction', detail: 'nhanh quá' };
    await route.fulfill({ status: 409, json });
  });
  await page.keyboard.press('m');
  await page.keyboard.press('o');
  const list = page.getByRole('list', { name: 'Các truy vết' });
  await list.getByRole('button').filter({ hasNotText: 'xe bị bỏ lại' }).first().click();
  await expect(rows(page).first()).toBeVisible();
  release();
  const lost = page
    .getByRole('alert')
    .filter({ hasText: 'Mục vừa ghi vào “xe bị bỏ lại” không được nhận: Nhanh quá.' });
  await expect(lost).toBeVisible();
  await expect(page.getByRole('form', { name: 'Không khớp với những gì đã biết' })).toHaveCount(0);
  await lost.getByRole('button', { name: 'Mở truy vết đó' }).click();
  await expect(page.getByRole('heading', { name: 'xe bị bỏ lại' })).toBeVisible();
  await expect(lost).toHaveCount(0);
});
