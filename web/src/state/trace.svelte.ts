// The trace that is open: its route, the windows worth a look, where it may be; and what is entered into it. The trace's own panel,
// the map and the wall read and write here.
import { get, post, Problem } from '../api/client';
import {
  CONFIDENCES,
  type Confidence,
  type Entered,
  type LookedRequest,
  type Mover,
  type NextAnswer,
  type Reach,
  type SightingRequest,
  type TraceAnswer,
  type TraceRequest,
  type TraceWindow,
} from '../api/trace';
import { ms, rfc } from '../time';
import { events } from './events.svelte';
import { look, type Frame } from './look.svelte';
import { session } from './session.svelte';
import { union, without, type Stretch } from './stretches';
import { view, type TraceSide } from './view.svelte';
import { Watched } from './watched';

/** So many windows are ranked, and so many of them get their moments at first. */
const MOST = 20;
const WITH_MOMENTS = 6;
/** The daemon tells of what was entered here too; not heard within this, milliseconds, it is somebody else's. */
const ECHO = 5_000;

/** What a window is called in the address. */
export const keyOf = (window: Pick<TraceWindow, 'camera' | 'start'>) => `${window.camera}|${window.start}`;

/** Where footage of a window begins, milliseconds. */
export function begins(window: Pick<TraceWindow, 'start' | 'end' | 'gaps'>): number {
  const whole: Stretch = [ms(window.start), ms(window.end)];
  const recorded = without(
    whole,
    window.gaps.map((gap): Stretch => [ms(gap.start), ms(gap.end)]),
  );
  return Math.ceil(recorded[0]?.[0] ?? whole[0]);
}

/** The window that is chosen among others than before: the same, else one of its camera that holds its middle. */
export function again(windows: TraceWindow[], key: string | null): TraceWindow | undefined {
  const [camera, start] = key?.split('|') ?? [];
  const own = windows.filter((window) => window.camera === camera);
  return (
    own.find((window) => window.start === start) ??
    own.find((window) => start && ms(window.start) <= ms(start) && ms(start) < ms(window.end)) ??
    own[0]
  );
}

class Tracing {
  answer = $state.raw<TraceAnswer | null>(null);
  next = $state.raw<NextAnswer | null>(null);
  reach = $state.raw<Reach | null>(null);
  /** Being read and ranked. */
  loading = $state(false);
  /** Something is being entered. */
  entering = $state(false);
  problem = $state.raw<Problem | null>(null);
  /** What was said of the last entry: footage that is missing, or there although it was said to be missing. */
  warned = $state.raw<Entered['conflicts']>([]);
  /** Why an entry was refused: it contradicts something; and how it is entered all the same, with a reason. */
  contradiction = $state.raw<{ detail: string; again: (despite: string) => Promise<boolean> } | null>(null);
  /** Somebody else entered something since. */
  others = $state(false);
  /** Goes up whenever the first window of a new ranking was chosen. */
  jumps = $state(0);
  /** Moments that were answered no, by recording and instant. */
  refused = $state<Record<string, true>>({});
  /** How sure whoever answers is that it is it; kept from answer to answer, so that it shows beside where one answers. */
  confidence = $state<Confidence | null>(null);
  readonly watched = new Watched();
  /** What of the watched was told in answers already, by their events. */
  #told = $state.raw<{ event: number; camera: string; stretches: Stretch[] }[]>([]);
  #going: AbortController | null = null;
  #moments = WITH_MOMENTS;
  /** Once it is ranked anew, the first window is chosen. */
  #jump = false;
  #echoes: number[] = [];

