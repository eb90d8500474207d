// Points, metres and bearings on a sphere, and the plane of a web map. Good to a thousandth over the few kilometres of a ward.

export type LonLat = [lon: number, lat: number];
export type Bounds = [west: number, south: number, east: number, north: number];

/** Mean radius of the earth, metres (IUGG). */
const EARTH_M = 6_371_008.8;
const RAD = Math.PI / 180;

/** The point at a distance (metres) in a direction (degrees clockwise from north). */
export function beyond([lon, lat]: LonLat, bearing: number, metres: number): LonLat {
  const way = metres / EARTH_M;
  const [phi, theta] = [lat * RAD, bearing * RAD];
  const sin = Math.sin(phi) * Math.cos(way) + Math.cos(phi) * Math.sin(way) * Math.cos(theta);
  const east = Math.atan2(Math.sin(theta) * Math.sin(way) * Math.cos(phi), Math.cos(way) - Math.sin(phi) * sin);
  return [lon + east / RAD, Math.asin(sin) / RAD];
}
/** Metres between two points (haversine). */
export function metres(one: LonLat, other: LonLat): number {
  const [dLat, dLon] = [(other[1] - one[1]) * RAD, (other[0] - one[0]) * RAD];
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(one[1] * RAD) * Math.cos(other[1] * RAD) * Math.sin(dLon / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(h)));
}
/** The edge of a field of view: from the camera along the arc and back. 360° is a whole circle. */
export function sector(at: LonLat, azimuth: number, width: number, range: number): LonLat[] {
  const whole = width >= 360;
  const steps = Math.max(2, Math.ceil(width / 6));
  const arc = Array.from({ length: steps + 1 }, (_, step) =>
    beyond(at, azimuth - width / 2 + (width * step) / steps, range),
  );
  return whole ? arc : [at, ...arc, at];
}
export function circle(at: LonLat, radius: number): LonLat[] {
  return sector(at, 0, 360, radius);
}
/** The least rectangle around points, at least some metres wide; null for none. */
export function around(points: LonLat[], least = 200): Bounds | null {
  if (points.length === 0) return null;
  const [lons, lats] = [points.map(([lon]) => lon), points.map(([, lat]) => lat)];
  const [w, s, e, n] = [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
  const middle: LonLat = [(w + e) / 2, (s + n) / 2];
  const [east] = beyond(middle, 90, least / 2);
  const [, north] = beyond(middle, 0, least / 2);
  const [dx, dy] = [east - middle[0], north - middle[1]];
  return [
    Math.min(w, middle[0] - dx),
    Math.min(s, middle[1] - dy),
    Math.max(e, middle[0] + dx),
    Math.max(n, middle[1] + dy),
  ];
}

/** What a plain map shows: its middle on the unit square of web Mercator, and how many pixels that square has. */
export interface Frame {
  x: number;
  y: number;
  world: number;
  width: number;
  height: number;
}
export function toPlane([lon, lat]: LonLat): [number, number] {
  const y = Math.log(Math.tan(Math.PI / 4 + (lat * RAD) / 2)) / (2 * Math.PI);
  return [lon / 360 + 0.5, 0.5 - y];
}
export function ofPlane(x: number, y: number): LonLat {
  return [(x - 0.5) * 360, (Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) * 2) / RAD - 90];
}
export function project(frame: Frame, at: LonLat): [number, number] {
  const [x, y] = toPlane(at);
  return [(x - frame.x) * frame.world + frame.width / 2, (y - frame.y) * frame.world + frame.height / 2];
}
export function unproject(frame: Frame, x: number, y: number): LonLat {
  return ofPlane(frame.x + (x - frame.width / 2) / frame.world, frame.y + (y - frame.height / 2) / frame.world);
}
/** Pixels of the world at the closest and the farthest. */
const [LEAST, MOST] = [2 ** 15, 2 ** 30];
export function fitted(frame: Frame, [w, s, e, n]: Bounds, margin: number): Frame {
  const [left, bottom] = toPlane([w, s]);
  const [right, top] = toPlane([e, n]);
  const wide = Math.max(1, frame.width - 2 * margin) / Math.max(right - left, 1e-9);
  const high = Math.max(1, frame.height - 2 * margin) / Math.max(bottom - top, 1e-9);
  const world = Math.min(MOST, Math.max(LEAST, Math.min(wide, high)));
  return { ...frame, x: (left + right) / 2, y: (top + bottom) / 2, world };
}
/** Closer or farther, so that what is under a pixel stays there. */
export function zoomed(frame: Frame, factor: number, x: number, y: number): Frame {
  const world = Math.min(MOST, Math.max(LEAST, frame.world * factor));
  const [px, py] = [x - frame.width / 2, y - frame.height / 2];
  return {
    ...frame,
    world,
    x: frame.x + px / frame.world - px / world,
    y: frame.y + py / frame.world - py / world,
  };
}
/** A round length for a scale: 1, 2 or 5 times a power of ten, at most so many metres. */
export function roundLength(most: number): number {
  const ten = 10 ** Math.floor(Math.log10(most));
  return (most / ten >= 5 ? 5 : most / ten >= 2 ? 2 : 1) * ten;
}
