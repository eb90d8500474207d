// The kind of incident that a sentence speaks of: offered, never taken by itself. And the purposes that suffice for it. Pure.
import type { Kind, Purpose, Said } from '../api/types';

/** The reason that is one key away. */
export const QUICK = 'trực ban – xác minh nhanh';
/** How the text of an emergency begins, which is said beside it. */
export const URGENT = /^khẩn cấp(: |$)/;

/** A command line's way of saying it, inside a note. */
const TOLD = /--kind ([a-z0-9-]+)/;

function folded(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .replaceAll('đ', 'd');
}
/** Whether the words stand in the text as words. A text without any diacritics is compared without them: `chay` may be `cháy`. */
export function speaksOf(text: string, words: string): boolean {
  const lower = text.normalize('NFC').toLowerCase();
  const bare = folded(lower) === lower;
  const wanted = words.normalize('NFC').toLowerCase();
  const found = (bare ? folded(wanted) : wanted).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}])${found}(?![\\p{L}\\p{N}])`, 'u').test(lower);
}
/** Kinds to offer for a sentence, also those that the daemon's notes name. The first kind of the site is "other". */
export function offered(phrase: string, chosen: string | null, kinds: Kind[], notes: Said[]): Kind[] {
  if (chosen !== null) return [];
  const named = notes.map((note) => TOLD.exec(note.vi)?.[1]);
  const speaks = (kind: Kind) => speaksOf(phrase, kind.name.vi) || speaksOf(phrase, kind.name.en);
  return kinds.slice(1).filter((kind) => named.includes(kind.id) || speaks(kind));
}
/** Notes that a person should read: what is offered as a button need not be said as well. */
export function notesToRead(notes: Said[]): Said[] {
  return notes.filter((note) => !TOLD.test(note.vi));
}
/** Whether a purpose suffices: some kinds (a missing child) want a case or a reason of their own. */
export function suffices(purpose: Purpose | null, kind: Kind | undefined): boolean {
  if (!purpose) return false;
  return !kind?.ask_reason || purpose.emergency || purpose.text !== QUICK;
}
