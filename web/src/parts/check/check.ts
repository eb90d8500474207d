// A clock check that is being entered: what is wrong with it, and what is sent.
import { words } from '../../text/index.svelte';
import { length } from '../../text/lengths';
import { ofLocal, rfc } from '../../time';

/** The fields of the form, as they are typed; times on the site's clocks. */
export interface Draft {
  camera: string;
  shown: string;
  truth: string;
  uncertainty: string;
  note: string;
}
export type Wrong = Partial<Record<keyof Draft, string>>;

const t = words({
  vi: {
    camera: 'Chọn camera.',
    shown: 'Ghi giờ mà camera chỉ, tới giây.',
    truth: 'Ghi giờ thật vào lúc đó, tới giây.',
    future: 'Giờ thật không thể ở tương lai.',
    uncertainty: 'Ghi sai số bằng giây, lớn hơn 0.',
  },
  en: {
    camera: 'Choose the camera.',
    shown: 'Enter what the camera shows, to the second.',
    truth: 'Enter the true time of that moment, to the second.',
    future: 'The true time cannot lie in the future.',
    uncertainty: 'Enter the error in seconds, more than 0.',
  },
});
const far = words({
  vi: { far: (by: string) => `Chênh ${by}: xem lại ngày tháng đã ghi.` },
  en: { far: (by: string) => `They are ${by} apart: look at the dates again.` },
});

const LOCAL = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?$/;

export function seconds(text: string): number {
  return Number(text.trim().replace(',', '.') || NaN);
}
/** Camera time − true time, seconds; null while one of them is missing. */
export function offsetOf(draft: Draft, zone: string): number | null {
  if (!LOCAL.test(draft.shown) || !LOCAL.test(draft.truth)) return null;
  return (ofLocal(draft.shown, zone) - ofLocal(draft.truth, zone)) / 1000;
}
/** What has to be mended before it can be sent. */
export function wrongOf(draft: Draft, now: number, zone: string): Wrong {
  const wrong: Wrong = {};
  if (!draft.camera) wrong.camera = t().camera;
  if (!LOCAL.test(draft.shown)) wrong.shown = t().shown;
  if (!LOCAL.test(draft.truth)) wrong.truth = t().truth;
  else if (ofLocal(draft.truth, zone) > now + 60_000) wrong.truth = t().future;
  if (!(seconds(draft.uncertainty) > 0)) wrong.uncertainty = t().uncertainty;
  return wrong;
}
/** What may well be a slip: the two are more than half a day apart. */
export function doubtOf(draft: Draft, zone: string): string {
  const offset = offsetOf(draft, zone);
  return offset !== null && Math.abs(offset) > 43_200 ? far().far(length(offset)) : '';
}
/** The body of POST /clocks. */
export function body(draft: Draft, zone: string): Record<string, unknown> {
  return {
    camera: draft.camera,
    shown: rfc(ofLocal(draft.shown, zone)),
    true: rfc(ofLocal(draft.truth, zone)),
    uncertainty_s: seconds(draft.uncertainty),
    ...(draft.note.trim() ? { note: draft.note.trim() } : {}),
  };
}
