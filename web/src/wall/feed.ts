// What is behind a <video>: fetches parts of recordings and puts them where the film has them, so that media time is exact.
import { address, Problem, request } from '../api/client';
import { FrameReader, FrameTable } from './frames';
import { filled, gone, joined, without, type Range, type Want } from './plan';
import { ptsOf } from './timeline';

/** How pictures are asked for. */
export interface Quality {
  /** Lines; null: as in the file. */
  height: number | null;
  maxFps: number | null;
  h265: boolean;
}

/** What lies behind the shown instant and is kept, seconds: stepping back needs no fetching. */
const BEHIND = 20;
const AHEAD = 90;

export class Feed {
  readonly frames = new FrameTable();
  readonly #video: HTMLVideoElement;
  readonly #source = new MediaSource();
  readonly #url: string;
  readonly #open: Promise<void>;
  #buffer: SourceBuffer | null = null;
  #codecs = '';
  #done: Range[] = [];
  /** One change of the buffer after the other. */
  #last: Promise<void> = Promise.resolve();
  #going: { want: Want; stop: AbortController } | null = null;
  #closed = false;
  /** Media times (whole seconds) that were fetched a second time. */
  readonly #again = new Set<number>();
  /** Starts of frames that a part ended with: not every file tells how long its frames last, and where none follows in the part … */
  readonly #lasts = new Set<number>();

