// What lies under the cameras: roads, areas, a base map where the site has one. The same for whoever draws it.
import { get } from '../api/client';
import type { Bounds, LonLat } from './geo';

/** A map that can be moved: with WebGL or without, the cameras over it do not care. */
export interface Ground {
  project(at: LonLat): [number, number];
  unproject(x: number, y: number): LonLat;
  fit(bounds: Bounds): void;
  zoom(factor: number): void;
}

export interface MapInfo {
  attribution: string[];
  base: { url: string } | null;
  bounds: Bounds | null;
}
export interface Feature<G, P> {
  type: 'Feature';
  geometry: G;
  properties: P;
}
export interface Collection<G, P> {
  type: 'FeatureCollection';
  features: Feature<G, P>[];
}
export type Roads = Collection<{ type: 'LineString'; coordinates: LonLat[] }, { name: string | null; class: string }>;
export type Rings = LonLat[][];
export type Areas = Collection<
  { type: 'Polygon'; coordinates: Rings } | { type: 'MultiPolygon'; coordinates: Rings[] },
  { name: string; kind: 'ward' | 'group' | 'area' }
>;

const none = <T extends { features: unknown[] }>() => ({ type: 'FeatureCollection', features: [] }) as unknown as T;

/** The rings of an area, whatever its form. */
export function rings(geometry: Areas['features'][number]['geometry']): Rings {
  return geometry.type === 'Polygon' ? geometry.coordinates : geometry.coordinates.flat();
}

class Imported {
  info = $state.raw<MapInfo>({ attribution: [], base: null, bounds: null });
  roads = $state.raw<Roads>(none());
  areas = $state.raw<Areas>(none());
  /** Everything that can be had was asked for. */
  ready = $state(false);
  #asked = false;

  /** Asks once; what cannot be had is left out: cameras are shown all the same. */
  async load(): Promise<void> {
    if (this.#asked) return;
    this.#asked = true;
    const [info, roads, areas] = await Promise.allSettled([
      get<MapInfo>('/map'),
      get<Roads>('/map/roads'),
      get<Areas>('/map/areas'),
    ]);
    if (info.status === 'fulfilled') this.info = info.value;
    if (roads.status === 'fulfilled') this.roads = roads.value;
    if (areas.status === 'fulfilled') this.areas = areas.value;
    this.ready = true;
  }
}
export const imported = new Imported();

/** How wide a road is drawn, pixels, and how important it is; by OpenStreetMap's classes. */
export function roadWidth(kind: string): number {
  if (/^(motorway|trunk|primary)/.test(kind)) return 5;
  if (/^(secondary|tertiary)/.test(kind)) return 4;
  if (/^(residential|unclassified|living_street)/.test(kind)) return 3;
  return 1.5;
}
