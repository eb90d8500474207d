// What is being looked at: the answer, the instant under the pointer, the marks. The rooms around it (ask, map, axis, wall, strip) read
// and write here and know nothing of each other.
import { post, Problem } from '../api/client';
import type { Answer, Question, Witness } from '../api/types';
import { ms, rfc } from '../time';
import { events } from './events.svelte';
import { session } from './session.svelte';
import { view } from './view.svelte';

/** What the wall shows of one camera. */
export interface Frame {
  camera: string;
  /** Milliseconds of true time, moved as the wall is (`nudges`). */
  at: number;
  /** The same as the clock is known, which is the time of the still: a nudge is of this view only, and whoever else sees it has none. */
  own: number;
  /** Half-width in seconds; null: the camera's clock was never checked. */
  uncertainty: number | null;
  /** `RECORDING@PTS_US`; null: not known. */
  still: string | null;
}

/** "Seen here": the subject before a camera at an instant. */
export interface Mark extends Frame {
  id: string;
  note: string;
}

class Look {
  answer = $state.raw<Answer | null>(null);
  loading = $state(false);
  problem = $state.raw<Problem | null>(null);
  /** The instant under the pointer on the axis, and whose lane it is. */
  hover = $state<{ at: number; camera: string | null } | null>(null);
  /** The camera that arrow keys and the pointer are on. */
  focus = $state<string | null>(null);
  marks = $state<Mark[]>([]);
  /** Moments of the strip that were looked at: marked or dismissed, by camera and start. */
  judged = $state<Record<string, 'yes' | 'no'>>({});
  /** Seconds by which a camera is moved against the others, in this view only. */
  nudges = $state<Record<string, number>>({});
  /** Goes up whenever clocks changed: lanes and players are asked for anew. */
  clocks = $state(0);
  /** Gives the frame that is chosen on the wall; null where the wall shows none. */
  frame: () => Frame | null = () => null;
  /** What was asked last, as `wanted` says it. */
  asked = $state<string | null>(null);
  /** What the answer answers, likewise: after a failure or a stop it is not what was asked last. */
  answered = $state<string | null>(null);
  #going: AbortController | null = null;
  #marked = 0;

  /** The window of the answer, milliseconds. */
  get window(): [number, number] | null {
    const window = this.answer?.window;
    return window ? [ms(window.start), ms(window.end)] : null;
  }
  /** The instant that the sentence told, around which the window lies, milliseconds; null where it told a stretch. */
  get told(): number | null {
    if (view.shown.from !== null) return null;
    const reading = this.answer?.readings[(view.shown.reading ?? 1) - 1];
    const before = reading?.padding_before_s ?? null;
    return reading && before !== null ? ms(reading.start) + before * 1000 : null;
  }
  get cameras(): Witness[] {
    return this.answer?.cameras ?? [];
  }
  camera(id: string): Witness | undefined {
    return this.cameras.find((camera) => camera.id === id);
  }

  /** What the address asks, as one text: the same text is the same question. Null: it asks nothing. */
  get wanted(): string | null {
    const { phrase, kind, reading, radius, from, to, lat, lon } = view.shown;
    const told = phrase.trim() !== '' || (from !== null && to !== null && lat !== null && lon !== null);
    return told ? JSON.stringify([phrase, kind, reading, radius, from, to, lat, lon]) : null;
  }
  /** What the view asks; null while nobody said what for. */
  question(): Question | null {
    const { phrase, kind, reading, radius, from, to, lat, lon, place } = view.shown;
    const purpose = session.purpose;
    if (!purpose) return null;
    const question: Question = { phrase, purpose: purpose.number };
    if (kind) question.kind = kind;
    if (reading !== null) question.reading = reading;
    if (radius !== null) question.radius_m = radius;
    if (from !== null && to !== null) Object.assign(question, { from: rfc(from), to: rfc(to) });
    if (lat !== null && lon !== null) question.at = place ? { lat, lon, name: place } : { lat, lon };
    return question;
  }
  /** Asks what the view says. A question that is under way is dropped. */
  async ask(): Promise<void> {
    const question = this.question();
    if (!question) return;
    const wanted = (this.asked = this.wanted);
    this.#going?.abort();
    const going = (this.#going = new AbortController());
    this.loading = true;
    this.problem = null;
    try {
      this.answer = await post<Answer>('/ask', question, going.signal);
      this.answered = wanted;
    } catch (error) {
      if (going.signal.aborted) return;
      this.problem = error instanceof Problem ? error : new Problem(0, 'failed', String(error));
    }
    if (this.#going === going) this.loading = false;
  }
  /** Drops a question that is under way. */
  cancel(): void {
    this.#going?.abort();
    this.loading = false;
  }
  /** Asks again, for instance since a clock was checked. */
  async again(): Promise<void> {
    this.clocks += 1;
    if (this.answer) await this.ask();
  }

  /** A clock was changed here. The daemon tells everybody of it; only who does not hear it asks again by themselves. */
  clockChanged(): void {
    if (!events.live) void this.again();
  }

  /** Puts a camera on the wall, or takes it off. */
  toggle(camera: string): void {
    const wall = view.shown.wall;
    const next = wall.includes(camera) ? wall.filter((one) => one !== camera) : [...wall, camera].slice(-16);
    view.set({ wall: next });
  }
  mark(seen: Frame): Mark {
    const mark = { id: String(++this.#marked), note: '', ...seen };
    this.marks = [...this.marks, mark].sort((one, other) => one.at - other.at);
    return mark;
  }
  unmark(id: string): void {
    this.marks = this.marks.filter((mark) => mark.id !== id);
  }
}

export const look = new Look();
