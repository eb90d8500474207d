// A row of the audit as a sentence: who did what, to which cameras, of which stretch of time.
import type { AuditRow } from '../api/upkeep';
import type { Role } from '../api/types';
import { offsetWords } from '../parts/check/words';
import { words } from '../text/index.svelte';
import { clock, date, interval, ms } from '../time';

/** What can be done, in the order in which a filter lists it. */
export const ACTS = [
  'search',
  'show',
  'frame',
  'clip',
  'download',
  'login',
  'login_failed',
  'logout',
  'clock',
  'quarantine',
  'user',
  'token',
  'audit',
  'review',
  'restore',
  'trace',
] as const;
type Act = (typeof ACTS)[number];

const t = words({
  vi: {
    act: (act: Act) =>
      ({
        search: 'tìm kiếm',
        show: 'xem chi tiết',
        frame: 'xem hình',
        clip: 'xem đoạn phim',
        download: 'tải tệp',
        login: 'đăng nhập',
        login_failed: 'đăng nhập hỏng',
        logout: 'đăng xuất',
        clock: 'kiểm giờ',
        quarantine: 'cách ly',
        user: 'tài khoản',
        token: 'khóa chương trình',
        audit: 'xem nhật ký',
        review: 'rà soát',
        restore: 'phục hồi',
        trace: 'truy vết',
      })[act],
    role: (role: Role) =>
      ({ duty: 'trực ban', investigator: 'điều tra viên', technician: 'kỹ thuật', administrator: 'quản trị' })[role],
    search: (cameras: string, when: string) => `tìm trong ${cameras}${when}`,
    show: (cameras: string, when: string) => `xem chi tiết đoạn ghi của ${cameras}${when}`,
    frame: (cameras: string, when: string) => `xem hình của ${cameras}${when}`,
    clip: (cameras: string, when: string) => `xem đoạn phim của ${cameras}${when}`,
    download: (cameras: string, when: string) => `tải tệp gốc của ${cameras}${when}`,
    login: 'đăng nhập',
    login_failed: 'không đăng nhập được',
    logout: 'đăng xuất',
    checked: (cameras: string, text: string) => `ghi lần kiểm giờ của ${cameras}: ${text}`,
    unchecked: (cameras: string, reason: string) => `rút lại lần kiểm giờ của ${cameras}${reason}`,
    photo: (cameras: string) => `gửi ảnh kiểm giờ của ${cameras}`,
    photoShown: (cameras: string) => `xem ảnh kiểm giờ của ${cameras}`,
    retry: (file: string) => `cho thử lại ${file}`,
    ignore: (file: string) => `cho để yên ${file}`,
    unignore: (file: string) => `cho thử tiếp ${file}`,
    allFiles: 'mọi tệp cách ly',
    userAdded: (user: string, role: string) => `tạo tài khoản ${user}${role}`,
    userChanged: (user: string, change: string) => `sửa tài khoản ${user}${change}`,
    disabled: 'khóa',
    enabled: 'mở lại',
    groups: (groups: string) => `chỉ xem ${groups}`,
    allGroups: 'xem mọi tổ',
    password: (user: string) => `đặt mật khẩu mới cho ${user}`,
    sentOut: (user: string) => `đưa ${user} ra khỏi mọi phiên`,
    ownPassword: 'đổi mật khẩu của mình',
    tokenAdded: (name: string, user: string) => `tạo khóa chương trình “${name}” cho ${user}`,
    tokenRevoked: (n: string) => `thu hồi khóa chương trình số ${n}`,
    list: 'xem nhật ký',
    exported: 'tải toàn bộ nhật ký',
    review: (rows: string, note: string) => `rà soát dòng ${rows}${note}`,
    restore: 'phục hồi dữ liệu từ bản sao lưu',
    seen: (n: string, cameras: string, when: string) => `truy vết ${n}: ghi đã thấy ở ${cameras}${when}`,
    not_seen: (n: string, cameras: string, when: string) => `truy vết ${n}: ghi không thấy ở ${cameras}${when}`,
    cannot_say: (n: string, cameras: string, when: string) => `truy vết ${n}: ghi không thể nói ở ${cameras}${when}`,
    gap: (n: string, cameras: string, when: string) => `truy vết ${n}: ghi không có hình ở ${cameras}${when}`,
    undone: (n: string, event: string) => `truy vết ${n}: rút lại mục #${event}`,
    traceShown: (n: string, cameras: string) => `xem truy vết ${n}: ${cameras}`,
    traceNext: (n: string, cameras: string, when: string) => `truy vết ${n}: xem cần tìm tiếp ở ${cameras}${when}`,
    traceReach: (n: string, cameras: string) => `truy vết ${n}: xem có thể đi tới đâu từ ${cameras}`,
    traceExported: (n: string) => `tải truy vết ${n}`,
    reason: (text: string) => `, lý do: ${text}`,
    note: (text: string) => `: ${text}`,
    at: (text: string) => ` lúc ${text}`,
    within: (text: string) => `, ${text}`,
    many: (n: number) => `${n} camera`,
    none: 'không camera nào',
    cli: 'dòng lệnh trên máy chủ',
    service: 'dịch vụ truyvet',
  },
  en: {
    act: (act: Act) =>
      ({
        search: 'search',
        show: 'details',
        frame: 'frame',
        clip: 'clip',
        download: 'download',
        login: 'login',
        login_failed: 'failed login',
        logout: 'logout',
        clock: 'clock check',
        quarantine: 'quarantine',
        user: 'account',
        token: 'key',
        audit: 'audit read',
        review: 'review',
        restore: 'restore',
        trace: 'tracing',
      })[act],
    role: (role: Role) =>
      ({
        duty: 'duty officer',
        investigator: 'investigator',
        technician: 'technician',
        administrator: 'administrator',
      })[role],
    search: (cameras: string, when: string) => `searched ${cameras}${when}`,
    show: (cameras: string, when: string) => `read the details of a recording of ${cameras}${when}`,
    frame: (cameras: string, when: string) => `looked at a frame of ${cameras}${when}`,
    clip: (cameras: string, when: string) => `watched footage of ${cameras}${when}`,
    download: (cameras: string, when: string) => `downloaded a native file of ${cameras}${when}`,
    login: 'logged in',
    login_failed: 'could not log in',
    logout: 'logged out',
    checked: (cameras: string, text: string) => `entered a clock check of ${cameras}: ${text}`,
    unchecked: (cameras: string, reason: string) => `took back a clock check of ${cameras}${reason}`,
    photo: (cameras: string) => `sent the picture of a clock check of ${cameras}`,
    photoShown: (cameras: string) => `looked at the picture of a clock check of ${cameras}`,
    retry: (file: string) => `had ${file} tried again`,
    ignore: (file: string) => `had ${file} left alone`,
    unignore: (file: string) => `had ${file} taken up again`,
    allFiles: 'all files in quarantine',
    userAdded: (user: string, role: string) => `made the account ${user}${role}`,
    userChanged: (user: string, change: string) => `changed the account ${user}${change}`,
    disabled: 'disabled',
    enabled: 'enabled',
    groups: (groups: string) => `sees only ${groups}`,
    allGroups: 'sees all groups',
    password: (user: string) => `gave ${user} a new password`,
    sentOut: (user: string) => `ended every session of ${user}`,
    ownPassword: 'changed their own password',
    tokenAdded: (name: string, user: string) => `made the key “${name}” for ${user}`,
    tokenRevoked: (n: string) => `revoked key number ${n}`,
    list: 'read the audit',
    exported: 'exported the whole audit',
    review: (rows: string, note: string) => `reviewed row ${rows}${note}`,
    restore: 'restored the data from a backup',
    seen: (n: string, cameras: string, when: string) => `trace ${n}: entered as seen at ${cameras}${when}`,
    not_seen: (n: string, cameras: string, when: string) => `trace ${n}: entered as not seen at ${cameras}${when}`,
    cannot_say: (n: string, cameras: string, when: string) => `trace ${n}: entered that ${cameras} cannot tell${when}`,
    gap: (n: string, cameras: string, when: string) => `trace ${n}: entered that ${cameras} has no footage${when}`,
    undone: (n: string, event: string) => `trace ${n}: took back #${event}`,
    traceShown: (n: string, cameras: string) => `looked at trace ${n}: ${cameras}`,
    traceNext: (n: string, cameras: string, when: string) =>
      `trace ${n}: asked what to look at next: ${cameras}${when}`,
    traceReach: (n: string, cameras: string) => `trace ${n}: asked where it may have been from ${cameras}`,
    traceExported: (n: string) => `downloaded trace ${n}`,
    reason: (text: string) => `, because: ${text}`,
    note: (text: string) => `: ${text}`,
    at: (text: string) => ` at ${text}`,
    within: (text: string) => `, ${text}`,
    many: (n: number) => `${n} cameras`,
    none: 'no camera',
    cli: 'command line on the server',
    service: 'truyvet’s service',
  },
});

