// The state of the view, which lives in the address: a link or a reload shows the same again.

export type Screen = 'look' | 'strip' | 'status' | 'admin';
/** What of a trace stands in the place of the lanes. */
export type TracePanel = 'trace' | 'start' | 'list';
/** Where a trace is gone on: after its last sighting, before its first, or after the sighting of this event. */
export type TraceSide = 'after' | 'before' | number;
export type WallSize = 1 | 4 | 9 | 16;

export interface Shown {
  screen: Screen;
  /** The sentence that was asked. */
  phrase: string;
  kind: string | null;
  reading: number | null;
  radius: number | null;
  /** An interval that replaces the sentence's, milliseconds. */
  from: number | null;
  to: number | null;
  /** A place that replaces the sentence's. */
  lat: number | null;
  lon: number | null;
  /** What that place is called; null: a point without a name. */
  place: string | null;
  /** The cameras on the wall, in their order. */
  wall: string[];
  size: WallSize;
  /** The wall's clock, milliseconds of true time. */
  t: number | null;
  /** What the axis shows, milliseconds. */
  axis: [number, number] | null;
  /** The purpose's number. */
  purpose: number | null;
  /** Of status and administration: which part, and after a `/` what of it. */
  part: string | null;
  /** The still of the strip that is looked at: its camera and start. */
  still: string | null;
  /** The trace that is open. */
  trace: number | null;
  panel: TracePanel | null;
  side: TraceSide;
  /** Its window that is chosen: camera and start. */
  window: string | null;
}

const EMPTY: Shown = {
  screen: 'look',
  phrase: '',
  kind: null,
  reading: null,
  radius: null,
  from: null,
  to: null,
  lat: null,
  lon: null,
  place: null,
  wall: [],
  size: 4,
  t: null,
  axis: null,
  purpose: null,
  part: null,
  still: null,
  trace: null,
  panel: null,
  side: 'after',
  window: null,
};

function number(text: string | null): number | null {
  const value = text === null || text === '' ? NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}

/** What an address shows. What it does not know is left out. */
export function read(address: string): Shown {
  const url = new URL(address, 'http://here');
  const q = url.searchParams;
  const screen = url.pathname.split('/')[1] ?? '';
  const axis = (q.get('axis') ?? '').split('-').map(Number);
  const size = number(q.get('size'));
  const trace = number(q.get('trace'));
  const panel = q.get('panel');
  const side = q.get('side');
  return {
    screen: screen === 'strip' || screen === 'status' || screen === 'admin' ? screen : 'look',
    phrase: q.get('q') ?? '',
    kind: q.get('kind'),
    reading: number(q.get('reading')),
    radius: number(q.get('radius')),
    from: number(q.get('from')),
    to: number(q.get('to')),
    lat: number(q.get('lat')),
    lon: number(q.get('lon')),
    place: q.get('place'),
    wall: (q.get('wall') ?? '').split(',').filter(Boolean),
    size: size === 1 || size === 9 || size === 16 ? size : 4,
    t: number(q.get('t')),
    axis: axis.length === 2 && axis.every(Number.isFinite) && axis[0]! < axis[1]! ? [axis[0]!, axis[1]!] : null,
    purpose: number(q.get('for')),
    still: q.get('still'),
    trace,
    panel: panel === 'start' || panel === 'list' || (panel === 'trace' && trace !== null) ? panel : null,
    side: side === 'before' ? side : (number(side) ?? 'after'),
    window: q.get('window'),
    part: url.pathname.split('/').slice(2).join('/') || null,
  };
}

/** The address of what is shown. */
export function write(shown: Shown): string {
  const q = new URLSearchParams();
  const put = (name: string, value: string | number | null) => {
    if (value !== null && value !== '') q.set(name, String(value));
  };
  put('q', shown.phrase);
  put('kind', shown.kind);
  put('reading', shown.reading);
  put('radius', shown.radius);
  put('from', shown.from);
  put('to', shown.to);
  put('lat', shown.lat);
  put('lon', shown.lon);
  put('place', shown.place);
  put('wall', shown.wall.join(','));
  if (shown.size !== 4) put('size', shown.size);
  put('t', shown.t === null ? null : Math.round(shown.t));
  put('axis', shown.axis && `${Math.round(shown.axis[0])}-${Math.round(shown.axis[1])}`);
  put('for', shown.purpose);
  put('still', shown.still);
  put('trace', shown.trace);
  put('panel', shown.panel);
  if (shown.side !== 'after') put('side', shown.side);
  put('window', shown.window);
  const path = shown.screen === 'look' ? '/' : `/${shown.screen}${shown.part ? `/${shown.part}` : ''}`;
  const text = q.toString();
  return `${path}${text ? `?${text}` : ''}`;
}

/** Browsers refuse an address that changes more often than some three times a second. */
const FOLLOWS_MS = 400;

class View {
  shown = $state<Shown>({ ...EMPTY });
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.shown = read(location.href);
    window.addEventListener('popstate', () => (this.shown = read(location.href)));
  }
  /** Another step, to which "back" returns. */
  go(change: Partial<Shown>): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    Object.assign(this.shown, change);
    history.pushState(null, '', write(this.shown));
  }
  /** The same step, looked at otherwise: many times a second is fine, the address follows every now and then. */
  set(change: Partial<Shown>): void {
    Object.assign(this.shown, change);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      history.replaceState(null, '', write(this.shown));
    }, FOLLOWS_MS);
  }
}

export const view = new View();
