// The frame under the pointer: at most one request under way, the latest wish wins, what is no longer wanted is dropped.
import { Problem, request } from '../api/client';
import { ms, rfc } from '../time';

export interface Frame {
  camera: string;
  url: string;
  /** When the frame was shown: true time, and what the camera's clock said. */
  at: number;
  cameraAt: number;
  uncertainty: number | null;
}
interface Wish {
  camera: string;
  at: number;
  purpose: number;
}

/** How long the pointer has to be on a lane before its pictures are fetched: passing over is not looking. */
const REST = 60;

export class Frames {
  frame = $state.raw<Frame | null>(null);
  problem = $state.raw<Problem | null>(null);
  #wish: Wish | null = null;
  #going: { camera: string; abort: AbortController } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  want(wish: Wish): void {
    if (this.#wish?.camera === wish.camera && this.#wish.at === wish.at) return;
    const changed = this.#wish?.camera !== wish.camera;
    this.#wish = wish;
    if (this.frame?.camera !== wish.camera) this.#show(null);
    if (changed) this.#drop();
    // One under way, or about to go, takes the latest wish: a pointer that keeps moving is shown pictures too.
    if (this.#going || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => void this.#fetch(), this.frame ? 0 : REST);
  }
  /** Nothing is looked at any more. */
  stop(): void {
    this.#wish = null;
    this.#drop();
    this.#show(null);
  }
  #drop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#going?.abort.abort();
    this.#going = null;
  }
  #show(frame: Frame | null): void {
    if (this.frame) URL.revokeObjectURL(this.frame.url);
    this.frame = frame;
    this.problem = null;
  }
  async #fetch(): Promise<void> {
    this.#timer = undefined;
    const wish = this.#wish;
    if (!wish) return;
    const going = (this.#going = { camera: wish.camera, abort: new AbortController() });
    try {
      const query = { at: rfc(wish.at), snap: 'keyframe', width: 320, purpose: wish.purpose };
      const path = `/cameras/${encodeURIComponent(wish.camera)}/frame`;
      const response = await request('GET', path, { query, signal: going.abort.signal });
      const blob = await response.blob();
      if (this.#going !== going) return;
      const told = (name: string) => response.headers.get(`X-Truyvet-${name}`);
      const at = ms(told('Time') ?? rfc(wish.at));
      this.#show({
        camera: wish.camera,
        url: URL.createObjectURL(blob),
        at,
        cameraAt: ms(told('Camera-Time') ?? rfc(at)),
        uncertainty: told('Uncertainty-S') ? Number(told('Uncertainty-S')) : null,
      });
    } catch (error) {
      if (going.abort.signal.aborted || this.#going !== going) return;
      this.#show(null);
      this.problem = error instanceof Problem ? error : new Problem(0, 'failed', String(error));
    }
    this.#going = null;
    if (this.#wish && this.#wish !== wish) void this.#fetch();
  }
}
