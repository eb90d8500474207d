// Reads what people write into the fields for dates, hours and points. Pure.
import { ahead, date, ofLocal } from '../time';

/** `15/7/2023`, `15-7-23`, `15.7` (of the year given) → `2023-07-15`; null: no such day. */
export function readDate(text: string, year: number): string | null {
  const found = /^\s*(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}|\d{2}))?\s*$/.exec(text);
  if (!found) return null;
  const [, day, month, told] = found;
  const whole = told === undefined ? year : told.length === 2 ? 2000 + Number(told) : Number(told);
  const at = new Date(Date.UTC(whole, Number(month) - 1, Number(day)));
  if (at.getUTCMonth() !== Number(month) - 1 || at.getUTCDate() !== Number(day)) return null;
  return at.toISOString().slice(0, 10);
}
/** `21:15`, `21h15`, `21h`, `2115`, `21:15:08` → `21:15:08`; 24:00 is not an hour here. */
export function readHour(text: string): string | null {
  const bare = /^\s*(\d{2})(\d{2})\s*$/.exec(text);
  const told = bare ?? /^\s*(\d{1,2})\s*(?:[:hg]\s*(\d{1,2})?(?:[:m']\s*(\d{1,2})?)?)?\s*$/i.exec(text);
  if (!told) return null;
  const [hour, minute, second] = [told[1], told[2] ?? '0', told[3] ?? '0'].map(Number);
  if (hour! > 23 || minute! > 59 || second! > 59) return null;
  return [hour, minute, second].map((part) => String(part).padStart(2, '0')).join(':');
}
/** The instant of a date and an hour on the site's clocks; null where either cannot be read. */
export function instant(day: string, hour: string, zone: string, near: number): number | null {
  const date = readDate(day, new Date(near + ahead(near, zone)).getUTCFullYear());
  const time = readHour(hour);
  return date && time ? ofLocal(`${date}T${time}`, zone) : null;
}
/** The two fields of an instant: `15/7/2023` and `21:15` (with seconds where there are any). */
export function fieldsOf(at: number, zone: string): { day: string; hour: string } {
  const local = new Date(Math.floor(at) + ahead(at, zone)).toISOString();
  return { day: date(at, zone), hour: local.slice(11, local.slice(17, 19) === '00' ? 16 : 19) };
}
