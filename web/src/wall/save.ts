// Saves what a player shows: asks for the exact frame and writes under it all that it has to be read with.
import { request } from '../api/client';
import { hand } from '../parts/hand';
import { session } from '../state/session.svelte';
import { words } from '../text/index.svelte';
import { clock, date, ms, plusMinus, rfc } from '../time';
import type { Player } from './player.svelte';
import { captioned, fileName } from './still';
import { decimal } from './words';

const t = words({
  vi: {
    times: (truth: string, sure: string, camera: string) => `Giờ thật ${truth} ${sure} · giờ camera ${camera}`,
    unchecked: '(giờ chưa kiểm)',
    moved: (by: string) => ` · giờ đã dời ${by} s trong lần xem`,
    why: (number: number, text: string, who: string, when: string) =>
      `Mục đích số ${number}: ${text} · ${who} lưu lúc ${when}`,
    saved: (name: string) => `Đã lưu ${name}`,
  },
  en: {
    times: (truth: string, sure: string, camera: string) => `True time ${truth} ${sure} · camera time ${camera}`,
    unchecked: '(clock unchecked)',
    moved: (by: string) => ` · time moved by ${by} s while looking`,
    why: (number: number, text: string, who: string, when: string) =>
      `Purpose ${number}: ${text} · saved by ${who}, ${when}`,
    saved: (name: string) => `Saved ${name}`,
  },
});

/** Gives what is to be said of it. */
export async function save(player: Player, name: string): Promise<string> {
  const { shown, camera, nudge } = player;
  const { purpose, site, me, zone } = session;
  if (!shown || !purpose) return '';
  // A hair further, so that it is this frame and not the one before.
  const query = { at: rfc(shown.time + 0.01), purpose: purpose.number };
  const response = await request('GET', `/cameras/${encodeURIComponent(camera)}/frame`, { query });
  const told = (header: string, otherwise: number) => ms(response.headers.get(header) ?? '') || otherwise;
  const at = told('X-Truyvet-Time', shown.time) + nudge * 1000;
  const own = told('X-Truyvet-Camera-Time', shown.camera);
  const full = (instant: number) => `${clock(instant, zone, 'tenth')} ${date(instant, zone)}`;
  const sure = plusMinus(player.uncertainty) ?? t().unchecked;
  const moved = nudge === 0 ? '' : t().moved(decimal(nudge, 2, true));
  const picture = await captioned(await response.blob(), {
    head: `${site?.name ?? ''} · ${camera} ${name}`,
    times: t().times(full(at), sure, full(own)) + moved,
    why: t().why(purpose.number, purpose.text, me?.full_name || (me?.name ?? ''), full(Date.now())),
  });
  const file = fileName(camera, date(at, zone), clock(at, zone, 'tenth'));
  hand(picture, file);
  return t().saved(file);
}
