// One camera on the wall: its film, its <video>, and how it keeps to the wall's clock.
import { post, Problem } from '../api/client';
import type { Play } from '../api/types';
import { rfc } from '../time';
import { Feed, type Quality } from './feed';
import { slips, steer } from './master';
import { next, type Want } from './plan';
import {
  cameraOf,
  film,
  holeAt,
  mediaOf,
  ptsOf,
  stretchAt,
  stretchBefore,
  stretchFrom,
  stretchOfMedia,
  trueOf,
} from './timeline';
import type { Film, Hole, Stretch } from './timeline';

/** The frame that is on the screen. */
export interface Shown {
  /** Milliseconds of true time as it is known, without a nudge, and of the camera's clock. */
  time: number;
  camera: number;
  media: number;
  /** `RECORDING@PTS_US` */
  still: string | null;
}
/** What a player tells the clock: go on, wait for me, or never mind me. */
export type Word = 'ready' | 'wait' | 'free';
export interface Wish {
  h265: boolean;
  /** Alone on the wall: its picture is as large as it is. */
  alone: boolean;
  /** Lines above which a tile's picture is made smaller. */
  lines: number;
  purpose: number;
}

/** What is asked for at once around an instant, seconds. */
const BEFORE = 60;
const AFTER = 600;
/** A tile's picture, where it is made anew. */
const TILE = { height: 360, maxFps: 15 };
/** A gap as short as this (milliseconds) is not spoken of: files rarely begin where the last ended. */
const SHORT = 1000;
/** Milliseconds after which something that failed is tried again. */
const RETRY = 3000;

export class Player {
  readonly camera: string;
  wish: Wish;
  /** Seconds by which its pictures are moved against the others'. */
  nudge = $state(0);
  shown = $state.raw<Shown | null>(null);
  hole = $state.raw<Hole | null>(null);
  /** True time at which pictures go on, milliseconds. */
  goesOn = $state<number | null>(null);
  loading = $state(true);
  /** It could not keep up: the others go on without it. */
  left = $state(false);
  /** Not on the screen just now: it neither runs nor fetches. */
  asleep = $state(false);
  problem = $state.raw<Problem | null>(null);
  uncertainty = $state<number | null>(null);
  /** Size of the picture in the file. */
  size = $state.raw<{ width: number; height: number } | null>(null);

  #video: HTMLVideoElement | null = null;
  #feed: Feed | null = null;
  #film: Film | null = null;
  #asking: AbortController | null = null;
  #retryAt = 0;
  #target: number | null = null;
  /** What it shows is of before a reset: another picture may lie at the same place now. */
  #stale = false;
  /** How many frames running were shown at a wrong time. */
  #slips = 0;
  #trims = false;

  constructor(camera: string, wish: Wish) {
    this.camera = camera;
    this.wish = wish;
  }