  constructor(video: HTMLVideoElement) {
    this.#video = video;
    this.#url = URL.createObjectURL(this.#source);
    this.#open = new Promise((resolve) => this.#source.addEventListener('sourceopen', () => resolve(), { once: true }));
    video.src = this.#url;
  }
  close(): void {
    this.#closed = true;
    this.stop();
    this.#video.removeAttribute('src');
    this.#video.load();
    URL.revokeObjectURL(this.#url);
  }

  /** What was fetched, media times. */
  get done(): Range[] {
    return this.#done;
  }
  /** The part that is on its way. */
  get wanted(): Want | null {
    return this.#going?.want ?? null;
  }
  filled(media: number): number {
    return filled(this.#done, media);
  }
  /** A frame is there for this media time. */
  has(media: number): boolean {
    const ranges = this.#video.buffered;
    for (let at = 0; at < ranges.length; at++) {
      if (ranges.start(at) <= media + 1e-6 && media < ranges.end(at)) return true;
    }
    return false;
  }
  /**
   * Where a player can stand for this media time: there, or on the frame of then where that may not reach so far, as where a camera
   * was silent, its file damaged, or a part ends; null: nothing is there yet.
   */
  settle(media: number): number | null {
    if (this.has(media)) {
      // … the browser may hold it to be over at once, and show the next part's first frame long before its time.
      const frame = this.frames.at(media);
      return frame !== null && this.#lasts.has(frame) ? frame : media;
    }
    if (this.filled(media) === 0) return null;
    const frame = this.frames.at(media) ?? this.frames.after(media);
    if (frame !== null && this.has(frame)) return frame;
    // The browser let go what was fetched (frames whose keyframe went, for instance): it is fetched once more.
    const place = Math.round(media);
    if (!this.#again.has(place)) {
      this.#again.add(place);
      this.#done = without(this.#done, { from: media - 0.5, to: media + 2 });
    }
    return null;
  }

  /** Lets what is under way go. */
  stop(): void {
    this.#going?.stop.abort();
    this.#going = null;
  }
  /** Fetches a part; it can be seen while it comes. */
  async fetch(want: Want, quality: Quality, purpose: number): Promise<void> {
    this.stop();
    const stop = new AbortController();
    const going = (this.#going = { want, stop });
    const { stretch } = want;
    const query = {
      from_us: ptsOf(stretch, want.from),
      to_us: Math.max(ptsOf(stretch, want.to), ptsOf(stretch, want.from) + 1),
      height: quality.height,
      max_fps: quality.maxFps,
      h265: quality.h265,
      sound: false,
      purpose,
    };
    let reached = want.from;
    try {
      const path = `/recordings/${encodeURIComponent(stretch.recording)}/clip`;
      const response = await request('GET', path, { query, signal: stop.signal });
      const zero = Number(response.headers.get('X-Truyvet-Zero-Pts-Us') ?? NaN);
      const codecs = response.headers.get('X-Truyvet-Codecs');
      if (!Number.isFinite(zero) || !codecs || !response.body) throw new Problem(0, 'failed', address(path));
      const offset = Math.round(stretch.from * 1e6 + (zero - stretch.pts)) / 1e6;
      await this.#change(() => this.#begin(codecs, offset), stop.signal);
      const reader = response.body.getReader();
      const frames = new FrameReader();
      let coming: number[] = [];
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        const starts = frames.push(value).map((frame) => Math.round(frame.start + offset * 1e6) / 1e6);
        await this.#append(value, stop.signal);
        if (starts.length === 0) continue;
        this.frames.add(starts);
        // Their bytes are all here when the next ones begin.
        reached = Math.max(reached, ...coming);
        coming = starts;
      }
      for (const last of coming.slice(-1)) this.#lasts.add(last);
      reached = want.to;
    } finally {
      // What came before somebody went elsewhere is not asked for again.
      if (reached > want.from)
        this.#done = joined([...this.#done, { from: want.from, to: Math.min(reached, want.to) }]);
      if (this.#going === going) this.#going = null;
    }
  }

  /** Lets go what is far from the shown instant. */
  async tidy(media: number): Promise<void> {
    for (const part of gone(this.#done, media, BEHIND, AHEAD)) {
      this.#done = without(this.#done, part);
      this.frames.drop(part.from, part.to);
      await this.#change((buffer) => buffer?.remove(part.from, part.to));
    }
  }
  /** Lets everything go, for instance since pictures are wanted otherwise. */
  async clear(): Promise<void> {
    this.stop();
    this.#done = [];
    this.frames.clear();
    this.#again.clear();
    this.#lasts.clear();
    await this.#change((buffer) => buffer?.remove(0, Infinity));
  }

  #begin(codecs: string, offset: number): void {
    const kind = `video/mp4; codecs="${codecs}"`;
    if (!this.#buffer) {
      this.#buffer = this.#source.addSourceBuffer(kind);
      this.#source.duration = 1e7;
    } else if (codecs.slice(0, 4) !== this.#codecs.slice(0, 4)) this.#buffer.changeType(kind);
    // What an earlier part that was not taken to its end left in the parser goes.
    else this.#buffer.abort();
    this.#codecs = codecs;
    this.#buffer.timestampOffset = offset;
  }
  async #append(bytes: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<void> {
    try {
      await this.#change((buffer) => buffer?.appendBuffer(bytes), signal);
    } catch (error) {
      if (!(error instanceof DOMException && error.name === 'QuotaExceededError')) throw error;
      const media = this.#video.currentTime;
      await this.#change((buffer) => buffer?.remove(0, Math.max(0.1, media - 2)));
      this.#done = without(this.#done, { from: 0, to: media - 2 });
      await this.#change((buffer) => buffer?.appendBuffer(bytes), signal);
    }
  }
  /** Changes the buffer when it is at rest, and waits until it is again. */
  #change(run: (buffer: SourceBuffer | null) => void, signal?: AbortSignal): Promise<void> {
    const made = this.#last.then(async () => {
      await this.#open;
      signal?.throwIfAborted();
      if (this.#closed || this.#source.readyState !== 'open') throw new DOMException('closed', 'AbortError');
      run(this.#buffer);
      const buffer = this.#buffer;
      if (!buffer?.updating) return;
      await new Promise((resolve) => buffer.addEventListener('updateend', resolve, { once: true }));
    });
    this.#last = made.catch(() => undefined);
    return made;
  }
}
