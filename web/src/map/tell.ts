// A camera's state in words: how far it is, whether it sees the place, what it recorded, how its clock stands. Pure.
import type { Lang } from '../text/index.svelte';
import { STANDING, type Drawn } from './standing';

/** `nhanh 7 phút`, `chậm 12 giây`; null for less than a second. */
export function offsetWords(seconds: number, lang: Lang): string | null {
  const size = Math.abs(seconds);
  if (size < 1) return null;
  const amount = size < 90 ? Math.round(size) : size < 5400 ? Math.round(size / 60) : Math.round(size / 360) / 10;
  const unit = size < 90 ? ['giây', 's'] : size < 5400 ? ['phút', 'min'] : ['giờ', 'h'];
  const number = String(amount).replace('.', lang === 'vi' ? ',' : '.');
  return lang === 'vi'
    ? `giờ camera ${seconds > 0 ? 'nhanh' : 'chậm'} ${number} ${unit[0]}`
    : `clock ${number} ${unit[1]} ${seconds > 0 ? 'fast' : 'slow'}`;
}

/** The parts of the sentence, the weightiest first; empty for a camera that was not asked about. */
export function tell(camera: Drawn, lang: Lang): string[] {
  const witness = camera.witness;
  if (!witness) return [];
  const vi = lang === 'vi';
  const { standing, coverage, clock } = witness;
  const share = standing === 'partly' ? ` (${Math.round(coverage * 100)} %)` : '';
  const offset = clock.checked ? offsetWords(clock.offset_s, lang) : vi ? 'giờ chưa kiểm' : 'clock unchecked';
  return [
    `${Math.round(witness.distance_m)} m`,
    `${STANDING[standing][lang]}${share}`,
    ...(witness.sees_place ? [vi ? 'nhìn thấy nơi xảy ra' : 'sees the place'] : []),
    ...(offset ? [offset] : []),
  ];
}
