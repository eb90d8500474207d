// What is being asked before it is asked: the sentence, and the chips that were edited. Pure, so that it can be tested.
import type { Answer, AskedPlace, Kind, Place, Reading, Understood } from '../api/types';
import type { Shown } from '../state/view.svelte';
import { ms } from '../time';

export type Draft = Pick<Shown, 'phrase' | 'kind' | 'reading' | 'radius' | 'from' | 'to' | 'lat' | 'lon' | 'place'>;

export function draftOf(shown: Shown): Draft {
  const { phrase, kind, reading, radius, from, to, lat, lon, place } = shown;
  return { phrase, kind, reading, radius, from, to, lat, lon, place };
}
/** Another sentence: what was edited belonged to the one before. The kind of incident stays. */
export function retold(draft: Draft, phrase: string): Draft {
  if (phrase === draft.phrase) return draft;
  return { ...draft, phrase, reading: null, radius: null, from: null, to: null, lat: null, lon: null, place: null };
}
export function sameDraft(one: Draft, other: Draft): boolean {
  return (Object.keys(one) as (keyof Draft)[]).every((name) => one[name] === other[name]);
}

/** The reading that a draft stands on; null where the sentence tells no time. */
export function readingOf(draft: Draft, understood: Understood | null): Reading | null {
  return understood?.readings[(draft.reading ?? 1) - 1] ?? null;
}
/** The interval that will be searched: as edited, as answered, or as the sentence says. */
export function windowOf(
  draft: Draft,
  understood: Understood | null,
  answer: Answer | null,
): { from: number; to: number; edited: boolean } | null {
  if (draft.from !== null && draft.to !== null) return { from: draft.from, to: draft.to, edited: true };
  const span = answer?.window ?? readingOf(draft, understood);
  return span && { from: ms(span.start), to: ms(span.end), edited: false };
}

export interface Where {
  name: string | null;
  lat: number | null;
  lon: number | null;
  shape: string | null;
  edited: boolean;
}
/** The place that will be searched around. */
export function placeOf(draft: Draft, understood: Understood | null, answer: Answer | null): Where | null {
  if (draft.lat !== null && draft.lon !== null) {
    return { name: draft.place, lat: draft.lat, lon: draft.lon, shape: 'point', edited: true };
  }
  const place: AskedPlace | Place | null = answer?.place ?? understood?.places[0] ?? null;
  return place && { name: place.name, lat: place.lat, lon: place.lon, shape: place.shape, edited: false };
}
/** Metres around the place. */
export function radiusOf(draft: Draft, kinds: Kind[], answer: Answer | null): number {
  const kind = kinds.find((kind) => kind.id === draft.kind) ?? kinds[0];
  return draft.radius ?? answer?.place?.radius_m ?? kind?.radius_m ?? 300;
}

/** Readings that the sentence can also mean: their number, and the reading. */
export function otherReadings(draft: Draft, understood: Understood | null): [number, Reading][] {
  if (draft.from !== null) return [];
  const chosen = draft.reading ?? 1;
  const all = (understood?.readings ?? []).map((reading, index): [number, Reading] => [index + 1, reading]);
  return all.filter(([number]) => number !== chosen);
}
/** Places that the same words may mean as well: those nearly as likely as the best, and those that other words name. */
export function otherPlaces(draft: Draft, understood: Understood | null): Place[] {
  const [best, ...rest] = understood?.places ?? [];
  if (!best) return [];
  const likely = rest.filter((place) => place.text !== best.text || best.score - place.score < 0.15);
  const all = draft.lat === null ? likely : [best, ...likely];
  return all.filter((place) => place.lat !== null && !(place.lat === draft.lat && place.lon === draft.lon)).slice(0, 4);
}
/** The next reading, or the one before, around. */
export function turned(draft: Draft, understood: Understood | null, by: 1 | -1): number | null {
  const count = understood?.readings.length ?? 0;
  if (count < 2 || draft.from !== null) return draft.reading;
  const next = ((draft.reading ?? 1) - 1 + by + count) % count;
  return next + 1;
}
/** An interval, wider (or narrower) by a share of itself on either side: whole minutes, never less than two minutes long. */
export function widened(from: number, to: number, wider: boolean): [number, number] {
  const minutes = (to - from) / 60_000;
  const step = minutes < 30 ? 5 : minutes < 180 ? 15 : 60;
  const by = step * 60_000;
  if (wider) return [from - by, to + by];
  const least = Math.min(to - from, 120_000);
  const less = Math.min(by, Math.max(0, (to - from - least) / 2));
  return [from + less, to - less];
}
