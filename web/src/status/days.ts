// Days of the site's calendar, as `2023-07-15`.
import { ofLocal, toLocal } from '../time';

/** The day that an instant lies in. */
export function dayOf(instant: number, zone: string): string {
  return toLocal(instant, zone).slice(0, 10);
}
export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
}
/** When it starts and when the next one does, milliseconds; a day need not have 24 hours. */
export function bounds(day: string, zone: string): [number, number] {
  return [ofLocal(`${day}T00:00:00`, zone), ofLocal(`${addDays(day, 1)}T00:00:00`, zone)];
}
/** `15/7`, or with its year. */
export function shortDay(day: string, year = false): string {
  const [y, m, d] = day.split('-').map(Number);
  return year ? `${d}/${m}/${y}` : `${d}/${m}`;
}
/** Whether it is a Sunday: the calendar is cut there. */
export function isSunday(day: string): boolean {
  return new Date(`${day}T00:00Z`).getUTCDay() === 0;
}
export function isDay(text: string | undefined): text is string {
  return text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00Z`));
}

/** Where a key leads in a grid of so many rows and columns; null: nowhere. */
export function step(
  key: string,
  [row, column]: [number, number],
  [rows, columns]: [number, number],
): [number, number] | null {
  const to: Record<string, [number, number]> = {
    ArrowLeft: [row, column - 1],
    ArrowRight: [row, column + 1],
    ArrowUp: [row - 1, column],
    ArrowDown: [row + 1, column],
    Home: [row, 0],
    End: [row, columns - 1],
    PageUp: [0, column],
    PageDown: [rows - 1, column],
  };
  const at = to[key];
  return at && at[0] >= 0 && at[0] < rows && at[1] >= 0 && at[1] < columns ? at : null;
}
