// How a clock stands, in words.
import type { Clock, ClockCheck } from '../../api/types';
import { words } from '../../text/index.svelte';
import { figure, length } from '../../text/lengths';
import { date, ms, plusMinus } from '../../time';

const t = words({
  vi: {
    unchecked: 'giờ chưa kiểm',
    right: 'đúng giờ',
    fast: (by: string) => `nhanh ${by}`,
    slow: (by: string) => `chậm ${by}`,
    checked: (day: string, by: string) => `kiểm ${day} · ${by}`,
    gains: (by: string) => `mỗi ngày nhanh thêm ${by}`,
    loses: (by: string) => `mỗi ngày chậm thêm ${by}`,
    method: (method: string) =>
      ({
        screen: 'nhìn màn hình',
        files: 'từ các tệp',
        neighbours: 'so với camera bên',
        shared_recorder: 'chung đầu ghi',
      })[method] ?? method,
  },
  en: {
    unchecked: 'clock never checked',
    right: 'right',
    fast: (by: string) => `${by} fast`,
    slow: (by: string) => `${by} slow`,
    checked: (day: string, by: string) => `checked ${day} · ${by}`,
    gains: (by: string) => `gains ${by} a day`,
    loses: (by: string) => `loses ${by} a day`,
    method: (method: string) =>
      ({
        screen: 'read from its screen',
        files: 'from its files',
        neighbours: 'by a neighbour',
        shared_recorder: 'same recorder',
      })[method] ?? method,
  },
});

/** `nhanh 7 phút`: camera time − true time, seconds, positive when the camera is ahead. */
export function offsetWords(offset: number): string {
  if (Math.abs(offset) < 0.5) return t().right;
  const by = length(Math.abs(offset) < 10 ? offset : Math.round(offset));
  return offset > 0 ? t().fast(by) : t().slow(by);
}
/** `nhanh 7 phút ± 2,4 s`, or that nobody ever checked it. */
export function clockWords(clock: Clock): string {
  if (!clock.checked) return t().unchecked;
  return [offsetWords(clock.offset_s), plusMinus(clock.uncertainty_s)].filter(Boolean).join(' ');
}
/** `kiểm 12/7/2023 · An` */
export function checkedWords(check: ClockCheck, zone: string): string {
  return t().checked(date(ms(check.true), zone), check.by);
}
/** `mỗi ngày nhanh thêm 1,7 giây`; empty where it is not known or too little to matter. */
export function driftWords(ppm: number | null): string {
  const aDay = ((ppm ?? 0) * 86_400) / 1e6;
  if (Math.abs(aDay) < 0.05) return '';
  return aDay > 0 ? t().gains(length(aDay)) : t().loses(length(aDay));
}
export function methodWords(method: string): string {
  return t().method(method);
}
/** `20 ppm` */
export function ppm(value: number): string {
  return `${figure(value, 0)} ppm`;
}
