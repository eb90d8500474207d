// The axis' keys and their words.
import type { Key } from '../state/keys.svelte';
import { look } from '../state/look.svelte';
import { words } from '../text/index.svelte';
import type { Control } from './control.svelte';
import type { Track } from './lanes';

const t = words({
  vi: {
    lane: 'camera trên, camera dưới',
    cursor: 'đưa con trỏ theo giờ (Shift: dời trục)',
    closer: 'phóng gần',
    farther: 'thu xa',
    whole: 'cả khoảng thời gian',
    gap: 'khoảng trống kế tiếp (Shift: trước đó)',
    open: 'đưa camera lên tường tại lúc này',
    off: 'bỏ camera khỏi tường',
    back: 'bỏ con trỏ, rồi về cả khoảng',
  },
  en: {
    lane: 'camera above, camera below',
    cursor: 'move the cursor in time (Shift: move the axis)',
    closer: 'closer',
    farther: 'farther',
    whole: 'the whole window',
    gap: 'next gap (Shift: the one before)',
    open: 'put the camera on the wall at this time',
    off: 'take the camera off the wall',
    back: 'leave the cursor, then back to the whole window',
  },
});

export function keys(control: Control, tracks: () => Map<string, Track>): Key[] {
  const chosen = () => (look.focus === null ? undefined : tracks().get(look.focus));
  const key = (key: string, words: () => string, run: Key['run'], hidden = false): Key => ({
    key,
    words,
    run,
    hidden,
    part: 'axis',
  });
  const sideways = (direction: 1 | -1) => (event: KeyboardEvent) =>
    event.shiftKey ? control.leap(direction) : control.step(direction);
  return [
    key(
      'ArrowUp',
      () => t().lane,
      () => control.choose(-1),
    ),
    key(
      'ArrowDown',
      () => t().lane,
      () => control.choose(1),
    ),
    key('ArrowLeft', () => t().cursor, sideways(-1)),
    key('ArrowRight', () => t().cursor, sideways(1)),
    key(
      '+',
      () => t().closer,
      () => control.zoomHere(0.5),
    ),
    key(
      '=',
      () => t().closer,
      () => control.zoomHere(0.5),
      true,
    ),
    key(
      '-',
      () => t().farther,
      () => control.zoomHere(2),
    ),
    key(
      'Home',
      () => t().whole,
      () => control.home(),
    ),
    key(
      'g',
      () => t().gap,
      () => control.gap(chosen(), true),
    ),
    key(
      'G',
      () => t().gap,
      () => control.gap(chosen(), false),
      true,
    ),
    key(
      'Enter',
      () => t().open,
      () => {
        const range = control.range;
        const camera = look.focus ?? look.cameras[0]?.id;
        if (range && camera) control.open(camera, control.cursor(range));
      },
    ),
    key(
      'Escape',
      () => t().back,
      () => void control.back(),
    ),
  ];
}
