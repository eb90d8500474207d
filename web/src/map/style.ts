// The map's style, made here: nothing of it comes from a network. Without an address for glyphs MapLibre draws letters with the page's own font.
import type {
  FilterSpecification,
  LayerSpecification,
  LineLayerSpecification,
  SourceSpecification,
  StyleSpecification,
} from 'maplibre-gl';
import type { Areas, Roads } from './ground.svelte';

type LinePaint = NonNullable<LineLayerSpecification['paint']>;

export interface Colours {
  ground: string;
  road: string;
  roadEdge: string;
  water: string;
  green: string;
  building: string;
  border: string;
  text: string;
  halo: string;
}
/** Quiet under what matters: the cameras. */
export function colours(dark: boolean): Colours {
  return dark
    ? {
        ground: '#0e1318',
        road: '#33404d',
        roadEdge: '#1b232c',
        water: '#12273a',
        green: '#13211c',
        building: '#19212a',
        border: '#8d9bab',
        text: '#a9b6c3',
        halo: '#0e1318',
      }
    : {
        ground: '#f1f4f6',
        road: '#ffffff',
        roadEdge: '#c3ccd5',
        water: '#c4dced',
        green: '#dcebdc',
        building: '#e0e5ea',
        border: '#5d6b79',
        text: '#4a5866',
        halo: '#ffffff',
      };
}

/** A base map of the operator's: raster tiles, or vector tiles with the names of their layers. */
export type Base = { url: string; raster: true } | { url: string; raster: false; layers: string[] };

function sourceOf({ raster, url }: Base): SourceSpecification {
  return raster ? { type: 'raster', url, tileSize: 256 } : { type: 'vector', url };
}

/** Layers of the two usual schemes for vector tiles, told by their names; others are left out. */
function baseLayers(base: Base, dark: boolean, c: Colours): LayerSpecification[] {
  if (base.raster) {
    const paint = dark ? { 'raster-brightness-max': 0.45, 'raster-saturation': -0.6 } : { 'raster-saturation': -0.3 };
    return [{ id: 'base', type: 'raster', source: 'base', paint }];
  }
  const layers: LayerSpecification[] = [];
  const fill = (layer: string, colour: string) =>
    layers.push({
      id: `base-${layer}`,
      type: 'fill',
      source: 'base',
      'source-layer': layer,
      filter: ['==', ['geometry-type'], 'Polygon'],
      paint: { 'fill-color': colour },
    });
  const named = (pattern: RegExp) => base.layers.filter((layer) => pattern.test(layer));
  for (const layer of named(/^(landuse|landcover|park)/)) fill(layer, c.green);
  for (const layer of named(/^water/)) fill(layer, c.water);
  for (const layer of named(/^building/)) fill(layer, c.building);
  for (const layer of named(/^(roads|transportation)$/)) {
    const width: LayerSpecification = {
      id: `base-${layer}`,
      type: 'line',
      source: 'base',
      'source-layer': layer,
      paint: { 'line-color': c.road, 'line-width': 1.2 },
    };
    layers.push(width);
  }
  return layers;
}

/** The whole style: a base map if there is one, areas, roads and their names. */
export function styleOf(roads: Roads, areas: Areas, base: Base | null, dark: boolean): StyleSpecification {
  const c = colours(dark);
  const width = (more: number): LinePaint => ({
    'line-width': [
      'interpolate',
      ['exponential', 1.6],
      ['zoom'],
      12,
      ['match', ['get', 'class'], ['motorway', 'trunk', 'primary', 'secondary'], 1 + more, 0.4 + more],
      19,
      ['match', ['get', 'class'], ['motorway', 'trunk', 'primary', 'secondary'], 24 + more, 14 + more],
    ],
  });
  const round = { 'line-cap': 'round', 'line-join': 'round' } as const;
  const text = { 'text-font': ['Inter Variable'], 'text-size': 11 };
  const halo = { 'text-color': c.text, 'text-halo-color': c.halo, 'text-halo-width': 1.5 };
  const group: FilterSpecification = ['==', ['get', 'kind'], 'group'];
  return {
    version: 8,
    sources: {
      ...(base ? { base: sourceOf(base) } : {}),
      roads: { type: 'geojson', data: roads },
      areas: { type: 'geojson', data: areas },
    },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': c.ground } },
      ...(base ? baseLayers(base, dark, c) : []),
      {
        id: 'groups',
        type: 'fill',
        source: 'areas',
        filter: group,
        paint: { 'fill-color': c.border, 'fill-opacity': 0.06 },
      },
      {
        id: 'road-edges',
        type: 'line',
        source: 'roads',
        layout: round,
        paint: { 'line-color': c.roadEdge, ...width(1.6) },
      },
      {
        id: 'roads',
        type: 'line',
        source: 'roads',
        layout: round,
        paint: { 'line-color': c.road, ...width(0) },
      },
      {
        id: 'borders',
        type: 'line',
        source: 'areas',
        paint: {
          'line-color': c.border,
          'line-width': ['match', ['get', 'kind'], 'ward', 1.8, 0.8],
          'line-dasharray': [6, 3, 1, 3],
        },
      },
      {
        id: 'road-names',
        type: 'symbol',
        source: 'roads',
        layout: { ...text, 'symbol-placement': 'line', 'text-field': ['coalesce', ['get', 'name'], ''] },
        paint: halo,
      },
      {
        id: 'area-names',
        type: 'symbol',
        source: 'areas',
        filter: group,
        layout: { ...text, 'text-field': ['get', 'name'] },
        paint: { ...halo, 'text-opacity': 0.85 },
      },
    ],
  };
}
