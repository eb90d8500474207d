// The trace's keys and their words.
import type { Key } from '../state/keys.svelte';
import { words } from '../text/index.svelte';

const t = words({
  vi: {
    up: 'khoảng phía trên',
    down: 'khoảng phía dưới',
    left: 'ảnh trước',
    right: 'ảnh sau',
    open: 'xem ảnh của khoảng',
    yes: 'thấy trong ảnh này',
    no: 'không phải; hết ảnh: không thấy trong khoảng',
    cannotSay: 'không nhìn rõ được',
    gap: 'không có hình',
    share: 'tự ghi phần đã xem',
    sure: 'đổi mức chắc chắn',
    undo: 'hoàn tác mục vừa ghi',
    entries: 'mọi mục đã ghi',
    result: 'kết quả: bảng, tệp, in',
    list: 'các truy vết',
    after: 'đi tiếp',
    before: 'đến từ đâu',
    between: 'giữa hai lần nhìn thấy',
    back: 'lùi một bước',
  },
  en: {
    up: 'the window above',
    down: 'the window below',
    left: 'the still before',
    right: 'the still after',
    open: 'stills of the window',
    yes: 'seen in this still',
    no: 'not it; after the last still: not seen in the window',
    cannotSay: 'cannot say',
    gap: 'there is no footage',
    share: 'type the share that was watched',
    sure: 'another word for how sure you are',
    undo: 'undo the last entry',
    entries: 'all that was entered',
    result: 'result: table, files, print',
    list: 'the traces',
    after: 'where it went',
    before: 'where it came from',
    between: 'between two sightings',
    back: 'one step back',
  },
});

export interface Does {
  step: (by: 1 | -1) => void;
  still: (by: 1 | -1) => void;
  open: () => void;
  yes: () => void;
  no: () => void;
  cannotSay: () => void;
  gap: () => void;
  share: () => void;
  sure: () => void;
  undo: () => void;
  entries: () => void;
  result: () => void;
  list: () => void;
  after: () => void;
  before: () => void;
  between: () => void;
}

function key(key: string, word: keyof ReturnType<typeof t>, run: () => void): Key {
  return { key, words: () => t()[word], run, part: 'trace' };
}

export function keys(does: Does): Key[] {
  return [
    key('ArrowUp', 'up', () => does.step(-1)),
    key('ArrowDown', 'down', () => does.step(1)),
    key('ArrowLeft', 'left', () => does.still(-1)),
    key('ArrowRight', 'right', () => does.still(1)),
    key('Enter', 'open', does.open),
    key('y', 'yes', does.yes),
    key('n', 'no', does.no),
    key('c', 'cannotSay', does.cannotSay),
    key('g', 'gap', does.gap),
    key('f', 'share', does.share),
    key('v', 'sure', does.sure),
    key('u', 'undo', does.undo),
    key('h', 'entries', does.entries),
    key('x', 'result', does.result),
    key('o', 'list', does.list),
    key('a', 'after', does.after),
    key('q', 'before', does.before),
    key('i', 'between', does.between),
  ];
}

export function back(run: () => void): Key[] {
  return [key('Escape', 'back', run)];
}
