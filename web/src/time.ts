// Times as people of the site say them. Inside the page an instant is a number: milliseconds since 1970 in true time, with fractions.
import { figure } from './text/lengths';

/** Milliseconds of an RFC 3339 instant, to the microsecond. */
export function ms(text: string): number {
  const whole = Date.parse(text);
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
  // Date.parse keeps milliseconds; what lies behind them is added.
  return whole + Number(`0.${fraction.slice(3) || '0'}`);
}

/** RFC 3339 in UTC, to the microsecond. */
export function rfc(instant: number): string {
  const whole = Math.floor(instant);
  const micros = Math.round((instant - whole) * 1000);
  if (micros >= 1000) return rfc(whole + 1);
  return new Date(whole).toISOString().replace('Z', `${String(micros).padStart(3, '0')}Z`);
}

const formats = new Map<string, Intl.DateTimeFormat>();
function parts(instant: number, zone: string): Record<string, string> {
  let format = formats.get(zone);
  if (!format) {
    const fields = { year: 'numeric', month: 'numeric', day: 'numeric', weekday: 'short' } as const;
    const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
    format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, ...fields, ...clock });
    formats.set(zone, format);
  }
  return Object.fromEntries(format.formatToParts(instant).map((part) => [part.type, part.value]));
}

/** `21:15`, `21:15:08` or `21:15:08,2` by how exact it is wanted. */
export function clock(instant: number, zone: string, exact: 'minute' | 'second' | 'tenth' = 'second'): string {
  const at = exact === 'tenth' ? Math.floor(instant / 100) * 100 : instant;
  const p = parts(at, zone);
  const minute = `${p.hour}:${p.minute}`;
  if (exact === 'minute') return minute;
  const second = `${minute}:${p.second}`;
  return exact === 'tenth' ? `${second},${Math.floor((((at % 1000) + 1000) % 1000) / 100)}` : second;
}

/** `15/7/2023` */
export function date(instant: number, zone: string): string {
  const p = parts(instant, zone);
  return `${+p.day!}/${+p.month!}/${p.year}`;
}

/** `15/7/2023 21:00–21:30`, with the second date where it is another day. */
export function interval(from: number, to: number, zone: string): string {
  const same = date(from, zone) === date(to, zone);
  const exact = (to - from) % 60_000 === 0 && from % 60_000 === 0 ? 'minute' : 'second';
  const end = same ? clock(to, zone, exact) : `${date(to, zone)} ${clock(to, zone, exact)}`;
  return `${date(from, zone)} ${clock(from, zone, exact)}–${end}`;
}

/** How far local clocks of the zone are ahead of UTC at an instant, milliseconds. */
export function ahead(instant: number, zone: string): number {
  const p = parts(instant, zone);
  const local = Date.UTC(+p.year!, +p.month! - 1, +p.day!, +p.hour!, +p.minute!, +p.second!);
  return local - Math.floor(instant / 1000) * 1000;
}

/** What a time's text itself reads, as if on clocks of UTC; one without an offset of its own (`Z`) is read on the site's clocks. */
function read(text: string, zone: string): number {
  const at = ms(text);
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(text) ?? [];
  if (!sign) return at + ahead(at, zone);
  return at + (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

/** A camera's time with the digits that stand on its picture: those that the text has, not those of the site's zone. */
export function digits(text: string, zone: string, exact?: 'minute' | 'second' | 'tenth'): string {
  return clock(read(text, zone), 'UTC', exact);
}

/** Whether a camera's picture shows other digits than the site's clocks did at an instant: half a second and more is another time. */
export function otherDigits(text: string, instant: number, zone: string): boolean {
  return Math.abs(read(text, zone) - instant - ahead(instant, zone)) >= 500;
}

/** The instant of `2023-07-15T21:15:08` on the site's clocks, as a form's field gives it. */
export function ofLocal(text: string, zone: string): number {
  const asUtc = Date.parse(text.length === 16 ? `${text}:00Z` : `${text}Z`);
  const guess = asUtc - ahead(asUtc, zone);
  return asUtc - ahead(guess, zone);
}

/** For a form's field: `2023-07-15T21:15:08` on the site's clocks. */
export function toLocal(instant: number, zone: string): string {
  return new Date(Math.floor(instant) + ahead(instant, zone)).toISOString().slice(0, 19);
}

/** `± 2,4 s` (`± 2.4 s` in English); `null` where the clock was never checked. */
export function plusMinus(seconds: number | null): string | null {
  if (seconds === null) return null;
  return `± ${figure(seconds, seconds >= 10 ? 0 : 1)} s`;
}
