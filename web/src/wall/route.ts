// What lies between two sightings: time and a straight line, no speed, since nobody knows the way that was taken.
import type { SiteCamera } from '../api/types';
import type { Mark } from '../state/look.svelte';
import { words } from '../text/index.svelte';
import { figure } from '../text/lengths';

const t = words({ vi: { hours: 'g', minutes: 'ph' }, en: { hours: 'h', minutes: 'min' } });

export interface Leg {
  /** `37 s`, `4 ph 05 s` */
  time: string;
  /** `250 m`; null: the same camera, or one without a place. */
  metres: string | null;
}

/** `37 s`, `4 ph 05 s`, `1 g 20 ph` */
export function lasting(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  const two = (value: number) => String(value).padStart(2, '0');
  if (minutes < 60) return `${minutes} ${t().minutes} ${two(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} ${t().hours} ${two(minutes % 60)} ${t().minutes}`;
}

/** Metres between two points of WGS 84, on a sphere: right to 0.5 %. */
export function metres(one: { lat: number; lon: number }, other: { lat: number; lon: number }): number {
  const radians = Math.PI / 180;
  const [lat, lon] = [(other.lat - one.lat) * radians, (other.lon - one.lon) * radians];
  const half =
    Math.sin(lat / 2) ** 2 + Math.cos(one.lat * radians) * Math.cos(other.lat * radians) * Math.sin(lon / 2) ** 2;
  return 2 * 6_371_008.8 * Math.asin(Math.sqrt(half));
}

export function between(one: Mark, other: Mark, cameras: SiteCamera[]): Leg {
  const time = lasting(other.at - one.at);
  const [from, to] = [one, other].map((mark) => cameras.find((camera) => camera.id === mark.camera));
  if (!from || !to || from.id === to.id) return { time, metres: null };
  const far = metres(from, to);
  return {
    time,
    metres: far < 1000 ? `${Math.round(far / 5) * 5} m` : `${figure(far / 1000)} km`,
  };
}
