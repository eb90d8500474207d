// The nightly report in sentences: what is kept and what goes next, power cuts, the disk.
import type { Nightly, PowerCut, Retention } from '../api/upkeep';
import { words } from '../text/index.svelte';
import { bytes, figure, length } from '../text/lengths';
import { ms } from '../time';
import { span, when } from './health';

const t = words({
  vi: {
    kept: (age: string) => `giữ được ${age}`,
    going: (before: string) => `phần trước ${before} sẽ bị ghi đè trong 48 giờ tới`,
    slow: 'đang bị ghi đè, chưa gấp',
    still: 'chưa bị ghi đè',
    unknown: 'chưa đo được tốc độ ghi đè',
    older: 'vừa có thêm đoạn ghi cũ hơn',
    unlooked: 'thư mục không xem được, không biết giữ được bao lâu',
    nothing: 'không có đoạn ghi nào',
    cut: (span: string, lasted: string, n: number, where: string) =>
      `${span} (${lasted}): ${n} camera cùng mất${where}. Có lẽ mất điện.`,
    place: (name: string, out: number, of: number) => `${name} ${out}/${of} camera`,
    recorder: (folder: string) => `đầu ghi ${folder}`,
    disk: (total: string) => `Dữ liệu của truyvet chiếm ${total}`,
    free: (free: string) => `ổ đĩa còn trống ${free}`,
    grows: (by: string) => `mỗi ngày thêm ${by}`,
    left: (days: string) => `đầy sau khoảng ${days} ngày`,
  },
  en: {
    kept: (age: string) => `${age} are kept`,
    going: (before: string) => `what lies before ${before} will be overwritten within 48 hours`,
    slow: 'being overwritten, nothing urgent',
    still: 'not being overwritten',
    unknown: 'how fast it is overwritten is not measured yet',
    older: 'older recordings came in',
    unlooked: 'the folder could not be looked through: nobody knows how much is kept',
    nothing: 'there is no recording',
    cut: (span: string, lasted: string, n: number, where: string) =>
      `${span} (${lasted}): ${n} cameras were out at once${where}. Probably a power cut.`,
    place: (name: string, out: number, of: number) => `${name} ${out} of ${of} cameras`,
    recorder: (folder: string) => `recorder ${folder}`,
    disk: (total: string) => `The data of truyvet take ${total}`,
    free: (free: string) => `${free} are free on the disk`,
    grows: (by: string) => `${by} more a day`,
    left: (days: string) => `full in about ${days} days`,
  },
});

/** How much of a camera is still there, in its shortest form: `12 ngày 3 giờ`; empty where nobody knows. */
export function keptWords({ age_s, edge }: Retention): string {
  return age_s === null || edge === 'not_looked' || edge === 'no_recording' ? '' : length(age_s);
}
/** What becomes of it. */
export function edgeWords(retention: Retention, now: number, zone: string): string {
  switch (retention.edge) {
    case 'forward':
      return retention.gone_in_48h_until ? t().going(when(ms(retention.gone_in_48h_until), now, zone)) : t().slow;
    case 'still':
      return t().still;
    case 'nothing_to_compare':
      return t().unknown;
    case 'older_came':
      return t().older;
    case 'not_looked':
      return t().unlooked;
    case 'no_recording':
      return t().nothing;
  }
}
/** Both, as a part of a sentence. */
export function retentionWords(retention: Retention, now: number, zone: string): string {
  const kept = keptWords(retention);
  return [kept && t().kept(kept), edgeWords(retention, now, zone)].filter(Boolean).join(', ');
}

export function cutWords(cut: PowerCut, now: number, zone: string): string {
  const where = cut.places.map(({ group, folder, out, of }) =>
    t().place(group ?? t().recorder(folder?.split('/').at(-1) ?? ''), out, of),
  );
  const lasted = length((ms(cut.end) - ms(cut.start)) / 1000);
  const at = where.length > 0 ? ` (${where.join('; ')})` : '';
  return t().cut(span(cut, now, zone), lasted, cut.cameras.length, at);
}

export function diskWords(disk: Nightly['disk']): string {
  const parts = [t().disk(bytes(disk.total_bytes))];
  if (disk.free_bytes !== null) parts.push(t().free(bytes(disk.free_bytes)));
  if (disk.growth_bytes_per_day !== null && disk.growth_bytes_per_day > 0) {
    parts.push(t().grows(bytes(disk.growth_bytes_per_day)));
  }
  if (disk.days_left !== null) parts.push(t().left(figure(disk.days_left, 0)));
  return `${parts.join(', ')}.`;
}
