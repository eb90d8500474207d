// The geometry of the map, and how cameras are drawn.
import { describe, expect, it } from 'vitest';
import type { SiteCamera, Witness } from '../api/types';
import {
  around,
  beyond,
  circle,
  fitted,
  metres,
  project,
  roundLength,
  sector,
  unproject,
  zoomed,
  type Frame,
} from './geo';
import { drawn, groupRows, labelled, shapeOf } from './standing';

const AT: [number, number] = [106.2962, 18.0735];
const frame: Frame = { x: 0, y: 0, world: 2 ** 24, width: 400, height: 300 };

describe('geometry', () => {
  it('goes as far as it says, and in the direction', () => {
    for (const bearing of [0, 45, 90, 180, 269]) expect(metres(AT, beyond(AT, bearing, 300))).toBeCloseTo(300, 3);
    const [east, north] = [beyond(AT, 90, 300), beyond(AT, 0, 300)];
    expect(east[0]).toBeGreaterThan(AT[0]);
    expect(east[1]).toBeCloseTo(AT[1], 5);
    expect(north[1]).toBeGreaterThan(AT[1]);
  });
  it('draws a field of view around its azimuth, in metres', () => {
    const edge = sector(AT, 250, 100, 60);
    expect(edge[0]).toEqual(AT);
    expect(edge.at(-1)).toEqual(AT);
    for (const point of edge.slice(1, -1)) expect(metres(AT, point)).toBeCloseTo(60, 3);
    expect(edge[1]).toEqual(beyond(AT, 200, 60));
    expect(circle(AT, 300).every((point) => Math.abs(metres(AT, point) - 300) < 0.01)).toBe(true);
  });
  it('fits what it should show, and gives back the point under a pixel', () => {
    const bounds = around(circle(AT, 300))!;
    const shown = fitted(frame, bounds, 20);
    for (const corner of [bounds.slice(0, 2), bounds.slice(2)] as [number, number][]) {
      const [x, y] = project(shown, corner);
      expect(x).toBeGreaterThanOrEqual(19.9);
      expect(x).toBeLessThanOrEqual(380.1);
      expect(y).toBeGreaterThanOrEqual(19.9);
      expect(y).toBeLessThanOrEqual(280.1);
    }
    const back = unproject(shown, ...project(shown, AT));
    expect(metres(back, AT)).toBeLessThan(0.01);
  });
  it('zooms around the pointer', () => {
    const shown = fitted(frame, around([AT])!, 20);
    const under = unproject(shown, 37, 211);
    const [x, y] = project(zoomed(shown, 1.7, 37, 211), under);
    expect(x).toBeCloseTo(37, 3);
    expect(y).toBeCloseTo(211, 3);
  });
  it('has a scale of round lengths', () => {
    expect([99, 100, 240, 510, 0.7].map(roundLength)).toEqual([50, 100, 200, 500, 0.5]);
  });
});

describe('cameras', () => {
  const camera = (id: string) => ({ id, name: id, lon: 106, lat: 18, view: null }) as SiteCamera;
  const witness = (id: string, standing: string, group = 'g1', checked = true) =>
    ({ id, standing, group, clock: { checked } }) as Witness;
  it('come as the answer has them, then the others', () => {
    const all = drawn(
      [camera('c'), camera('a'), camera('b')],
      [witness('b', 'gap'), witness('a', 'partly', 'g', false)],
    );
    expect(all.map(({ id, shape, unchecked }) => [id, shape, unchecked])).toEqual([
      ['b', 'slash', false],
      ['a', 'half', true],
      ['c', 'dot', false],
    ]);
  });
  it('have another shape for each thing that is meant', () => {
    const shapes = (['recorded', 'partly', 'stills_only', 'cannot_say', 'damaged', 'gap'] as const).map(shapeOf);
    expect(new Set(shapes).size).toBe(shapes.length);
  });
  it('are labelled where there is room beside labels and marks', () => {
    const labels: [number, number, number][] = [
      [0, 0, 40],
      [10, 4, 40],
      [10, 20, 40],
      [60, 0, 40],
      [200, 0, 40],
    ];
    expect(labelled(labels, 12, [[220, 3]])).toEqual([true, false, true, true, false]);
  });
  it('are counted by group, also a group without any', () => {
    const groups = [
      { id: 'g1', name: 'Tổ 1', cameras: 3 },
      { id: 'g2', name: 'Tổ 2', cameras: 0 },
    ];
    const rows = groupRows(groups, [witness('a', 'recorded'), witness('b', 'gap')]);
    expect(rows.map(({ cameras, asked, recorded }) => [cameras, asked, recorded])).toEqual([
      [3, 2, 1],
      [0, 0, 0],
    ]);
  });
});
