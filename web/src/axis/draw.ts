// Draws one lane: what is recorded, how much moved, what is missing, how sure the times are. Every colour has a shape of its own too:
// height for activity, hatching for gaps, crosses for damage, dots for a clock that nobody checked.
import { gapAt, type Hole, type Stretch, type Track } from './lanes';
import { x, type Range } from './scale';

export interface Palette {
  ground: string;
  recorded: string;
  still: string;
  busy: string;
  gap: string;
  damage: string;
  doubt: string;
  text: string;
  sighting: string;
}
/** The page's colours as the browser has them now. */
export function palette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const of = (name: string) => style.getPropertyValue(name).trim();
  return {
    ground: of('--sunken'),
    recorded: of('--recorded'),
    still: of('--activity-0'),
    busy: of('--activity-1'),
    gap: of('--gap'),
    damage: of('--damage'),
    doubt: of('--doubt'),
    text: of('--text'),
    sighting: of('--sighting'),
  };
}

type Rgb = [number, number, number];
/** Red, green and blue of `#rrggbb` or `#rgb`. */
export function rgb(colour: string): Rgb {
  const hex = colour.replace('#', '');
  const full = hex.length === 3 ? [...hex].map((digit) => digit + digit).join('') : hex;
  const at = (from: number) => parseInt(full.slice(from, from + 2), 16) || 0;
  return [at(0), at(2), at(4)];
}
const alpha = (colour: string, much: number) => `rgb(${rgb(colour).join(' ')} / ${much})`;
/** The sequential scale of activity, 0 to 1. */
export function heat(still: Rgb, busy: Rgb, value: number): string {
  const part = (i: 0 | 1 | 2) => Math.round(still[i] + (busy[i] - still[i]) * value);
  return `rgb(${part(0)} ${part(1)} ${part(2)})`;
}

/** The greatest activity in each column of `step` pixels; null where nothing is known. */
export function columns(track: Track, range: Range, width: number, step: number): (number | null)[] {
  const count = Math.ceil(width / step);
  const out = new Array<number | null>(count).fill(null);
  const bins = track.activity.length;
  const binWide = (track.range[1] - track.range[0]) / bins;
  for (let column = 0; column < count && bins > 0; column++) {
    const from = range[0] + ((column * step) / width) * (range[1] - range[0]);
    const to = range[0] + (((column + 1) * step) / width) * (range[1] - range[0]);
    const first = Math.max(0, Math.floor((from - track.range[0]) / binWide));
    const last = Math.min(bins - 1, Math.ceil((to - track.range[0]) / binWide) - 1);
    for (let bin = first; bin <= last; bin++) {
      const value = track.activity[bin] ?? null;
      if (value !== null) out[column] = Math.max(out[column] ?? 0, value);
    }
  }
  return out;
}

/** Fills a stretch whose ends are only known within ± `soft` pixels: from nothing to full over twice that. */
function softly(ctx: CanvasRenderingContext2D, colour: string, a: number, b: number, soft: number, box: Box): void {
  const { top, height, width } = box;
  const [left, right] = [Math.max(a - soft, -1), Math.min(b + soft, width + 1)];
  if (right <= left) return;
  if (soft < 1) {
    ctx.fillStyle = colour;
    // What is shorter than a pixel is still there.
    ctx.fillRect(Math.max(a, 0), top, Math.max(1, Math.min(b, width) - Math.max(a, 0)), height);
    return;
  }
  const fill = ctx.createLinearGradient(a - soft, 0, b + soft, 0);
  const whole = b - a + 2 * soft;
  const edge = Math.min(0.5, (2 * soft) / whole);
  // Shorter than its own uncertainty: nowhere certain.
  const peak = Math.min(1, (b - a) / (2 * soft));
  fill.addColorStop(0, alpha(colour, 0));
  fill.addColorStop(edge, alpha(colour, peak));
  fill.addColorStop(1 - edge, alpha(colour, peak));
  fill.addColorStop(1, alpha(colour, 0));
  ctx.fillStyle = fill;
  ctx.fillRect(left, top, right - left, height);
}
interface Box {
  top: number;
  height: number;
  width: number;
}

const patterns = new Map<string, CanvasPattern | null>();
/** Diagonal lines, crosses for damage, dots for single pictures. */
function pattern(
  ctx: CanvasRenderingContext2D,
  kind: 'lines' | 'crosses' | 'dots',
  colour: string,
): CanvasPattern | null {
  const key = `${kind}${colour}`;
  const made = patterns.get(key);
  if (made !== undefined) return made;
  const tile = document.createElement('canvas');
  tile.width = tile.height = 8;
  const on = tile.getContext('2d');
  if (!on) return null;
  on.strokeStyle = on.fillStyle = colour;
  on.lineWidth = 1.3;
  on.beginPath();
  if (kind === 'dots') on.rect(1, 1, 2, 2);
  else {
    for (const at of [-8, 0, 8]) {
      on.moveTo(at - 1, 9);
      on.lineTo(at + 9, -1);
      if (kind === 'crosses') {
        on.moveTo(at - 1, -1);
        on.lineTo(at + 9, 9);
      }
    }
  }
  if (kind === 'dots') on.fill();
  else on.stroke();
  const fresh = ctx.createPattern(tile, 'repeat');
  patterns.set(key, fresh);
  return fresh;
}

