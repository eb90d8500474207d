// How tiles are laid out: as large as they can be.

/** Width through height of a picture, mostly. */
const SHAPE = 16 / 9;

/** How many tiles stand side by side so that each is as large as possible in this place (pixels). */
export function columns(tiles: number, width: number, height: number, gap = 2): number {
  let best = 1;
  let largest = 0;
  for (let across = 1; across <= tiles; across++) {
    const down = Math.ceil(tiles / across);
    const wide = (width - gap * (across - 1)) / across;
    const high = (height - gap * (down - 1)) / down;
    const size = Math.min(wide, high * SHAPE);
    if (size > largest * 1.001) [best, largest] = [across, size];
  }
  return best;
}
