// What the API's answers about cameras' health, clocks, files that cannot be read, accounts and the audit are made of.
import type { Gap, Said, Span } from './types';
import type { components } from './schema';

type Api = components['schemas'];

export type CameraStatus = Api['CameraStatus'];
export type Backlog = Api['Backlog'];
export type Status = Api['Status'];
export type CameraClock = Api['CameraClock'];
export type Estimate = Api['ClockEstimate'];
export type Neighbour = Api['Neighbour'];
export type DayCoverage = Api['Day'];
export type Calendar = Api['Calendar'];
export type Held = Api['QuarantinedFile'];
export type Account = Api['Account'];
export type Inside = Api['Session'];
export type Token = Api['TokenAnswer'];
/** `detail` differs from act to act. */
export type AuditRow = Omit<Api['AuditRow'], 'detail'> & { detail: Record<string, unknown> };
export type Whole = Api['AuditWhole'];

export type Edge = 'forward' | 'still' | 'nothing_to_compare' | 'older_came' | 'not_looked' | 'no_recording';
export interface Retention {
  oldest: string | null;
  age_s: number | null;
  edge: Edge;
  compared_with: string | null;
  advance: number | null;
  gone_in_48h_until: string | null;
  oldest_48h_gone_at: string | null;
}
export interface PowerCut extends Span {
  cameras: string[];
  places: { group: string | null; folder: string | null; out: number; of: number }[];
}
export interface NightCamera {
  id: string;
  name: string;
  group: string | null;
  recordings: number;
  bytes: number;
  last_recording: string | null;
  recorded_day: number;
  recorded_week: number;
  gaps: Gap[];
  quarantined: number;
  newly_quarantined: number;
  retimed: number;
  time_conflicts: number;
  gone: number;
  without_thumbnails: number;
  looked_at: string | null;
  looked: boolean;
  retention: Retention;
}
export interface Nightly {
  site: string;
  zone: string;
  date: string;
  now: string;
  made_at: string;
  day: Span;
  previous: { date: string; now: string } | null;
  run: {
    found: number;
    unchanged: number;
    listed: number;
    unreadable: number;
    gone: number;
    retimed: number;
    thumbnails: number;
    footage_s: number;
  };
  troubles: { folder: string; code: string; said: Said }[];
  thumbnail_backlog: Backlog;
  cameras: NightCamera[];
  power_cuts: PowerCut[];
  clocks: Estimate[];
  quarantine: { camera: string | null; path: string; reason: string; detail: string; new: boolean }[];
  disk: {
    total_bytes: number;
    free_bytes: number | null;
    growth_bytes_per_day: number | null;
    days_left: number | null;
  };
}