function hole(ctx: CanvasRenderingContext2D, gap: Hole, range: Range, box: Box, colours: Palette): void {
  const a = x(gap.from, range, box.width);
  const [left, right] = [Math.max(a, 0), Math.min(x(gap.to, range, box.width), box.width)];
  if (right <= 0 || left >= box.width) return;
  const damaged = gap.reason === 'damaged';
  const colour = damaged ? colours.damage : colours.gap;
  const kind = damaged ? 'crosses' : gap.reason === 'stills_only' || gap.reason === 'future' ? 'dots' : 'lines';
  const wide = Math.max(1.5, right - left);
  ctx.globalAlpha = 0.14;
  ctx.fillStyle = colour;
  ctx.fillRect(left, box.top, wide, box.height);
  const fill = pattern(ctx, kind, colour);
  if (fill) {
    // Anchored to the gap, so that it moves with it.
    fill.setTransform(new DOMMatrix().translate(Math.max(a, -1e6) % 8, 0));
    ctx.globalAlpha = gap.reason === 'future' ? 0.25 : 0.62;
    ctx.fillStyle = fill;
    ctx.fillRect(left, box.top, wide, box.height);
  }
  ctx.globalAlpha = 1;
}

export interface Sight {
  range: Range;
  width: number;
  height: number;
  colours: Palette;
}
const FLOOR = 5;
const STEP = 2;

/** Draws a track into a canvas whose pixels are already scaled. */
export function draw(ctx: CanvasRenderingContext2D, track: Track, sight: Sight): void {
  const { range, width, height, colours } = sight;
  ctx.clearRect(0, 0, width, height);
  const all: Box = { top: 0, height, width };
  const shown = (span: Stretch) => span.to >= range[0] && span.from <= range[1];
  for (const gap of track.gaps.filter(shown)) hole(ctx, gap, range, all, colours);
  const soft = (((track.uncertainty ?? 0) * 1000) / (range[1] - range[0])) * width;
  const near = (span: Stretch) =>
    shown({ from: span.from - (track.uncertainty ?? 0) * 1000, to: span.to + (track.uncertainty ?? 0) * 1000 });
  const recorded = track.recorded.filter(near);
  for (const span of recorded) {
    const [a, b] = [x(span.from, range, width), x(span.to, range, width)];
    ctx.globalAlpha = 0.2;
    softly(ctx, colours.recorded, a, b, soft, all);
    ctx.globalAlpha = 1;
    softly(ctx, colours.recorded, a, b, soft, { top: height - FLOOR, height: FLOOR, width });
  }
  // A minute of a month is not nothing: what is too short to be seen stands out over its full height.
  ctx.fillStyle = colours.recorded;
  for (const span of recorded) {
    const [a, b] = [x(span.from, range, width), x(span.to, range, width)];
    if (b - a < 3) ctx.fillRect(a - 1, 0, Math.max(2, b - a + 1), height);
  }
  // Among single pictures, where each is.
  for (const at of track.thumbnails) {
    if (gapAt(track, at)?.reason === 'stills_only') ctx.fillRect(x(at, range, width) - 1, height - 10, 2, 10);
  }
  const [still, busy] = [rgb(colours.still), rgb(colours.busy)];
  const room = height - FLOOR - 2;
  columns(track, range, width, STEP).forEach((value, column) => {
    if (value === null) return;
    const part = Math.min(1, value / 100);
    const tall = Math.max(1, Math.round(part * room));
    ctx.fillStyle = heat(still, busy, part);
    ctx.fillRect(column * STEP, height - FLOOR - tall, STEP, tall);
  });
  if (track.uncertainty === null) {
    // A clock that nobody checked: how far off it is cannot be drawn as an edge.
    ctx.fillStyle = colours.doubt;
    for (const span of recorded) {
      const from = Math.max(0, x(span.from, range, width));
      for (let at = Math.ceil(from / 6) * 6; at < Math.min(width, x(span.to, range, width)); at += 6)
        ctx.fillRect(at, 0, 2, 2);
    }
  }
}

/** A diamond: seen here. A triangle: a moment that stands out. */
export function pin(
  ctx: CanvasRenderingContext2D,
  at: number,
  height: number,
  kind: 'mark' | 'moment',
  colours: Palette,
): void {
  const half = kind === 'mark' ? 6 : 4;
  const middle = kind === 'mark' ? height / 2 : 0;
  ctx.beginPath();
  if (kind === 'mark') ctx.moveTo(at, middle - half);
  ctx.lineTo(at + half, middle);
  ctx.lineTo(at, middle + half + (kind === 'mark' ? 0 : 2));
  ctx.lineTo(at - half, middle);
  ctx.closePath();
  ctx.fillStyle = kind === 'mark' ? colours.sighting : colours.text;
  ctx.strokeStyle = colours.ground;
  ctx.lineWidth = 1.5;
  ctx.stroke();
  ctx.fill();
}
/** A bracket from the last instant before to the first after: in between it got brighter. */
export function bracket(ctx: CanvasRenderingContext2D, a: number, b: number, height: number, colours: Palette): void {
  ctx.strokeStyle = colours.busy;
  ctx.lineWidth = 2;
  ctx.strokeRect(a, 1, Math.max(2, b - a), height - 2);
}