  get windows(): TraceWindow[] {
    return this.next?.windows ?? [];
  }
  get chosen(): TraceWindow | undefined {
    return again(this.windows, view.shown.window) ?? this.windows[0];
  }
  told(camera: string): Stretch[] {
    return union(this.#told.filter((one) => one.camera === camera).flatMap((one) => one.stretches));
  }

  /** Reads the trace of the address and ranks anew. */
  async load(): Promise<void> {
    const { trace, side } = view.shown;
    const purpose = session.purpose?.number;
    this.stop();
    if (trace === null || purpose === undefined) return this.#empty();
    if (this.answer && this.answer.id !== trace) this.#empty();
    const going = (this.#going = new AbortController());
    const path = `/traces/${trace}`;
    const way = typeof side === 'number' ? { after: side } : { side };
    const { signal } = going;
    this.loading = true;
    this.problem = null;
    try {
      const answer = await get<TraceAnswer>(path, { purpose }, signal);
      this.answer = answer;
      // The sighting that was gone on from was taken back, or is the last now.
      if (typeof side === 'number' && !answer.sightings.slice(0, -1).some((one) => one.event === side)) {
        return view.set({ side: 'after' });
      }
      const ask = { ...way, most: MOST, moments: this.#moments, purpose };
      const reached = post<Reach>(`${path}/reach`, { ...way, purpose }, signal).catch(() => null);
      this.next = await post<NextAnswer>(`${path}/next`, ask, signal);
      if (this.#jump) {
        this.#jump = false;
        this.jumps += 1;
        this.choose(this.windows[0]);
      }
      this.reach = await reached;
    } catch (error) {
      if (signal.aborted) return;
      this.problem = problemOf(error);
    } finally {
      if (this.#going === going) this.loading = false;
    }
  }
  stop(): void {
    this.#going?.abort();
    this.loading = false;
  }
  #empty(): void {
    this.answer = this.next = this.reach = this.contradiction = this.problem = null;
    this.others = false;
    this.refused = {};
    this.confidence = null;
    this.#told = [];
    this.#moments = WITH_MOMENTS;
  }
  /** Moments are asked for a window that was too far down the list to get its own. */
  async momentsOf(window: TraceWindow): Promise<void> {
    if (window.rank <= this.#moments) return;
    this.#moments = MOST;
    await this.load();
  }

  /** Chooses a window: the wall shows its camera, where footage begins. */
  choose(window: TraceWindow | undefined): void {
    if (!window) return view.set({ window: null });
    look.focus = window.camera;
    view.set({ window: keyOf(window), wall: [window.camera], size: 1, t: begins(window) });
  }
  /** Opens and closes the panel: of the trace that is open, of a new one from what the wall shows, else the list of traces. */
  toggle(): void {
    const { panel, trace, wall } = view.shown;
    const fresh = wall.length > 0 || look.focus !== null ? 'start' : 'list';
    view.go({ panel: panel !== null ? null : trace !== null ? 'trace' : fresh });
  }
  /** Opens a trace, in a step of its own; the wall goes to its first window. */
  open(trace: number): void {
    const same = view.shown.trace === trace && view.shown.side === 'after';
    this.#jump = true;
    view.go({ trace, panel: 'trace', side: 'after', window: null });
    // Another trace is read by whoever watches the address.
    if (same) void this.load();
  }
  /** Goes on from elsewhere. */
  turn(side: TraceSide): void {
    if (side === view.shown.side) return;
    this.#jump = true;
    view.set({ side, window: null });
  }
  close(): void {
    this.stop();
    this.#empty();
    view.go({ trace: null, panel: null, side: 'after', window: null });
  }
  async start(mover: Mover, title: string, sighting: SightingRequest): Promise<void> {
    const body: TraceRequest = { kind: mover, title, sighting, purpose: session.purpose?.number };
    const { trace } = await post<Entered>('/traces', body);
    this.open(trace);
  }
  /** It was seen. Everything is ranked anew, and the wall goes to the first window. */
  async seen(request: SightingRequest): Promise<boolean> {
    const entered = await this.#enter('seen', request, (despite) => this.seen({ ...request, despite }));
    if (!entered) return false;
    return this.#onward();
  }
  /** What a frame shows is a sighting. How sure somebody is goes with it only where they see what they chose: beside the windows. */
  seenAt({ camera, at, still }: Pick<Frame, 'camera' | 'at' | 'still'>): Promise<boolean> {
    const sure = view.shown.panel === 'trace' && this.confidence;
    return this.seen({ camera, at: rfc(at), ...(still ? { still } : {}), ...(sure ? { confidence: sure } : {}) });
  }
  /** The next word for how sure somebody is; after the last, none. */
  surer(): void {
    const at = this.confidence === null ? -1 : CONFIDENCES.indexOf(this.confidence);
    this.confidence = CONFIDENCES[at + 1] ?? null;
  }
  /** It was looked for. `watched`: what the share was measured by. */
  async looked(request: LookedRequest, watched: Stretch[] = []): Promise<boolean> {
    const entered = await this.#enter('looked', request, (despite) => this.looked({ ...request, despite }, watched));
    if (!entered) return false;
    if (watched.length > 0) {
      this.#told = [...this.#told, { event: entered.event, camera: request.camera, stretches: watched }];
    }
    return this.#onward();
  }
  async #onward(): Promise<true> {
    this.#jump = true;
    this.others = false;
    await this.load();
    return true;
  }
  async undo(event: number): Promise<void> {
    if (!(await this.#enter('undo', { event }))) return;
    this.#told = this.#told.filter((one) => one.event !== event);
    await this.load();
  }
  async #enter(what: string, body: unknown, again?: (despite: string) => Promise<boolean>): Promise<Entered | null> {
    if (this.entering || view.shown.trace === null) return null;
    this.entering = true;
    this.problem = null;
    this.warned = [];
    if (events.live) this.#echoes.push(Date.now());
    try {
      const entered = await post<Entered>(`/traces/${view.shown.trace}/${what}`, body);
      this.warned = entered.conflicts;
      this.contradiction = null;
      return entered;
    } catch (error) {
      this.#echoes.pop();
      const problem = problemOf(error);
      if (again && problem.code === 'contradiction') {
        this.contradiction = { detail: problem.message, again };
        view.set({ panel: 'trace' });
      } else this.problem = problem;
      return null;
    } finally {
      this.entering = false;
    }
  }
  /** The daemon tells that something was entered: here, or by somebody else. */
  heard(trace: number | undefined): void {
    if (trace === undefined || trace !== view.shown.trace) return;
    this.#echoes = this.#echoes.filter((at) => Date.now() - at < ECHO);
    if (this.#echoes.shift() !== undefined) return;
    this.others = true;
    void this.load();
  }
}

function problemOf(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(0, 'failed', String(error));
}

export const tracing = new Tracing();
