// How a camera does, in sentences; the worst first.
import type { CameraStatus, PowerCut } from '../api/upkeep';
import type { Gap, GapReason, Span } from '../api/types';
import { said, words } from '../text/index.svelte';
import { length } from '../text/lengths';
import { clock, date, ms } from '../time';

/** 3: not recording; 2: recording with holes; 1: recording, something is to be looked at; 0: well. */
export type Level = 0 | 1 | 2 | 3;
export interface Health {
  camera: CameraStatus;
  level: Level;
  says: string[];
}

const t = words({
  vi: {
    never: 'Camera này chưa có đoạn ghi nào.',
    unlooked: 'Thư mục của camera này chưa được xem qua lần nào.',
    stale: (when: string) => `Thư mục của camera này không xem được từ ${when}; từ đó không biết có ghi hay không.`,
    silent: (when: string, why: string) => `Camera này không ghi từ ${when}${why}.`,
    cut: (others: number) => ` (có lẽ mất điện, ${others} camera cùng lúc)`,
    together: (others: number) => ` (cùng lúc với ${others} camera khác)`,
    partly: (missing: string, gaps: number, longest: string, why: string) =>
      gaps === 1
        ? `Trong 24 giờ qua không ghi ${longest} (${missing}, ${why}).`
        : `Trong 24 giờ qua thiếu ${missing} trong ${gaps} khoảng trống; dài nhất ${longest} (${why}).`,
    quarantined: (n: number) => `${n} tệp không đọc được, đang cách ly.`,
    conflicts: (n: number) => `${n} đoạn ghi có các nguồn giờ trái nhau: nên kiểm đồng hồ.`,
    on: (time: string, day: string) => `${time} ngày ${day}`,
    power: 'có lẽ mất điện',
    reason: (reason: GapReason) =>
      ({
        no_recording: 'không có ghi hình',
        damaged: 'tệp hỏng',
        stills_only: 'chỉ có ảnh rời',
        gone: 'đã bị ghi đè hoặc xóa',
        being_written: 'đang ghi, chưa đọc được',
        not_indexed: 'thư mục chưa được xem lại',
        future: 'chưa tới',
      })[reason],
  },
  en: {
    never: 'This camera has no recording yet.',
    unlooked: 'This camera’s folder was never looked through.',
    stale: (when: string) =>
      `This camera’s folder cannot be looked through since ${when}; nobody knows what it recorded.`,
    silent: (when: string, why: string) => `This camera has not recorded since ${when}${why}.`,
    cut: (others: number) => ` (probably a power cut, ${others} cameras at once)`,
    together: (others: number) => ` (together with ${others} other ${others === 1 ? 'camera' : 'cameras'})`,
    partly: (missing: string, gaps: number, longest: string, why: string) =>
      gaps === 1
        ? `In the last 24 hours not recorded: ${longest} (${missing}, ${why}).`
        : `In the last 24 hours ${missing} are missing in ${gaps} gaps; the longest ${longest} (${why}).`,
    quarantined: (n: number) => `${n} ${n === 1 ? 'file' : 'files'} cannot be read, in quarantine.`,
    conflicts: (n: number) => `${n} recordings tell contradicting times: its clock should be checked.`,
    on: (time: string, day: string) => `${time} on ${day}`,
    power: 'probably a power cut',
    reason: (reason: GapReason) =>
      ({
        no_recording: 'no recording',
        damaged: 'damaged files',
        stills_only: 'single pictures only',
        gone: 'overwritten or deleted',
        being_written: 'being written',
        not_indexed: 'its folder was not looked through since',
        future: 'yet to come',
      })[reason],
  },
});

/** A gap's reason and its cause, where one is known. */
export function gapWords(gap: Gap): string {
  const reason = t().reason(gap.reason);
  return gap.cause === 'power_cut' ? `${reason}, ${t().power}` : reason;
}

/** `21:05` of today, `21:05 ngày 15/7/2023` of another day. */
export function when(instant: number, now: number, zone: string): string {
  const time = clock(instant, zone, 'minute');
  return date(instant, zone) === date(now, zone) ? time : t().on(time, date(instant, zone));
}