export function actWords(act: string): string {
  return (ACTS as readonly string[]).includes(act) ? t().act(act as Act) : act;
}
export function roleWords(role: Role): string {
  return t().role(role);
}
/** From where: an address, or the words of the machine itself. */
export function originWords(origin: string): string {
  return origin === 'cli' ? t().cli : origin === 'service' ? t().service : origin;
}

type Detail = Record<string, unknown>;
const text = (value: unknown): string => (value === null || value === undefined ? '' : String(value));
const part = (value: unknown): Detail => (typeof value === 'object' && value !== null ? (value as Detail) : {});

/** Up to three by name, more by their number. */
function camerasOf(row: AuditRow): string {
  if (row.cameras.length === 0) return t().none;
  return row.cameras.length <= 3 ? row.cameras.join(', ') : t().many(row.cameras.length);
}
function whenOf(row: AuditRow, zone: string): string {
  if (!row.window) return '';
  const [from, to] = [ms(row.window.start), ms(row.window.end)];
  if (to - from < 1) return t().at(`${clock(from, zone)} ${date(from, zone)}`);
  return t().within(interval(Math.round(from / 1000) * 1000, Math.round(to / 1000) * 1000, zone));
}
function fileOf(detail: Detail): string {
  const path = text(part(detail.file).path);
  return path === '' ? t().allFiles : path;
}
function changeOf(change: Detail): string {
  const role = typeof change.role === 'string' ? [t().role(change.role as Role)] : [];
  const groups = Array.isArray(change.groups) ? [t().groups(change.groups.join(', '))] : [];
  const all = change.all_groups === true ? [t().allGroups] : [];
  const disabled = change.disabled === true ? [t().disabled] : change.disabled === false ? [t().enabled] : [];
  const said = [...disabled, ...role, ...groups, ...all].filter(Boolean).join(', ');
  return said === '' ? '' : t().note(said);
}

