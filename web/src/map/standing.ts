// How a camera is drawn and what is said of it: a shape and a colour for each of a few meanings, and the words for all. Pure.
import type { Said, SiteCamera, Standing, Witness } from '../api/types';

/** disc: recorded. half: in part. square: single pictures. query: cannot be said. triangle: damaged. slash: nothing then. dot: not asked about. */
export type Shape = 'disc' | 'half' | 'square' | 'query' | 'triangle' | 'slash' | 'dot';

export interface Drawn {
  id: string;
  name: string;
  at: [lon: number, lat: number];
  view: SiteCamera['view'];
  shape: Shape;
  /** The clock was never checked; false where nothing is known of it. */
  unchecked: boolean;
  witness: Witness | null;
}

export const COLOUR: Record<Shape, string> = {
  disc: 'var(--recorded)',
  half: 'var(--recorded)',
  square: 'var(--recorded)',
  query: 'var(--doubt)',
  triangle: 'var(--damage)',
  slash: 'var(--gap)',
  dot: 'var(--text-soft)',
};

export function shapeOf(standing: Standing): Shape {
  switch (standing) {
    case 'recorded':
      return 'disc';
    case 'partly':
    case 'being_written':
      return 'half';
    case 'stills_only':
      return 'square';
    case 'cannot_say':
      return 'query';
    case 'damaged':
      return 'triangle';
    default:
      return 'slash';
  }
}
export const STANDING: Record<Standing, Said> = {
  recorded: { vi: 'có ghi', en: 'recorded' },
  partly: { vi: 'ghi một phần', en: 'recorded in part' },
  stills_only: { vi: 'chỉ có ảnh tĩnh', en: 'single pictures only' },
  cannot_say: { vi: 'không chắc: giờ camera quá mơ hồ', en: 'cannot say: its clock is too uncertain' },
  damaged: { vi: 'tệp hỏng', en: 'the file is damaged' },
  gone: { vi: 'đã ghi nhưng tệp không còn', en: 'was recorded, but the file is gone' },
  being_written: { vi: 'tệp đang được ghi', en: 'the file is still being written' },
  stopped: { vi: 'camera đã ngừng ghi từ trước', en: 'had stopped recording before' },
  gap: { vi: 'trống lúc đó', en: 'a gap then' },
  never: { vi: 'chưa từng có hình', en: 'never recorded anything' },
  not_indexed: { vi: 'chưa quét thư mục hình từ lúc đó', en: 'its folder was not looked through since' },
  future: { vi: 'chưa tới lúc đó', en: 'that time has not come yet' },
};

/** The site's cameras as an answer has them: nearest first, then those that were not asked about. */
export function drawn(cameras: SiteCamera[], answer: Witness[]): Drawn[] {
  const of = new Map(answer.map((witness, order) => [witness.id, { witness, order }]));
  const all = cameras.map((camera): Drawn & { order: number } => {
    const found = of.get(camera.id);
    return {
      id: camera.id,
      name: camera.name,
      at: [camera.lon, camera.lat],
      view: camera.view,
      shape: found ? shapeOf(found.witness.standing) : 'dot',
      unchecked: found ? !found.witness.clock.checked : false,
      witness: found?.witness ?? null,
      order: found?.order ?? Infinity,
    };
  });
  return all.sort((one, other) => (one.order === other.order ? 0 : one.order - other.order));
}

/** Which labels can stand without covering another or another camera's mark: those before come first. Boxes: x, y of the middle of the left edge, width. */
export function labelled(
  labels: [x: number, y: number, width: number][],
  height: number,
  marks: [number, number][],
): boolean[] {
  const boxes = marks.map(([x, y]): [number, number, number] => [x - 6, y, 12]);
  return labels.map(([x, y, width]) => {
    const free = boxes.every(([bx, by, bw]) => x > bx + bw || bx > x + width || Math.abs(y - by) > height);
    if (free) boxes.push([x, y, width]);
    return free;
  });
}

/** How the cameras of each group stand in an answer. */
export interface GroupRow {
  id: string;
  name: string;
  /** All its cameras. */
  cameras: number;
  /** Those asked about, and those of them that recorded something. */
  asked: number;
  recorded: number;
}
export function groupRows(groups: { id: string; name: string; cameras: number }[], answer: Witness[]): GroupRow[] {
  return groups.map(({ id, name, cameras }) => {
    const own = answer.filter((witness) => witness.group === id);
    const recorded = own.filter((witness) => ['disc', 'half', 'square'].includes(shapeOf(witness.standing)));
    return { id, name, cameras, asked: own.length, recorded: recorded.length };
  });
}
