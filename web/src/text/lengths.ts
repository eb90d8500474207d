// Lengths of time, sizes and shares as people say them, in the chosen language.
import { lang, words } from './index.svelte';

const t = words({
  vi: {
    unit: (_n: number, u: Unit) => ({ d: 'ngày', h: 'giờ', m: 'phút', s: 'giây' })[u],
    ago: (length: string) => `${length} trước`,
    now: 'vừa xong',
  },
  en: {
    unit: (n: number, u: Unit) => ({ d: 'day', h: 'hour', m: 'minute', s: 'second' })[u] + (n === 1 ? '' : 's'),
    ago: (length: string) => `${length} ago`,
    now: 'just now',
  },
});
type Unit = 'd' | 'h' | 'm' | 's';
const UNITS: [Unit, number][] = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
];

/** A number as people of the language write it, with at most so many decimals. */
export function figure(value: number, decimals = 1): string {
  const locale = lang() === 'vi' ? 'vi-VN' : 'en-GB';
  return value.toLocaleString(locale, { maximumFractionDigits: decimals });
}

/** `7 phút 12 giây`: the two largest units; under ten seconds with a decimal. Takes no notice of the sign. */
export function length(seconds: number): string {
  const whole = Math.abs(seconds);
  if (whole < 9.95) return `${figure(whole)} ${t().unit(whole, 's')}`;
  // Rounded to the smaller of the two units that are said, so that no "60 phút" comes out.
  const step = whole < 3_600 ? 1 : whole < 86_400 ? 60 : 3_600;
  let left = Math.round(whole / step) * step;
  const said: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) said.push(`${count} ${t().unit(count, unit)}`);
  }
  return said.join(' ');
}

/** `5 phút trước`; `vừa xong` within the last half minute. */
export function ago(seconds: number): string {
  return seconds < 30 ? t().now : t().ago(length(seconds < 3_600 ? Math.round(seconds / 60) * 60 || 60 : seconds));
}

/** `93 %`. Says neither 0 nor 100 where it is not quite that. */
export function percent(share: number): string {
  const rounded = Math.round(share * 100);
  const honest = share > 0 && share < 1 ? Math.min(99, Math.max(1, rounded)) : rounded;
  return `${honest} %`;
}

/** `1,2 GB`, in powers of 1000. */
export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let [value, unit] = [count, 0];
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${figure(value, value < 10 && unit > 0 ? 1 : 0)} ${units[unit]}`;
}
