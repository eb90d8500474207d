// Words that several parts of the trace's panel use.
import type { Confidence, Leg, Mover } from '../api/trace';
import { figure } from '../text/lengths';
import { words } from '../text/index.svelte';

const t = words({
  vi: {
    foot: 'đi bộ',
    bicycle: 'xe đạp',
    motorbike: 'xe máy',
    car: 'ô tô',
    truck: 'xe tải',
    directions: (at: number) => ['bắc', 'đông bắc', 'đông', 'đông nam', 'nam', 'tây nam', 'tây', 'tây bắc'][at] ?? '',
    trace: (number: number) => `Truy vết số ${number}`,
    least: (kmh: string) => `ít nhất ${kmh}`,
    certain: 'chắc chắn',
    probable: 'nhiều khả năng',
    possible: 'có thể',
    straight: 'đường thẳng',
    same: 'cùng camera',
    unknown: 'không rõ đường đi',
  },
  en: {
    foot: 'on foot',
    bicycle: 'bicycle',
    motorbike: 'motorbike',
    car: 'car',
    truck: 'truck',
    directions: (at: number) =>
      ['north', 'north-east', 'east', 'south-east', 'south', 'south-west', 'west', 'north-west'][at] ?? '',
    trace: (number: number) => `Trace ${number}`,
    least: (kmh: string) => `at least ${kmh}`,
    certain: 'certain',
    probable: 'probable',
    possible: 'possible',
    straight: 'straight line',
    same: 'the same camera',
    unknown: 'way unknown',
  },
});

export const moverName = (mover: Mover): string => t()[mover];

export const confidenceName = (confidence: Confidence): string => t()[confidence];

/** The eight directions, degrees clockwise from north. */
export const DIRECTIONS = [0, 45, 90, 135, 180, 225, 270, 315];
/** The nearest of the eight. */
export const direction = (degrees: number): string => t().directions(Math.round(degrees / 45) % 8);

export const titleOf = (trace: { id: number; title: string }): string => trace.title || t().trace(trace.id);

/** `260 m`, `1,4 km` */
export const far = (m: number): string => (m < 995 ? `${Math.round(m / 5) * 5} m` : `${figure(m / 1000)} km`);

/** How far a leg is, or why that is not known. `same`: from a camera to itself. */
export function farOf(leg: Pick<Leg, 'distance_m' | 'straight'>, same: boolean): string {
  if (same) return t().same;
  if (leg.distance_m === null) return t().unknown;
  return far(leg.distance_m) + (leg.straight ? ` (${t().straight})` : '');
}
export const speed = (kmh: number): string => `${figure(kmh, kmh < 10 ? 1 : 0)} km/h`;

/** `27 km/h (20–41)`: never one number alone where the range is known. */
export function speedRange(leg: Pick<Leg, 'kmh' | 'kmh_least' | 'kmh_most'>): string | null {
  const round = (kmh: number) => figure(kmh, kmh < 10 ? 1 : 0);
  if (leg.kmh_least === null) return null;
  const [least, most] = [round(leg.kmh_least), leg.kmh_most === null ? null : round(leg.kmh_most)];
  const range = most === null ? t().least(least) : `${least}–${most}`;
  return leg.kmh === null ? `${range}\u00a0km/h` : `${round(leg.kmh)}\u00a0km/h (${range})`;
}
