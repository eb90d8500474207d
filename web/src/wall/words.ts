// Words that several parts of the wall use.
import type { GapReason } from '../api/types';
import { words } from '../text/index.svelte';

export const t = words({
  vi: {
    wall: 'Tường hình',
    sizes: 'Cỡ tường',
    size: (size: number) => `${size} hình`,
    play: 'Chạy',
    pause: 'Dừng',
    frameBack: 'Khung trước',
    frameOn: 'Khung sau',
    back: 'Lùi 10 giây',
    on: 'Tới 10 giây',
    before: 'Chuyển động trước',
    after: 'Chuyển động sau',
    gap: 'Tới chỗ có hình',
    slower: 'Chậm hơn',
    faster: 'Nhanh hơn',
    speed: 'Tốc độ',
    still: 'Lưu ảnh',
    mark: 'Đã thấy ở đây',
    marks: 'Đường đi',
    adjust: 'Chỉnh hình',
    zoom: 'Phóng to',
    full: 'Một camera',
    many: 'Về tường hình',
    nudgeBack: 'Dời sớm 0,1 giây',
    nudgeOn: 'Dời muộn 0,1 giây',
    trueTime: 'giờ thật',
    cameraTime: 'camera',
    unchecked: 'giờ chưa kiểm',
    moved: 'đã dời',
    loading: 'đang tải',
    waitsFor: (cameras: string) => `Đang tải ${cameras}, các camera khác chờ`,
    tooFast: (speed: string) => `Máy chủ chưa kịp ${speed}×`,
    slides: 'chỉ khung hình chính',
    left: 'Không theo kịp, tường hình chạy tiếp không có camera này',
    goesOn: (time: string) => `có hình lại lúc ${time}`,
    goThere: (time: string) => `Tới ${time}`,
    neverMore: 'không có hình nữa trong khoảng đang xem',
    again: 'Thử lại',
    empty: 'Chưa có camera nào trên tường hình.',
    emptyHow: 'Chọn camera trên bản đồ hoặc trục giờ, hoặc',
    nearest: (many: number) => `xem ${many} camera gần nhất có hình`,
    none: 'Không camera nào trong câu hỏi này có hình để phát.',
    ask: 'Hỏi trước đã: tường hình phát những camera mà câu hỏi tìm thấy.',
    more: (many: number) => `còn ${many} camera nữa, tăng cỡ tường để xem`,
    noPurpose: 'Hãy nêu mục đích xem trước.',
    choose: 'chọn hình',
    pan: 'kéo hình đang phóng to',
  },
  en: {
    wall: 'Wall',
    sizes: 'Wall size',
    size: (size: number) => `${size} pictures`,
    play: 'Play',
    pause: 'Pause',
    frameBack: 'Frame before',
    frameOn: 'Next frame',
    back: 'Back 10 seconds',
    on: 'On 10 seconds',
    before: 'Activity before',
    after: 'Next activity',
    gap: 'To where footage goes on',
    slower: 'Slower',
    faster: 'Faster',
    speed: 'Speed',
    still: 'Save still',
    mark: 'Seen here',
    marks: 'Route',
    adjust: 'Adjust',
    zoom: 'Zoom',
    full: 'One camera',
    many: 'Back to the wall',
    nudgeBack: 'Move 0.1 s earlier',
    nudgeOn: 'Move 0.1 s later',
    trueTime: 'true time',
    cameraTime: 'camera',
    unchecked: 'clock unchecked',
    moved: 'moved',
    loading: 'loading',
    waitsFor: (cameras: string) => `Loading ${cameras}, the others wait`,
    tooFast: (speed: string) => `The server does not keep up with ${speed}×`,
    slides: 'keyframes only',
    left: 'It does not keep up, the wall goes on without it',
    goesOn: (time: string) => `footage goes on at ${time}`,
    goThere: (time: string) => `To ${time}`,
    neverMore: 'no more footage in what is looked at',
    again: 'Try again',
    empty: 'No camera is on the wall yet.',
    emptyHow: 'Choose cameras on the map or the time axis, or',
    nearest: (many: number) => `show the ${many} nearest that have footage`,
    none: 'No camera of this question has footage to play.',
    ask: 'Ask first: the wall plays the cameras that a question finds.',
    more: (many: number) => `${many} more cameras, enlarge the wall to see them`,
    noPurpose: 'State first what you look for.',
    choose: 'choose a picture',
    pan: 'move a zoomed picture',
  },
});

const REASONS = {
  vi: {
    no_recording: 'Không ghi',
    damaged: 'Tệp hỏng',
    stills_only: 'Chỉ có ảnh chụp, không có video',
    gone: 'Tệp không còn',
    being_written: 'Đang được ghi',
    not_indexed: 'Chưa lập chỉ mục',
    future: 'Chưa tới giờ này',
    power_cut: 'mất điện',
    none: 'Không có hình',
  },
  en: {
    no_recording: 'Not recorded',
    damaged: 'Damaged file',
    stills_only: 'Stills only, no video',
    gone: 'The file is gone',
    being_written: 'Being written',
    not_indexed: 'Not indexed yet',
    future: 'Not yet',
    power_cut: 'power cut',
    none: 'No picture',
  },
};
const reasons = words(REASONS);

/** Why nothing is there. */
export function why(reason: GapReason | null, cause: string | null): string {
  const all: Record<string, string> = reasons();
  const text = all[reason ?? 'none'] ?? all.none!;
  return cause ? `${text} (${all[cause] ?? cause})` : text;
}

/** `0,25`, `+0,4` */
export function decimal(value: number, digits = 2, sign = false): string {
  const text = String(Math.round(value * 10 ** digits) / 10 ** digits)
    .replace('.', ',')
    .replace('-', '−');
  return sign && value > 0 ? `+${text}` : text;
}
