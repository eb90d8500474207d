// The map by WebGL. Comes as a piece of its own, since it is large and the page should open without it.
import 'maplibre-gl/dist/maplibre-gl.css';
import { addProtocol, Map as GlMap, setWorkerUrl } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import { PMTiles, Protocol, TileType } from 'pmtiles';
import type { LonLat } from './geo';
import type { Areas, Ground, MapInfo, Roads } from './ground.svelte';
import { styleOf, type Base } from './style';

setWorkerUrl(workerUrl);
const protocol = new Protocol();
addProtocol('pmtiles', protocol.tile);

export interface Drawing {
  ground: Ground;
  restyle(dark: boolean): void;
  remove(): void;
}
interface Options {
  container: HTMLElement;
  info: MapInfo;
  roads: Roads;
  areas: Areas;
  dark: boolean;
  label: string;
  moved: () => void;
  failed: (why: string) => void;
}

/** What the site's own base map is made of; null where it cannot be read: roads and cameras are shown all the same. */
async function baseOf(info: MapInfo): Promise<Base | null> {
  if (!info.base) return null;
  try {
    const tiles = new PMTiles(new URL(info.base.url, location.origin).href);
    protocol.add(tiles);
    const url = `pmtiles://${tiles.source.getKey()}`;
    const { tileType } = await tiles.getHeader();
    if (tileType !== TileType.Mvt) return { url, raster: true };
    const about = (await tiles.getMetadata()) as { vector_layers?: { id: string }[] };
    return { url, raster: false, layers: (about.vector_layers ?? []).map((layer) => layer.id) };
  } catch {
    return null;
  }
}

export async function draw(options: Options): Promise<Drawing> {
  const { container, info, roads, areas, moved, failed } = options;
  const base = await baseOf(info);
  const map = new GlMap({
    container,
    style: styleOf(roads, areas, base, options.dark),
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    maxPitch: 0,
    fadeDuration: 0,
    renderWorldCopies: false,
    locale: { 'Map.Title': options.label },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.on('move', moved);
  map.on('resize', moved);
  map.getCanvas().addEventListener('webglcontextlost', () => failed('context lost'));
  return {
    ground: {
      project: (at) => {
        const { x, y } = map.project(at);
        return [x, y];
      },
      unproject: (x, y): LonLat => {
        const { lng, lat } = map.unproject([x, y]);
        return [lng, lat];
      },
      fit: ([w, s, e, n]) => {
        // What it is fitted to may have changed a moment ago, which MapLibre learns later.
        map.resize();
        map.fitBounds([w, s, e, n], { padding: 26, duration: 0 });
      },
      zoom: (factor) => map.jumpTo({ zoom: map.getZoom() + Math.log2(factor) }),
    },
    restyle: (dark) => map.setStyle(styleOf(roads, areas, base, dark)),
    remove: () => map.remove(),
  };
}
