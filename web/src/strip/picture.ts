// Where a still's picture is.
import { address } from '../api/client';
import { session } from '../state/session.svelte';
import type { Still } from './stills';

export function picture(still: Still, width: number): string {
  return address(`/recordings/${encodeURIComponent(still.recording)}/frame`, {
    pts_us: still.pts,
    width,
    purpose: session.purpose?.number,
  });
}
