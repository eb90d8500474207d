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
import { without, type Stretch } from './stretches';
import { view, type TraceSide } from './view.svelte';
import { Watched } from './watched';

/** So many windows are ranked, and so many of them get their moments at first. */
const MOST = 20;
const WITH_MOMENTS = 6;
/** The daemon tells of what was entered here too; not heard within this, milliseconds, it is somebody else's. */
const ECHO = 5_000;

/** What an answer told was watched of a camera. */
interface Told {
  event: number;
  camera: string;
  share: number;
  stretches: Stretch[];
}

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
  problem = $state.raw<Problem | null>(null);
  /** What was said of the last entry: footage that is missing, or there although it was said to be missing. */
  warned = $state.raw<Entered['conflicts']>([]);
  /** Why an entry was refused: it contradicts something; and how it is entered all the same, with a reason. */
  contradiction = $state.raw<{ detail: string; again: (despite: string) => Promise<boolean> } | null>(null);
  /** What was begun in a trace that was left before the daemon refused it: nobody may believe that it was entered. */
  lost = $state.raw<{ trace: number; title: string; problem: Problem } | null>(null);
  /** Somebody else entered something since. */
  others = $state(false);
  /** Goes up whenever the first window of a new ranking was chosen. */
  jumps = $state(0);
  /** Moments that were answered no, by recording and instant. */
  refused = $state<Record<string, true>>({});
  /** How sure whoever answers is that it is it; kept from answer to answer, so that it shows beside where one answers. */
  confidence = $state<Confidence | null>(null);
  readonly watched = new Watched();
  /** What answers from here told was watched, by their events. */
  #told = $state.raw<Told[]>([]);
  #going: AbortController | null = null;
  /** The problem is that it could not be read or ranked. */
  #unread = false;
  #moments = WITH_MOMENTS;
  /** The trace that all of this is of. */
  #of: number | null = null;
  /** `look.clocks` as it was when what was watched began to be counted. */
  #clocks = 0;
  /** The trace of which the first window is chosen once it is ranked anew. */
  #jump: number | null = null;
  /** The traces into which something is being entered. */
  #pending = $state.raw<number[]>([]);
  #echoes: { at: number }[] = [];
  /** The events that were entered from here. */
  readonly #own = new Set<number>();

  /** Something is being entered into the trace that is open. */
  get entering(): boolean {
    return view.shown.trace !== null && this.#pending.includes(view.shown.trace);
  }

  get windows(): TraceWindow[] {
    return this.next?.windows ?? [];
  }
  get chosen(): TraceWindow | undefined {
    return again(this.windows, view.shown.window) ?? this.windows[0];
  }
  /** What answers from here told was watched of a camera, but those that were taken back. */
  told(camera: string): Told[] {
    const gone = new Set(this.answer?.events.map((one) => (one.what === 'undone' ? one.event : null)));
    return this.#told.filter((one) => one.camera === camera && !gone.has(one.event));
  }

  /** Reads the trace of the address and ranks anew. `unasked`: the daemon told of something; why an entry was refused stays to be read. */
  async load(unasked = false): Promise<void> {
    const { trace, side } = view.shown;
    const purpose = session.purpose?.number;
    this.stop();
    if (trace !== this.#of || purpose === undefined) this.#empty();
    this.#of = trace;
    // What was watched is told in true time, and lies elsewhere now.
    if (look.clocks !== this.#clocks) this.#unwatch();
    this.#clocks = look.clocks;
    if (trace === null || purpose === undefined) return;
    const going = (this.#going = new AbortController());
    const path = `/traces/${trace}`;
    const way = typeof side === 'number' ? { after: side } : { side };
    const { signal } = going;
    this.loading = true;
    if (!unasked || this.#unread) this.problem = null;
    this.#unread = false;
    try {
      const answer = await get<TraceAnswer>(path, { purpose }, signal);
      if (this.#added(answer)) this.others = true;
      this.answer = answer;
      // The sighting that was gone on from was taken back, or is the last now.
      if (typeof side === 'number' && !answer.sightings.slice(0, -1).some((one) => one.event === side)) {
        return view.set({ side: 'after' });
      }
      const ask = { ...way, most: MOST, moments: this.#moments, purpose };
      const reached = post<Reach>(`${path}/reach`, { ...way, purpose }, signal).catch(() => null);
      this.next = await post<NextAnswer>(`${path}/next`, ask, signal);
      if (this.#jump === trace) {
        this.#jump = null;
        this.jumps += 1;
        this.choose(this.windows[0]);
      }
      const reach = await reached;
      if (!signal.aborted) this.reach = reach;
    } catch (error) {
      if (signal.aborted) return;
      this.problem = problemOf(error);
      this.#unread = true;
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
    this.warned = [];
    this.others = false;
    this.refused = {};
    this.confidence = null;
    this.#unwatch();
    this.#echoes = [];
    this.#moments = WITH_MOMENTS;
  }
  #unwatch(): void {
    this.watched.clear();
    this.#told = [];
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
    this.#jump = trace;
    view.go({ trace, panel: 'trace', side: 'after', window: null });
    // Another trace is read by whoever watches the address.
    if (same) void this.load();
  }
  /** Goes on from elsewhere. */
  turn(side: TraceSide): void {
    if (side === view.shown.side) return;
    this.#jump = view.shown.trace;
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
    // Whoever went elsewhere meanwhile finds it in the list.
    if (view.shown.panel === 'start') this.open(trace);
  }
  /** It was seen. Everything is ranked anew, and the wall goes to the first window. `trace`: the one in which it was begun. */
  async seen(request: SightingRequest, trace = view.shown.trace): Promise<boolean> {
    const again = (despite: string) => this.seen({ ...request, despite }, trace);
    const entered = await this.#enter(trace, 'seen', request, again);
    if (!entered) return false;
    return this.#onward(entered.trace);
  }
  /**
   * What a frame shows is a sighting, at the time that its still has as the clock is known. How sure somebody is goes with it only where
   * they see what they chose: beside the windows.
   */
  seenAt({ camera, own, still }: Pick<Frame, 'camera' | 'own' | 'still'>): Promise<boolean> {
    const sure = view.shown.panel === 'trace' && this.confidence;
    return this.seen({ camera, at: rfc(own), ...(still ? { still } : {}), ...(sure ? { confidence: sure } : {}) });
  }
  /** The next word for how sure somebody is; after the last, none. */
  surer(): void {
    const at = this.confidence === null ? -1 : CONFIDENCES.indexOf(this.confidence);
    this.confidence = CONFIDENCES[at + 1] ?? null;
  }
  /** It was looked for. `watched`: what the share was measured by. */
  async looked(request: LookedRequest, watched: Stretch[] = [], trace = view.shown.trace): Promise<boolean> {
    const again = (despite: string) => this.looked({ ...request, despite }, watched, trace);
    const entered = await this.#enter(trace, 'looked', request, again);
    if (!entered) return false;
    if (watched.length > 0 && entered.trace === view.shown.trace) {
      const { camera, share = 1 } = request;
      this.#told = [...this.#told, { event: entered.event, camera, share: share ?? 1, stretches: watched }];
    }
    return this.#onward(entered.trace);
  }
  async #onward(trace: number): Promise<true> {
    if (trace !== view.shown.trace) return true;
    this.#jump = trace;
    this.others = false;
    await this.load();
    return true;
  }
  async undo(event: number): Promise<void> {
    const trace = view.shown.trace;
    if (!(await this.#enter(trace, 'undo', { event }))) return;
    if (trace === view.shown.trace) await this.load();
  }
  /** Enters something into the trace in which it was begun, whatever is open when the daemon answers. */
  async #enter(
    trace: number | null,
    what: string,
    body: unknown,
    again?: (despite: string) => Promise<boolean>,
  ): Promise<Entered | null> {
    if (trace === null || this.#pending.includes(trace)) return null;
    const title = this.answer?.id === trace ? this.answer.title : '';
    const open = () => trace === view.shown.trace;
    const echo = { at: Date.now() };
    this.#pending = [...this.#pending, trace];
    this.problem = null;
    this.warned = [];
    if (events.live) this.#echoes.push(echo);
    try {
      const entered = await post<Entered>(`/traces/${trace}/${what}`, body);
      this.#own.add(entered.event);
      if (open()) {
        this.warned = entered.conflicts;
        this.contradiction = null;
      }
      return entered;
    } catch (error) {
      this.#echoes = this.#echoes.filter((one) => one !== echo);
      const problem = problemOf(error);
      if (!open()) this.lost = { trace, title, problem };
      else if (again && problem.code === 'contradiction') {
        this.contradiction = { detail: problem.message, again };
        view.set({ panel: 'trace' });
      } else {
        this.problem = problem;
        this.#unread = false;
      }
      return null;
    } finally {
      this.#pending = this.#pending.filter((one) => one !== trace);
    }
  }
  /** The daemon tells that something was entered: here, or by somebody else. */
  heard(trace: number | undefined): void {
    if (trace === undefined || trace !== view.shown.trace) return;
    this.#echoes = this.#echoes.filter(({ at }) => Date.now() - at < ECHO);
    if (this.#echoes.shift() !== undefined) return;
    void this.load(true);
  }
  /** Something may have been entered that was not told. It is ranked anew where something was, or where the last reading failed. */
  async missed(): Promise<void> {
    const { trace } = view.shown;
    const purpose = session.purpose?.number;
    if (trace === null || purpose === undefined) return;
    this.#echoes = [];
    // What is being read may have been read before it was entered.
    if (this.loading) return this.load(true);
    const answer = await get<TraceAnswer>(`/traces/${trace}`, { purpose }).catch(() => null);
    if (!answer || trace !== view.shown.trace || this.loading) return;
    if (this.#unread || this.#added(answer)) await this.load(true);
  }
  /** Whether somebody else entered something since this trace was read last. */
  #added(answer: TraceAnswer): boolean {
    if (this.answer?.id !== answer.id) return false;
    const known = new Set(this.answer.events.map((one) => one.id));
    return answer.events.some((one) => !known.has(one.id) && !this.#own.has(one.id));
  }
}

function problemOf(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(0, 'failed', String(error));
}

export const tracing = new Tracing();
