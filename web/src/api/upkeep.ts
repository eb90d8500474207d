// What the API's answers about cameras' health, clocks, files that cannot be read, accounts and the audit are made of.
import type { Clock, ClockCheck, Gap, Role, Said, Span } from './types';

export interface CameraStatus {
  id: string;
  name: string;
  recordings: number;
  last_recording: string | null;
  oldest: string | null;
  bytes: number;
  recorded_day: number;
  recorded_week: number;
  /** Those over two minutes in the last 24 hours. */
  gaps: Gap[];
  quarantined: number;
  clock: Clock;
  time_conflicts: number;
  gone: number;
  without_thumbnails: number;
  looked_at: string | null;
}
export interface Backlog {
  recordings: number;
  /** Seconds at the pace measured on this machine; null while none was measured. */
  left_s: number | null;
}
export interface Status {
  now: string;
  quarantined: number;
  ignored: number;
  without_camera: number;
  thumbnail_backlog: Backlog;
  cameras: CameraStatus[];
}

export interface CameraClock {
  camera: string;
  clock: Clock;
  checks: ClockCheck[];
}
/** What the files tell of a clock. */
export interface Estimate {
  /** The camera to accept it for. */
  id: string;
  cameras: string[];
  verdict: 'confident' | 'weak' | 'none';
  said: Said;
  offset_s: number | null;
  drift_ppm: number | null;
  /** Half-width that holds 95 of 100 times. */
  error_s: number | null;
  files: number;
  left_out: number;
  jumps: [string, string, number][];
  apart: string[];
  known: boolean;
  /** Where a camera was named. */
  neighbours: Neighbour[];
}
/** What a camera beside tells of a clock. */
export interface Neighbour {
  camera: string;
  distance_m: number;
  by: 'activity' | 'light' | 'gaps';
  /** The asked camera's clock − the neighbour's; null: too weak to say. */
  lag_s: number | null;
  error_s: number | null;
  said: Said;
}

export interface DayCoverage {
  /** 0 to 1. */
  recorded: number;
  gaps: number;
  quarantined: number;
}
export interface Calendar {
  days: string[];
  cameras: { camera: string; days: (DayCoverage | null)[] }[];
}

export interface Held {
  number: number;
  path: string;
  camera: string | null;
  bytes: number;
  fault: string;
  why: Said;
  detail: string;
  attempts: number;
  next_try: string | null;
  ignored: boolean;
  ignored_by: string | null;
  ignored_reason: string | null;
}

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

export interface Account {
  name: string;
  full_name: string;
  role: Role;
  groups: string[] | null;
  must_change: boolean;
  made_at: string;
  disabled_at: string | null;
}
export interface Inside {
  user: string;
  address: string;
  since: string;
  used_at: string;
}
export interface Token {
  number: number;
  user: string;
  name: string;
  made_at: string;
  expires_at: string | null;
  used_at: string | null;
  revoked_at: string | null;
}

export interface AuditRow {
  number: number;
  at: string;
  actor: string;
  role: Role | null;
  origin: string;
  act: string;
  cameras: string[];
  window: Span | null;
  purpose: string | null;
  emergency: boolean;
  detail: Record<string, unknown>;
  hash: string;
}
export interface Whole {
  rows: number;
  whole: boolean;
  last: { number: number; hash: string } | null;
  cut: { from: number; to: number }[];
  changed: number[];
}
