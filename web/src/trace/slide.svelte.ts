// The still that is looked at: its picture, and the very time of that picture, which an answer needs. The next one is fetched ahead.
import { request } from '../api/client';
import type { Moment } from '../api/types';
import { wrong } from '../parts/wrong';
import { session } from '../state/session.svelte';
import { ms } from '../time';
import { stillOf } from './windows';

const WIDTH = 960;

interface Held {
  /** As `stillOf` says it. */
  still: string;
  url: string;
  time: number;
  camera: string | null;
  /** Seconds; null: the clock is unchecked. */
  uncertainty: number | null;
}

export class Slide {
  /** Which still is shown; null while it is not there yet. */
  still = $state<string | null>(null);
  url = $state<string | null>(null);
  /** True time, milliseconds, and that of the camera's clock as it is told. */
  time = $state<number | null>(null);
  camera = $state<string | null>(null);
  uncertainty = $state<number | null>(null);
  problem = $state('');
  #held = new Map<string, Held>();
  #going: AbortController | null = null;

  /** Shows a still; those that are neither it nor the next are let go. */
  show(moment: Moment | null, next: Moment | null): void {
    this.#going?.abort();
    const wanted = [moment, next].filter((one) => one !== null);
    for (const [key, held] of this.#held) {
      if (wanted.some((one) => stillOf(one) === key)) continue;
      URL.revokeObjectURL(held.url);
      this.#held.delete(key);
    }
    this.#set(moment && this.#held.get(stillOf(moment)));
    this.problem = '';
    void this.#fetch(wanted, (this.#going = new AbortController()).signal);
  }
  stop(): void {
    this.#going?.abort();
  }
  #set(held: Held | null | undefined): void {
    this.still = held?.still ?? null;
    this.url = held?.url ?? null;
    this.time = held?.time ?? null;
    this.camera = held?.camera ?? null;
    this.uncertainty = held?.uncertainty ?? null;
  }
  async #fetch(moments: Moment[], signal: AbortSignal): Promise<void> {
    for (const [index, moment] of moments.entries()) {
      const key = stillOf(moment);
      if (this.#held.has(key)) continue;
      try {
        const query = { pts_us: moment.pts_us, width: WIDTH, purpose: session.purpose?.number };
        const path = `/recordings/${encodeURIComponent(moment.recording)}/frame`;
        const response = await request('GET', path, { query, signal });
        const told = (header: string) => response.headers.get(`X-Truyvet-${header}`) ?? '';
        const blob = await response.blob();
        if (signal.aborted) return;
        const sure = told('Uncertainty-S');
        const held = {
          still: key,
          url: URL.createObjectURL(blob),
          time: ms(told('Time')) || ms(moment.peak),
          camera: told('Camera-Time') || null,
          uncertainty: sure === '' ? null : Number(sure),
        };
        this.#held.set(key, held);
        if (index === 0) this.#set(held);
      } catch (error) {
        if (signal.aborted) return;
        if (index === 0) this.problem = wrong(error);
      }
    }
  }
}
