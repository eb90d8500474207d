// The axis' keys and their words.
import type { Key } from '../state/keys.svelte';
import { look } from '../state/look.svelte';
import { words } from '../text/index.svelte';
import type { Control } from './control.svelte';
import type { Track } from './lanes';

const t = words({
  vi: {
    up: 'camera phía trên',
    down: 'camera phía dưới',
    left: 'lùi con trỏ giờ (Shift: dời trục)',
    right: 'tiến con trỏ giờ (Shift: dời trục)',
    closer: 'phóng gần',
    farther: 'thu xa',
    whole: 'cả khoảng thời gian',
    gap: 'khoảng trống kế tiếp (Shift: trước đó)',
    open: 'đưa camera lên tường tại lúc này',
    back: 'bỏ con trỏ, rồi về cả khoảng',
  },
  en: {
    up: 'the camera above',
    down: 'the camera below',
    left: 'the cursor back in time (Shift: the axis)',
    right: 'the cursor on in time (Shift: the axis)',
    closer: 'closer',
    farther: 'farther',
    whole: 'the whole window',
    gap: 'next gap (Shift: the one before)',
    open: 'put the camera on the wall at this time',
    back: 'leave the cursor, then back to the whole window',
  },
});

type Word = keyof ReturnType<typeof t>;

function key(key: string, word: Word, run: Key['run'], hidden = false): Key {
  return { key, words: () => t()[word], run, hidden, part: 'axis' };
}

export function keys(control: Control, tracks: () => Map<string, Track>): Key[] {
  const chosen = () => (look.focus === null ? undefined : tracks().get(look.focus));
  const sideways = (direction: 1 | -1) => (event: KeyboardEvent) =>
    event.shiftKey ? control.leap(direction) : control.step(direction);
  const open = () => {
    const range = control.range;
    const camera = look.focus ?? look.cameras[0]?.id;
    if (range && camera) control.open(camera, control.cursor(range));
  };
  return [
    key('ArrowUp', 'up', () => control.choose(-1)),
    key('ArrowDown', 'down', () => control.choose(1)),
    key('ArrowLeft', 'left', sideways(-1)),
    key('ArrowRight', 'right', sideways(1)),
    key('+', 'closer', () => control.zoomHere(0.5)),
    key('=', 'closer', () => control.zoomHere(0.5), true),
    key('-', 'farther', () => control.zoomHere(2)),
    key('Home', 'whole', () => control.home()),
    key('g', 'gap', () => control.gap(chosen(), true)),
    key('G', 'gap', () => control.gap(chosen(), false), true),
    key('Enter', 'open', open),
  ];
}

/** Taken only while there is a step to go back; in a field Escape still leaves the field. */
export function escape(control: Control): Key[] {
  const back = (event: KeyboardEvent) => {
    const field = event.target instanceof HTMLElement && event.target.closest<HTMLElement>('input, textarea, select');
    if (field) field.blur();
    else control.back();
  };
  return [key('Escape', 'back', back)];
}
