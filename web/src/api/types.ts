// What the API's answers are made of, under the names that the page uses.

export interface Span {
  start: string;
  end: string;
}
export interface Said {
  vi: string;
  en: string;
}

export type Role = 'duty' | 'investigator' | 'technician' | 'administrator';
export type RightWord = 'look' | 'save' | 'clocks' | 'upkeep' | 'users' | 'audit';
export interface Me {
  name: string;
  full_name: string;
  role: Role;
  groups: string[] | null;
  must_change: boolean;
  csrf: string | null;
  rights: RightWord[];
}
export interface Purpose {
  number: number;
  text: string;
  emergency: boolean;
  stated_at: string;
}

export interface FieldOfView {
  azimuth_deg: number;
  fov_deg: number;
  range_m: number;
}
export interface SiteCamera {
  id: string;
  name: string;
  group: string | null;
  note: string | null;
  lat: number;
  lon: number;
  view: FieldOfView | null;
}
export interface Group {
  id: string;
  name: string;
  cameras: number;
}
export interface Kind {
  id: string;
  name: Said;
  radius_m: number;
  order: 'nearest' | 'newest';
  mode: Mode;
  ask_reason: boolean;
}
export interface Site {
  name: string;
  timezone: string;
  groups: Group[];
  cameras: SiteCamera[];
  kinds: Kind[];
}

export interface Place {
  name: string;
  lat: number | null;
  lon: number | null;
  text: string;
  kind: string;
  shape: 'point' | 'points' | 'line' | 'area' | null;
  score: number;
  why: string;
}
export interface Reading {
  start: string;
  end: string;
  time_text: string;
  places: Place[];
  confidence: number;
  why: string;
  words: string;
  padding_before_s: number | null;
  padding_after_s: number | null;
}
export interface Understood {
  readings: Reading[];
  places: Place[];
  refused: string | null;
  refused_code: string | null;
  note: string | null;
}

export type Mode = 'files' | 'moments' | 'brightness';
export interface ClockCheck {
  id: number;
  camera: string;
  method: string;
  shown: string;
  true: string;
  offset_s: number;
  uncertainty_s: number;
  by: string;
  photo: string | null;
  note: string | null;
  made_at: string;
}
export interface Clock {
  checked: boolean;
  offset_s: number;
  uncertainty_s: number | null;
  drift_ppm: number | null;
  nearest_check: ClockCheck | null;
  contradictions: Said[];
}
export type GapReason =
  'no_recording' | 'damaged' | 'stills_only' | 'gone' | 'being_written' | 'not_indexed' | 'future';
export interface Gap extends Span {
  reason: GapReason;
  cause?: string | null;
}
export type Certainty = 'recorded' | 'not_recorded' | 'cannot_say';
export interface Recording extends Span {
  id: string;
  path: string;
  camera_start: string;
  certain: boolean;
  time: { source: string; offset_s: number; uncertainty_s: number; clock_uncertainty_s: number | null };
  codec: string;
  width: number;
  height: number;
  keyframes: number;
  activity: number[];
  has_audio: boolean;
  recording: boolean;
  doubts: { code: string }[];
}
export type Standing =
  | 'recorded'
  | 'partly'
  | 'stills_only'
  | 'cannot_say'
  | 'damaged'
  | 'gone'
  | 'being_written'
  | 'stopped'
  | 'gap'
  | 'never'
  | 'not_indexed'
  | 'future';
export interface Witness {
  id: string;
  name: string;
  group: string | null;
  distance_m: number;
  bearing_deg: number;
  sees_place: boolean;
  clock: Clock;
  coverage: number;
  coverage_sure: number;
  coverage_possible: number;
  certainty: (Span & { state: Certainty })[];
  recordings: Recording[];
  gaps: Gap[];
  looked_at: string | null;
  road_m: number | null;
  standing: Standing;
  stopped_since: string | null;
  overwritten_at: string | null;
}
export interface AskedPlace {
  lat: number;
  lon: number;
  radius_m: number;
  name: string | null;
  shape: string;
}
export interface Moment extends Span {
  camera: string;
  peak: string;
  score: number;
  uncertainty_s: number;
  clock_uncertainty_s: number | null;
  group: number;
  recording: string;
  pts_us: number;
  offset_s: number;
  thumbnail: unknown;
  activity: (number | null)[];
  why: Said;
}
export interface StripCamera {
  id: string;
  name: string;
  told_by: 'bytes' | 'thumbnails' | 'nothing';
  moments: number;
  left_out: number;
  quiet: Span[];
  untold: Span[];
  gaps: Gap[];
}
export interface Strip {
  window: Span;
  most: number;
  moments: Moment[];
  quiet: Span[];
  left_out: number;
  cameras: StripCamera[];
}
export interface Rise {
  camera: string;
  not_before: string;
  sure_by: string;
  time: string;
  uncertainty_s: number;
  look: 'growing' | 'step' | 'daylight' | 'unclear';
  recording: string;
  pts_us: number;
  first: boolean;
}
export interface Answer {
  window: Span | null;
  place: AskedPlace | null;
  cameras: Witness[];
  moments: Strip | null;
  brightness: { rises: Rise[] } | null;
  kind: string;
  mode: Mode;
  readings: Reading[];
  refused: string | null;
  notes: Said[];
}
/** The body of POST /ask. */
export interface Question {
  phrase: string;
  kind?: string;
  reading?: number;
  radius_m?: number;
  mode?: Mode;
  now?: string;
  from?: string;
  to?: string;
  at?: { lat: number; lon: number; name?: string };
  cameras?: string[];
  purpose: number;
}

export interface Lane {
  camera: string;
  clock: Clock;
  uncertainty_s: number | null;
  recorded: Span[];
  gaps: Gap[];
  activity: (number | null)[];
  thumbnails: string[];
}
export interface Timeline {
  from: string;
  to: string;
  lanes: Lane[];
}

export interface Piece extends Span {
  recording: string;
  camera_start: string;
  from_pts_us: number;
  to_pts_us: number;
  rate: number;
  way: 'native' | 'copy' | 'transcode';
  codec: string;
  width: number;
  height: number;
}
export interface Play {
  camera: string;
  from: string;
  to: string;
  clock: Clock;
  uncertainty_s: number | null;
  pieces: Piece[];
  gaps: Gap[];
}
