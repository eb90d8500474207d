// Every screen of the page by its address, and when it has come to rest. Used by what must hold on all of them.
import { expect, type Page } from '@playwright/test';
import { JUNCTION } from './page';

export interface Screen {
  name: string;
  path: string;
  /** What is on it when it is there. */
  there: string;
}
export const AT = Date.parse('2023-07-15T14:15:08Z');
const EVENING = 'từ 20h đến 23h ngày 15/7/2023, ngã ba Việt Lào';

/** `purpose`: its number; `trace`: that of one that was begun. The wall has a native film, a copied and a transcoded one, a camera with a gap and one with stills only. */
export function screens(purpose: number, trace: number): Screen[] {
  const query = (values: Record<string, string>) => `?${new URLSearchParams({ for: String(purpose), ...values })}`;
  const asked = { q: JUNCTION, radius: '1500' };
  const tracing = { trace: String(trace), wall: 'ht-02', size: '1', t: String(AT + 60_000) };
  const wall = { ...asked, wall: 'ht-02,ht-01,ht-04,ht-14', t: String(AT) };
  return [
    { name: 'look, nothing asked', path: '/', there: 'form[role="search"]' },
    { name: 'look, answered', path: `/${query(asked)}`, there: '[role="status"] strong' },
    { name: 'look, with a wall', path: `/${query(wall)}`, there: '.tile[data-true-us]' },
    { name: 'trace', path: `/${query({ ...tracing, panel: 'trace' })}`, there: '[data-window]' },
    { name: 'trace, another begun', path: `/${query({ ...tracing, panel: 'start' })}`, there: '.trace form' },
    { name: 'traces', path: `/${query({ ...tracing, panel: 'list' })}`, there: '.trace li' },
    { name: 'trace beside the lanes', path: `/${query({ ...tracing, ...asked })}`, there: '.tile[data-true-us]' },
    { name: 'strip', path: `/strip${query({ q: EVENING, radius: '1500' })}`, there: 'main [data-still]' },
    ...['', 'clocks', 'coverage', 'quarantine', 'report'].map((part) => ({
      name: `status ${part}`.trim(),
      path: `/status/${part}`,
      there: 'main h1',
    })),
    ...['', 'audit', 'reviews', 'tokens', 'checks'].map((part) => ({
      name: `admin ${part}`.trim(),
      path: `/admin/${part}`,
      there: 'main h1',
    })),
  ];
}

/** Waits until nothing is being fetched and what is written stays as it is. */
export async function settled(page: Page): Promise<void> {
  let before = '';
  await expect
    .poll(async () => {
      const text = await page.locator('body').innerText();
      const same = text === before && !/Đang (lấy|tìm|tải|mở)|Loading|Searching|Opening/.test(text);
      before = text;
      return same;
    })
    .toBe(true);
}
export async function open(page: Page, url: string, screen: Screen): Promise<void> {
  await page.goto(url + screen.path);
  await expect(page.locator(screen.there).first()).toBeAttached();
  await settled(page);
}
