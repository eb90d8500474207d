// Reads from a fragmented mp4, while it comes, when its frames are shown (ISO/IEC 14496-12 §8.8): the player knows every frame's
// time exactly, also where the browser does not tell which one it shows.

/** Microseconds of the mp4's own time; its unit is a microsecond. */
export interface Frame {
  start: number;
  end: number;
}

const VIDEO = 1;
const name = (view: DataView, at: number) =>
  String.fromCharCode(...new Uint8Array(view.buffer, view.byteOffset + at, 4));

/** Each box between two offsets: its name, where its content begins and where it ends. */
function* boxes(view: DataView, from: number, to: number): Generator<[string, number, number]> {
  let at = from;
  while (at + 8 <= to) {
    const size = view.getUint32(at);
    if (size < 8 || at + size > to) return;
    yield [name(view, at + 4), at + 8, at + size];
    at += size;
  }
}

/** The frames of a `moof` (offsets of its content). */
function ofFragment(view: DataView, from: number, to: number): Frame[] {
  const frames: Frame[] = [];
  for (const [kind, start, end] of boxes(view, from, to)) {
    if (kind !== 'traf') continue;
    let track = 0;
    let decode = 0;
    for (const [kind, at] of boxes(view, start, end)) {
      if (kind === 'tfhd') track = view.getUint32(at + 4);
      else if (kind === 'tfdt')
        decode = view.getUint8(at) === 1 ? Number(view.getBigUint64(at + 4)) : view.getUint32(at + 4);
      else if (kind === 'trun' && track === VIDEO) frames.push(...ofRun(view, at, decode));
    }
  }
  return frames;
}

/** The frames of a `trun`: each with a duration, a size, flags and an offset, as its flags tell. */
function ofRun(view: DataView, at: number, decode: number): Frame[] {
  const flags = view.getUint32(at) & 0xffffff;
  const count = view.getUint32(at + 4);
  const [duration, size, marks, offset] = [0x100, 0x200, 0x400, 0x800].map((flag) => (flags & flag ? 4 : 0)) as [
    number,
    number,
    number,
    number,
  ];
  let field = at + 8 + (flags & 1 ? 4 : 0) + (flags & 4 ? 4 : 0);
  const frames: Frame[] = [];
  for (let frame = 0; frame < count; frame++) {
    const lasts = duration ? view.getUint32(field) : 0;
    const start = decode + (offset ? view.getInt32(field + duration + size + marks) : 0);
    frames.push({ start, end: start + lasts });
    decode += lasts;
    field += duration + size + marks + offset;
  }
  return frames;
}

export class FrameReader {
  #kept = new Uint8Array(0);
  /** Bytes of a box that is of no interest and still to come. */
  #skip = 0;

  /** Takes the next bytes, however they were cut; gives the frames that they tell of. */
  push(bytes: Uint8Array): Frame[] {
    const skipped = Math.min(this.#skip, bytes.length);
    this.#skip -= skipped;
    const fresh = bytes.subarray(skipped);
    const all = new Uint8Array(this.#kept.length + fresh.length);
    all.set(this.#kept);
    all.set(fresh, this.#kept.length);
    const view = new DataView(all.buffer);
    const frames: Frame[] = [];
    let at = 0;
    while (at + 8 <= all.length) {
      const size = view.getUint32(at);
      // Ours are never of 64 bits, nor until the end of the file.
      if (size < 8) break;
      const whole = at + size <= all.length;
      if (name(view, at + 4) === 'moof') {
        if (!whole) break;
        frames.push(...ofFragment(view, at + 8, at + size));
      } else if (!whole) {
        this.#skip = at + size - all.length;
        at = all.length;
        break;
      }
      at += size;
    }
    this.#kept = all.slice(at);
    return frames;
  }
}

/** Starts of frames in media time (seconds), in order. */
export class FrameTable {
  #starts: number[] = [];

  add(starts: number[]): void {
    if (starts.length === 0) return;
    const all = [...this.#starts, ...starts].sort((one, other) => one - other);
    // The same frame comes again where parts overlap.
    this.#starts = all.filter((start, at) => at === 0 || start - all[at - 1]! > 5e-7);
  }
  drop(from: number, to: number): void {
    this.#starts = this.#starts.filter((start) => start < from || start >= to);
  }
  clear(): void {
    this.#starts = [];
  }
  /** The frame that is shown at a media time: the last that starts at or before it. */
  at(media: number): number | null {
    return this.#starts[this.#after(media) - 1] ?? null;
  }
  /** The one after that. */
  after(media: number): number | null {
    return this.#starts[this.#after(media)] ?? null;
  }
  #after(media: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle]! <= media + 5e-7) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
