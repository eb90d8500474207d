// Where a still's picture is.
import { address } from '../api/client';
import { session } from '../state/session.svelte';

export function picture(still: { recording: string; pts: number }, width: number): string {
  return address(`/recordings/${encodeURIComponent(still.recording)}/frame`, {
    pts_us: still.pts,
    width,
    purpose: session.purpose?.number,
  });
}