  /** Takes the element that shows it; gives what lets it go. */
  readonly attach = (video: HTMLVideoElement): (() => void) => {
    this.#video = video;
    const feed = (this.#feed = new Feed(video));
    video.muted = true;
    // Not every browser has it, whatever the types say.
    const calls = typeof (video as Partial<HTMLVideoElement>).requestVideoFrameCallback === 'function';
    const watch = () => {
      if (this.#video !== video) return;
      video.requestVideoFrameCallback((_, { mediaTime, expectedDisplayTime }) => {
        this.#show(mediaTime);
        this.#slips =
          video.paused || video.seeking ? 0 : slips(this.#slips, this.#early(mediaTime, expectedDisplayTime));
        watch();
      });
    };
    if (calls) watch();
    const tell = () => {
      // Without frame callbacks the table of frames tells which one is shown.
      if (!calls) this.#show(feed.frames.at(video.currentTime) ?? video.currentTime);
    };
    video.addEventListener('timeupdate', tell);
    video.addEventListener('seeked', tell);
    return () => {
      video.removeEventListener('timeupdate', tell);
      video.removeEventListener('seeked', tell);
      feed.close();
      this.#asking?.abort();
      this.#asking = null;
      if (this.#video === video) {
        this.#video = null;
        this.#feed = null;
        this.#film = null;
      }
    };
  };
  /** How much before its time a frame is shown, milliseconds of the wall's own time. */
  #early(media: number, shownAt: number): number {
    const video = this.#video!;
    return ((media - video.currentTime) * 1000) / video.playbackRate - (shownAt - performance.now());
  }
  #show(media: number): void {
    const stretch = this.#film && stretchOfMedia(this.#film, media);
    if (!stretch || !this.#video) return;
    const still = `${stretch.recording}@${ptsOf(stretch, media)}`;
    this.shown = { time: trueOf(stretch, media), camera: cameraOf(stretch, media), media, still };
    this.size = { width: stretch.width, height: stretch.height };
  }

  /** Its picture is wanted so from now on. */
  use(wish: Wish): void {
    const media = this.#video?.currentTime ?? 0;
    const stretch = this.#film && stretchOfMedia(this.#film, media);
    const before = stretch && this.#quality(stretch);
    this.wish = wish;
    const fresh = stretch && this.#quality(stretch);
    if (before?.height !== fresh?.height || before?.maxFps !== fresh?.maxFps) this.reset(false);
  }
  /** Everything is asked for anew: clocks changed, or the picture is wanted otherwise. */
  reset(film = true): void {
    if (film) {
      this.#asking?.abort();
      this.#asking = null;
      this.#film = null;
      // Whatever is still on the screen has no time until it is known anew.
      this.shown = null;
    }
    this.problem = null;
    this.#retryAt = 0;
    this.#target = null;
    this.#stale = true;
    void this.#feed?.clear().catch(() => undefined);
  }
  /** Out of sight: it neither runs nor fetches. */
  rest(): void {
    this.#feed?.stop();
    if (this.#video && !this.#video.paused) this.#video.pause();
  }

  /** Sees to it that the film around an instant is known. */
  #known(t: number, now: number): Film | null {
    const known = this.#film;
    const inside = known && known.start <= t && t < known.end;
    if (inside && t + BEFORE * 500 < known.end) return known;
    if (!this.#asking && now >= this.#retryAt) {
      const from = inside ? known.end : t - BEFORE * 1000;
      void this.#ask(from, from + (BEFORE + AFTER) * 1000, inside ? known : null);
    }
    return inside ? known : null;
  }
  async #ask(from: number, to: number, before: Film | null): Promise<void> {
    const asking = (this.#asking = new AbortController());
    try {
      const { h265, purpose } = this.wish;
      const body = { from: rfc(from), to: rfc(to), h265, purpose };
      const play = await post<Play>(`/cameras/${encodeURIComponent(this.camera)}/play`, body, asking.signal);
      if (this.#asking !== asking) return;
      if (!before) await this.#feed?.clear();
      this.#film = film(play, before);
      this.uncertainty = play.uncertainty_s;
      this.problem = null;
    } catch (error) {
      this.#failed(error, asking.signal);
    }
    if (this.#asking === asking) this.#asking = null;
  }
  #failed(error: unknown, signal?: AbortSignal): void {
    if (signal?.aborted || (error instanceof DOMException && error.name === 'AbortError')) return;
    this.#retryAt = performance.now() + RETRY;
    // All workers are busy: that is waiting, not failing.
    if (error instanceof Problem && error.status === 503) return;
    this.problem = error instanceof Problem ? error : new Problem(0, 'failed', String(error));
  }

  /** The part that it should fetch next; what is on its way and no longer of use is let go. */
  wants(t: number, speed: number, now: number): Want | null {
    const feed = this.#feed;
    if (!feed || !this.#film || now < this.#retryAt) return null;
    const ahead = 12 + 10 * Math.min(4, speed);
    const want = next(this.#film, feed.done, t - this.nudge * 1000, { ahead, part: 12, first: 6 });
    const going = feed.wanted;
    if (going) {
      const of = want && want.stretch.recording === going.stretch.recording;
      if (of && want.from >= going.from - 0.05 && want.from < going.to) return null;
      // What is further ahead than what lacks now goes on only while nothing lacks.
      if (!want) return null;
      feed.stop();
    }
    return want;
  }
  get fetches(): boolean {
    return this.#feed?.wanted != null;
  }
  fetch(want: Want): void {
    void this.#feed?.fetch(want, this.#quality(want.stretch), this.wish.purpose).then(
      () => (this.problem = null),
      (error: unknown) => this.#failed(error),
    );
  }
  #quality(stretch: Stretch): Quality {
    const { h265, alone, lines } = this.wish;
    const plays = stretch.way !== 'transcode';
    if (plays && (alone || stretch.height <= lines)) return { height: null, maxFps: null, h265 };
    if (alone) return { height: Math.min(stretch.height, 720), maxFps: null, h265 };
    return { height: Math.min(stretch.height, TILE.height), maxFps: TILE.maxFps, h265 };
  }

  /** Where it stands against the clock, and what it does about it. `runs`: the clock runs. */
  tick(t: number, runs: boolean, speed: number, now: number): Word {
    t -= this.nudge * 1000;
    const video = this.#video;
    const feed = this.#feed;
    if (!video || !feed) return 'free';
    const known = this.#known(t, now);
    if (!known) {
      this.rest();
      this.loading = !this.problem;
      return this.problem ? 'free' : 'wait';
    }
    const stretch = stretchAt(known, t);
    if (!stretch) return this.#nothing(known, t, runs, video, feed);
    this.hole = null;
    const media = mediaOf(stretch, t);
    void feed.tidy(media).catch(() => undefined);
    const word = runs && !this.left ? this.#run(known, stretch, t, speed) : this.#stand(known, stretch, media, runs);
    this.loading = word === 'wait';
    return this.problem && word === 'wait' ? 'free' : word;
  }
  /** In a gap: says so, and stands where pictures go on. */
  #nothing(known: Film, t: number, runs: boolean, video: HTMLVideoElement, feed: Feed): Word {
    const hole = holeAt(known, t);
    // Between two files: the last frame stays until the next file's first, without a stop.
    if (runs && !video.paused && hole && hole.end - hole.start <= SHORT) return 'free';
    if (!video.paused) video.pause();
    const after = stretchFrom(known, t);
    if (hole && hole.end - hole.start > SHORT) {
      this.hole = hole;
      this.goesOn = after ? after.start + this.nudge * 1000 : null;
    }
    this.loading = false;
    // Standing between two files, what is shown is the last frame before, as everywhere else.
    const before = !runs && hole && hole.end - hole.start <= SHORT ? stretchBefore(known, t) : null;
    const last = before && feed.frames.at(before.to);
    if (last !== null && feed.has(last)) this.#seek(last);
    else if (after && feed.has(after.from)) this.#seek(after.from);
    return 'free';
  }
  /** Goes to the very frame of an instant and stays. */
  #stand(known: Film, stretch: Stretch, media: number, runs: boolean): Word {
    const [video, feed] = [this.#video!, this.#feed!];
    if (!video.paused) video.pause();
    const place = feed.settle(media);
    if (place === null) return 'wait';
    this.#seek(place);
    const enough = this.#ends(known, stretch, media)
      ? HTMLMediaElement.HAVE_CURRENT_DATA
      : HTMLMediaElement.HAVE_FUTURE_DATA;
    const there = !video.seeking && video.readyState >= enough;
    if (this.left && runs && there && feed.filled(media) > 4) this.left = false;
    return there ? 'ready' : 'wait';
  }
  #seek(media: number): void {
    const video = this.#video!;
    // A little behind the frame's start, since times are fractions.
    const target = media + 2e-5;
    if (video.seeking && this.#target !== null) return;
    if (this.#target === target && Math.abs(video.currentTime - target) < 1e-4) return;
    this.#target = target;
    if (this.#stale || Math.abs(video.currentTime - target) > 1e-5) video.currentTime = target;
    this.#stale = false;
  }
  #run(known: Film, stretch: Stretch, t: number, speed: number): Word {
    const [video, feed] = [this.#video!, this.#feed!];
    this.#target = null;
    const media = mediaOf(stretch, t);
    const own = stretchOfMedia(known, video.currentTime) ?? stretch;
    const error = trueOf(own, video.currentTime) - t;
    const ready = !video.seeking && video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA;
    if (!ready && this.#ends(known, stretch, media)) return 'free';
    // What lies between two files stopped it.
    if (!ready && !video.seeking && own !== stretch && feed.has(media)) video.currentTime = media;
    const step = steer({ error, ready, speed, trims: this.#trims, slips: this.#slips });
    this.#trims = step.do === 'go' && step.trim !== 1;
    if (step.do === 'wait') return 'wait';
    if (step.do === 'seek') {
      this.#slips = 0;
      return feed.settle(media) !== null && feed.has(media) ? 'wait' : 'free';
    }
    const rate = (speed * step.trim) / stretch.rate;
    if (Math.abs(video.playbackRate - rate) > 1e-4) video.playbackRate = rate;
    if (video.paused) void video.play().catch(() => undefined);
    return 'ready';
  }
  /** On the last frames before a gap or a hole there is nothing to wait for. */
  #ends(known: Film, stretch: Stretch, media: number): boolean {
    const feed = this.#feed!;
    if (feed.filled(media) > 0 && !feed.has(media + 0.5) && feed.filled(media + 0.5) > 0) return true;
    if (stretch.to - media > 0.5 || feed.filled(media) < stretch.to - media - 0.05) return false;
    const after = stretchFrom(known, stretch.end);
    return !after || after.from > stretch.to + 0.02;
  }
  /** Sets it running with the others; done when it runs. */
  async start(speed: number): Promise<void> {
    if (!this.#video || this.hole || this.left || this.loading || this.problem) return;
    this.#target = null;
    this.#video.playbackRate = speed;
    await this.#video.play().catch(() => undefined);
  }

  /** The true time (nudge included) of the next frame, or of the one before, milliseconds; null: not known. */
  frame(by: 1 | -1): number | null {
    const [video, feed, known] = [this.#video, this.#feed, this.#film];
    if (!video || !feed || !known || !this.shown) return null;
    const { media } = this.shown;
    const stretch = stretchOfMedia(known, media);
    if (!stretch) return null;
    const found = by > 0 ? feed.frames.after(media) : feed.frames.at(media - 2e-6);
    const own = found === null ? null : stretchOfMedia(known, found);
    // A hair further, so that it is this frame whatever is rounded on the way.
    const exact = (of: Stretch, at: number) => Math.ceil(trueOf(of, at) + this.nudge * 1000 + 0.01);
    if (by > 0) return own ? exact(own, found!) : null;
    if (own && feed.has(found!) && feed.filled(found!) > 0) return exact(own, found!);
    return Math.ceil(this.at!) - 1;
  }
  /** The true time of the frame that is shown, nudge included, milliseconds. */
  get at(): number | null {
    return this.shown && this.shown.time + this.nudge * 1000;
  }
  get video(): HTMLVideoElement | null {
    return this.#video;
  }
}