/** What was done, without who did it; what this page does not know is told as it is written down. */
export function deedWords(row: AuditRow, zone: string): string {
  const detail = row.detail;
  const what = text(detail.what);
  const cameras = camerasOf(row);
  const reason = detail.reason ? t().reason(text(detail.reason)) : '';
  switch (row.act as Act) {
    case 'search':
    case 'show':
    case 'frame':
    case 'clip':
    case 'download':
      return t()[row.act as 'search'](cameras, whenOf(row, zone));
    case 'login':
      return t().login;
    case 'login_failed':
      return t().login_failed;
    case 'logout':
      return t().logout;
    case 'restore':
      return t().restore;
    case 'audit':
      return what === 'export' ? t().exported : t().list;
    case 'review': {
      const rows = Array.isArray(detail.rows) ? detail.rows.join(', ') : '';
      return t().review(rows, detail.note ? t().note(text(detail.note)) : '');
    }
    case 'clock': {
      const check = part(detail.check);
      const [shown, truth] = [text(check.shown), text(check.truth ?? check.true)];
      if (what === 'added') {
        return t().checked(cameras, shown && truth ? offsetWords((ms(shown) - ms(truth)) / 1000) : '?');
      }
      if (what === 'removed') return t().unchecked(cameras, reason);
      if (what === 'photo') return t().photo(cameras);
      if (what === 'photo shown') return t().photoShown(cameras);
      break;
    }
    case 'quarantine':
      if (what === 'retry' || what === 'ignore' || what === 'unignore') return t()[what](fileOf(detail)) + reason;
      break;
    case 'user': {
      const user = text(detail.user);
      if (what === 'added') return t().userAdded(user, changeOf(part(detail.change)));
      if (what === 'changed') return t().userChanged(user, changeOf(part(detail.change)));
      if (what === 'password') return t().password(user);
      if (what === 'sent out') return t().sentOut(user);
      if (what === 'own password') return t().ownPassword;
      break;
    }
    case 'token':
      if (what === 'added') return t().tokenAdded(text(detail.name), text(detail.user));
      if (what === 'revoked') return t().tokenRevoked(text(detail.number));
      break;
    case 'trace': {
      const [n, entry] = [text(detail.trace), part(detail.entry)];
      const entered = text(entry.what === 'looked' ? part(entry.verdict).verdict : entry.what);
      if (entered === 'undone') {
        return t().undone(n, text(entry.event)) + (entry.reason ? t().reason(text(entry.reason)) : '');
      }
      if (entered === 'seen' || entered === 'not_seen' || entered === 'cannot_say' || entered === 'gap') {
        return t()[entered](n, cameras, whenOf(row, zone));
      }
      if (what === 'shown') return t().traceShown(n, cameras);
      if (what === 'next') return t().traceNext(n, cameras, whenOf(row, zone));
      if (what === 'reach') return t().traceReach(n, cameras);
      if (what === 'exported') return t().traceExported(n);
    }
  }
  return `${actWords(row.act)} ${cameras === t().none ? '' : cameras} ${JSON.stringify(detail)}`.replace(/ +/g, ' ');
}
