// Both languages on every screen: nothing of the other one is left, what is told in one is told again after going there and back, and
// times say how sure they are and which time they are.
import { expect, test, type Page } from '@playwright/test';
import { comeIn, JUNCTION } from './page';
import { open, screens, settled } from './screens';
import { stateCase, traced } from './sources';
import { Town } from './town';

let town: Town;
test.beforeAll(async () => {
  town = await Town.start('languages');
  town.account('an', 'administrator');
});
test.afterAll(() => town.stop());

/** Letters that only Vietnamese has, and words of it that the page uses and that need no such letter. */
const VIETNAMESE =
  /[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]|\b(xem|theo|khi|ghi|hai|sau|trong|camera nhanh)\b/iu;
const ENGLISH = /\b(the|of|and|with|not|is|are|was|were|from|this|that|to be)\b/i;

/** A screen that is wrong does not hide the next. */
const soft = expect.configure({ soft: true });

/** What the page says, a piece of text at a time: written, and told to those who do not see it. */
function told(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const seen = (element: Element) => element.checkVisibility() && !element.closest('[lang]:not(html)');
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const { parentElement, textContent } = walk.currentNode;
      if (parentElement && seen(parentElement) && !/^(SCRIPT|STYLE)$/.test(parentElement.tagName)) {
        found.push(textContent!.trim());
      }
    }
    for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
      for (const element of document.querySelectorAll(`[${name}]`)) {
        if (seen(element)) found.push(element.getAttribute(name)!.trim());
      }
    }
    return found.filter(Boolean);
  });
}

/** What is called as it is called in any language: the site's own names, what somebody wrote, the program. */
async function names(page: Page): Promise<string[]> {
  const site = (await (await page.request.get(`${town.url}/api/v1/site`)).json()) as {
    name: string;
    cameras: { name: string }[];
    groups: { name: string }[];
  };
  const own = [...site.cameras, ...site.groups].map((one) => one.name);
  const map = (await (await page.request.get(`${town.url}/api/v1/map`)).json()) as { attribution: string[] };
  return [
    site.name,
    ...own,
    ...map.attribution,
    JUNCTION,
    'Truy vết',
    'ngã ba Việt Lào',
    'trực ban – xác minh nhanh',
    'vụ 12/2026',
    'xe máy đỏ',
  ].sort((one, other) => other.length - one.length);
}
function without(text: string, names: string[]): string {
  const lower = names.map((name) => name.toLowerCase());
  let rest = text.toLowerCase();
  for (const name of lower) rest = rest.replaceAll(name, '·');
  return rest;
}

test('each screen speaks the chosen language and nothing else', async ({ page }) => {
  test.setTimeout(400_000);
  await comeIn(page, town, 'an');
  const own = await names(page);
  const purpose = await stateCase(page, town);
  for (const screen of screens(purpose, await traced(page, town, purpose))) {
    await open(page, town.url, screen);
    await expect(page.locator('html')).toHaveAttribute('lang', 'vi');
    const before = await told(page);
    expect
      .soft(
        before.filter((text) => ENGLISH.test(without(text, own))),
        `${screen.name}, Vietnamese`,
      )
      .toEqual([]);

    await page.getByRole('button', { name: 'English' }).click();
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
    await settled(page);
    // What the daemon says of the sentence comes a moment later.
    await soft
      .poll(async () => (await told(page)).filter((text) => VIETNAMESE.test(without(text, own))), {
        message: `${screen.name}, English`,
      })
      .toEqual([]);

    await page.getByRole('button', { name: 'Tiếng Việt' }).click();
    await expect(page.locator('html')).toHaveAttribute('lang', 'vi');
    await settled(page);
    // In the same words; what counts on (an age, the audit's last rows and whether they are all) may have gone on.
    // On a slow machine something may have come after the first look: that is Vietnamese too.
    const goesOn = (text: string) => /\d/.test(text) || text === 'Hết: đây là dòng cũ nhất.';
    const lacks = (texts: string[]) => before.filter((text) => !goesOn(text) && !texts.includes(text));
    const foreign = (texts: string[]) => texts.filter((text) => ENGLISH.test(without(text, own)));
    await soft
      .poll(async () => ((texts) => [...lacks(texts), ...foreign(texts)])(await told(page)), {
        message: `${screen.name}, Vietnamese again`,
      })
      .toEqual([]);
  }
});

test('the language stays where one left it, and the door speaks it too', async ({ page }) => {
  await page.goto(town.url);
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByRole('heading', { name: 'Log in to Truy vết' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Log in to Truy vết' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  expect((await told(page)).filter((text) => VIETNAMESE.test(without(text, ['truy vết'])))).toEqual([]);
});

test('times say how sure they are, and that they are true time', async ({ page }) => {
  await comeIn(page, town, 'an');
  const purpose = await stateCase(page, town);
  const wall = screens(purpose, await traced(page, town, purpose)).find((screen) => screen.name.includes('wall'))!;
  await open(page, town.url, wall);
  for (const [lang, unchecked, truth] of [
    ['vi', 'giờ chưa kiểm', 'giờ thật'],
    ['en', 'clock unchecked', 'true time'],
  ] as const) {
    await expect(page.locator('html')).toHaveAttribute('lang', lang);
    await expect(page.getByText(truth).first()).toBeVisible();
    for (const tile of await page.locator('.tile[data-true-us]').all()) {
      await expect(tile).toContainText(/\d\d:\d\d:\d\d[.,]\d/);
      await expect(tile).toContainText(new RegExp(`± [\\d.,]+ s|${unchecked}`));
    }
    if (lang === 'vi') await page.getByRole('button', { name: 'English' }).click();
  }
});
