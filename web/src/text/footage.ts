// What footage and clocks are, in words: the same sentences in every room.
import type { Clock, Gap, Span } from '../api/types';
import { clock, date, ms } from '../time';
import { lang, words } from './index.svelte';

const t = words({
  vi: {
    empty: 'trống',
    power_cut: 'mất điện',
    no_recording: 'không ghi hình',
    damaged: 'tệp hỏng, không đọc được',
    stills_only: 'chỉ có ảnh rời',
    gone: 'đã ghi nhưng tệp không còn',
    being_written: 'tệp đang ghi dở',
    not_indexed: 'chưa quét thư mục',
    future: 'chưa tới lúc này',
    fast: (much: string) => `giờ camera nhanh ${much}`,
    slow: (much: string) => `giờ camera chậm ${much}`,
    right: 'giờ camera đúng',
    checked: (day: string) => ` (kiểm ${day})`,
    unchecked: 'giờ chưa kiểm',
    contradicted: 'các lần kiểm giờ mâu thuẫn nhau',
    nudged:
      'Giờ ghi vào truy vết là giờ của camera theo đồng hồ đã biết, không kể phần bạn dời; ghi thành lần kiểm giờ thì mới được tính.',
    days: 'ngày',
    hours: 'giờ',
    minutes: 'phút',
    seconds: 'giây',
  },
  en: {
    empty: 'empty',
    power_cut: 'power cut',
    no_recording: 'nothing recorded',
    damaged: 'damaged file, cannot be read',
    stills_only: 'single pictures only',
    gone: 'recorded, but the file is gone',
    being_written: 'the file is still being written',
    not_indexed: 'folder not looked through yet',
    future: 'not yet',
    fast: (much: string) => `clock ${much} fast`,
    slow: (much: string) => `clock ${much} slow`,
    right: 'clock right',
    checked: (day: string) => ` (checked ${day})`,
    unchecked: 'clock unchecked',
    contradicted: 'clock checks contradict each other',
    nudged:
      "The time entered is the camera's own as its clock is known, without your nudge; make that a clock check to have it count.",
    days: 'd',
    hours: 'h',
    minutes: 'min',
    seconds: 's',
  },
});

/** `7 phút`, `1 giờ 5 phút`, `2,4 giây`: the two largest units of a length in seconds. */
export function length(seconds: number): string {
  const s = Math.abs(seconds);
  if (s < 10 && s % 1 !== 0) return `${s.toFixed(1).replace('.', lang() === 'vi' ? ',' : '.')} ${t().seconds}`;
  const whole = Math.round(s);
  const units: [number, string][] = [
    [86_400, t().days],
    [3_600, t().hours],
    [60, t().minutes],
    [1, t().seconds],
  ];
  const at = Math.max(
    0,
    units.findIndex(([size]) => whole >= size),
  );
  const [size, name] = whole === 0 ? units[3]! : units[at]!;
  const rest = units[at + 1];
  const first = `${Math.floor(whole / size)} ${name}`;
  const second = rest && whole > 0 ? Math.floor((whole % size) / rest[0]) : 0;
  return second > 0 ? `${first} ${second} ${rest![1]}` : first;
}

/** Why nothing can be seen: `mất điện`, `tệp hỏng, không đọc được`. */
export function cause(gap: Pick<Gap, 'reason' | 'cause'>): string {
  return gap.cause === 'power_cut' ? t().power_cut : t()[gap.reason];
}

/** `21:05–21:11`; with seconds where it is short, with the days where they differ. */
export function stretch(span: Span, zone: string): string {
  const [from, to] = [ms(span.start), ms(span.end)];
  const exact = to - from < 120_000 ? 'second' : 'minute';
  const day = (at: number) => date(at, zone).replace(/\/\d+$/, '');
  if (day(from) === day(to)) return `${clock(from, zone, exact)}–${clock(to, zone, exact)}`;
  return `${clock(from, zone, exact)} ${day(from)} – ${clock(to, zone, exact)} ${day(to)}`;
}

/** `trống: mất điện 21:05–21:11` */
export function gapName(gap: Gap, zone: string): string {
  return `${t().empty}: ${cause(gap)} ${stretch(gap, zone)}`;
}

/** `giờ camera nhanh 7 phút (kiểm 12/7)`, `giờ chưa kiểm`. */
export function clockName(of: Clock, zone: string): string {
  if (!of.checked) return t().unchecked;
  if (of.contradictions.length > 0) return t().contradicted;
  const check = of.nearest_check;
  const day = check ? t().checked(date(ms(check.true), zone).replace(/\/\d+$/, '')) : '';
  // Within the error of the check a clock is right.
  if (Math.abs(of.offset_s) <= Math.max(1, of.uncertainty_s ?? 0)) return t().right + day;
  return (of.offset_s > 0 ? t().fast : t().slow)(length(of.offset_s)) + day;
}

/** Where a camera is moved against the others for one's own eyes, and a sighting of it is entered. */
export const nudged = (): string => t().nudged;
