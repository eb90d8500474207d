// Looking closer into a picture: how large it is drawn, and which of its points stands in the middle.

export interface Zoom {
  scale: number;
  /** The point in the middle, shares of width and height. */
  x: number;
  y: number;
}
export const WHOLE: Zoom = { scale: 1, x: 0.5, y: 0.5 };
export const LARGEST = 12;

/** Kept within the picture: no edge comes further in than its own side. */
export function within({ scale, x, y }: Zoom): Zoom {
  const large = Math.max(1, Math.min(LARGEST, scale));
  const half = 0.5 / large;
  const held = (at: number) => Math.max(half, Math.min(1 - half, at));
  return { scale: large, x: held(x), y: held(y) };
}
/** Larger by a factor around a point of the tile (shares of its width and height), which stays where it is. */
export function zoomed(zoom: Zoom, by: number, px = 0.5, py = 0.5): Zoom {
  const scale = Math.max(1, Math.min(LARGEST, zoom.scale * by));
  const keep = (centre: number, p: number) => centre + (p - 0.5) * (1 / zoom.scale - 1 / scale);
  return within({ scale, x: keep(zoom.x, px), y: keep(zoom.y, py) });
}
/** Moved by shares of the tile, as a hand pulls the picture. */
export function pulled(zoom: Zoom, dx: number, dy: number): Zoom {
  return within({ ...zoom, x: zoom.x - dx / zoom.scale, y: zoom.y - dy / zoom.scale });
}
/** One key: twice, four times, whole again. */
export function stepped(zoom: Zoom): Zoom {
  return zoom.scale >= 4 ? WHOLE : zoomed(zoom, 2);
}
/** For `transform`, with the origin in the corner. */
export function transform({ scale, x, y }: Zoom): string {
  return `translate(${(0.5 - scale * x) * 100}%, ${(0.5 - scale * y) * 100}%) scale(${scale})`;
}
