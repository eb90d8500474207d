// Paints roads, borders and their names on a canvas.
import { project, type Frame, type LonLat } from './geo';
import { rings, roadWidth, type Areas, type Roads } from './ground.svelte';
import type { Colours } from './style';

type Pen = CanvasRenderingContext2D;
type Line = [number, number][];

function trace(pen: Pen, line: Line): void {
  line.forEach(([x, y], at) => (at === 0 ? pen.moveTo(x, y) : pen.lineTo(x, y)));
}
function outside(line: Line, { width, height }: Frame): boolean {
  const all = (is: (point: [number, number]) => boolean) => line.every(is);
  return all(([x]) => x < 0) || all(([x]) => x > width) || all(([, y]) => y < 0) || all(([, y]) => y > height);
}
/** The longest part of a line inside the frame, where its name has room. */
function longest(line: Line, frame: Frame): { x: number; y: number; angle: number; length: number } | null {
  let best = null;
  for (let at = 1; at < line.length; at++) {
    const [[ax, ay], [bx, by]] = [line[at - 1]!, line[at]!];
    const [x, y, length] = [(ax + bx) / 2, (ay + by) / 2, Math.hypot(bx - ax, by - ay)];
    if (x < 0 || y < 0 || x > frame.width || y > frame.height) continue;
    const angle = Math.atan((by - ay) / (bx - ax || 1e-9));
    if (!best || length > best.length) best = { x, y, angle, length };
  }
  return best;
}

export function paint(pen: Pen, frame: Frame, roads: Roads, areas: Areas, c: Colours): void {
  const flat = (line: LonLat[]): Line => line.map((at) => project(frame, at));
  pen.fillStyle = c.ground;
  pen.fillRect(0, 0, frame.width, frame.height);
  const zoom = Math.log2(frame.world / 512);
  const wide = Math.min(4, Math.max(0.35, 1.5 ** (zoom - 16)));
  const shown = roads.features
    .map(({ geometry, properties }) => ({ line: flat(geometry.coordinates), ...properties }))
    .filter(({ line }) => !outside(line, frame));
  pen.lineCap = pen.lineJoin = 'round';
  for (const [colour, more] of [
    [c.roadEdge, 1.6],
    [c.road, 0],
  ] as const) {
    pen.strokeStyle = colour;
    for (const road of shown) {
      pen.lineWidth = roadWidth(road.class) * wide + more;
      pen.beginPath();
      trace(pen, road.line);
      pen.stroke();
    }
  }
  pen.strokeStyle = c.border;
  for (const { geometry, properties } of areas.features) {
    pen.lineWidth = properties.kind === 'ward' ? 1.8 : 0.8;
    pen.setLineDash([6, 3, 1, 3]);
    pen.beginPath();
    for (const ring of rings(geometry)) trace(pen, flat(ring));
    pen.stroke();
  }
  pen.setLineDash([]);
  names(pen, frame, shown, c);
}

function names(pen: Pen, frame: Frame, roads: { line: Line; name: string | null }[], c: Colours): void {
  pen.font = "11px 'Inter Variable', sans-serif";
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.lineWidth = 3;
  const done = new Set<string>();
  for (const { line, name } of roads) {
    if (!name || done.has(name)) continue;
    const place = longest(line, frame);
    if (!place || place.length < pen.measureText(name).width + 12) continue;
    done.add(name);
    pen.save();
    pen.translate(place.x, place.y);
    pen.rotate(place.angle);
    pen.strokeStyle = c.halo;
    pen.strokeText(name, 0, 0);
    pen.fillStyle = c.text;
    pen.fillText(name, 0, 0);
    pen.restore();
  }
}