/** `21:05–21:11` of today, `15/7/2023 21:05–21:11` of another day; to the minute. */
export function span(gap: Span, now: number, zone: string): string {
  const [from, to] = [ms(gap.start), ms(gap.end)];
  const [day, last] = [date(from, zone), date(to, zone)];
  const day1 = day === last && day === date(now, zone) ? '' : `${day} `;
  return `${day1}${clock(from, zone, 'minute')}–${day === last ? '' : `${last} `}${clock(to, zone, 'minute')}`;
}

const UNKNOWN: GapReason[] = ['not_indexed', 'being_written', 'future'];
const seconds = (gap: Gap) => (ms(gap.end) - ms(gap.start)) / 1000;
/** A folder is looked through every few minutes; so long without it, something keeps us from it. */
const STALE_S = 3_600;

/** Since when a camera does not record, where it does not; milliseconds. */
export function silentSince(camera: CameraStatus): number | null {
  if (camera.last_recording === null) return null;
  const known = camera.gaps.filter((gap) => !UNKNOWN.includes(gap.reason));
  const last = known.at(-1);
  if (!last || last.reason === 'damaged') return null;
  // Nothing but what nobody can know yet may lie behind it.
  const behind = camera.gaps.filter((gap) => ms(gap.start) >= ms(last.end) - 1000);
  const recordedAfter = ms(camera.last_recording) > ms(last.start) + 1000;
  return behind.length === camera.gaps.length - known.length && !recordedAfter ? ms(camera.last_recording) : null;
}

interface Around {
  now: number;
  zone: string;
  /** Of the latest nightly report. */
  cuts: PowerCut[];
  /** When other cameras went silent. */
  silences: Map<string, number>;
}

function judge(camera: CameraStatus, { now, zone, cuts, silences }: Around): Health {
  const says: string[] = [];
  let level: Level = 0;
  const say = (at: Level, text: string) => {
    level = Math.max(level, at) as Level;
    says.push(text);
  };
  const since = silences.get(camera.id);
  if (camera.looked_at === null) say(3, t().unlooked);
  else if (camera.recordings === 0) say(3, t().never);
  else if (since !== undefined) {
    const near = (other: number) => Math.abs(other - since) <= 120_000;
    const cut = cuts.find((cut) => cut.cameras.includes(camera.id) && near(ms(cut.start)));
    const others = [...silences].filter(([id, at]) => id !== camera.id && near(at)).length;
    const why = cut ? t().cut(cut.cameras.length) : others > 0 ? t().together(others) : '';
    say(3, t().silent(when(since, now, zone), why));
  } else {
    const gaps = camera.gaps.filter((gap) => !UNKNOWN.includes(gap.reason));
    const longest = gaps.toSorted((one, other) => seconds(other) - seconds(one))[0];
    if (longest) {
      const missing = gaps.reduce((sum, gap) => sum + seconds(gap), 0);
      say(2, t().partly(length(missing), gaps.length, span(longest, now, zone), gapWords(longest)));
    }
  }
  if (camera.looked_at !== null && now - ms(camera.looked_at) > STALE_S * 1000) {
    say(2, t().stale(when(ms(camera.looked_at), now, zone)));
  }
  if (camera.quarantined > 0) say(1, t().quarantined(camera.quarantined));
  if (camera.time_conflicts > 0) say(1, t().conflicts(camera.time_conflicts));
  for (const contradiction of camera.clock.contradictions) say(1, said(contradiction));
  return { camera, level, says };
}

/** Every camera, the worst first; of the same, who records least. */
export function healths(cameras: CameraStatus[], cuts: PowerCut[], now: number, zone: string): Health[] {
  const silences = new Map<string, number>();
  for (const camera of cameras) {
    const since = silentSince(camera);
    if (since !== null) silences.set(camera.id, since);
  }
  const all = cameras.map((camera) => judge(camera, { now, zone, cuts, silences }));
  return all.sort((one, other) => other.level - one.level || one.camera.recorded_day - other.camera.recorded_day);
}
