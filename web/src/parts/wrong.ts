// What went wrong, for the user: the daemon's own sentence, or that it cannot be reached.
import { Problem } from '../api/client';
import { words } from '../text/index.svelte';

const t = words({
  vi: {
    unreachable: 'Không kết nối được máy chủ; kiểm tra truyvet còn chạy không.',
    forbidden: 'Vai trò của bạn không có quyền này; hãy nhờ quản trị.',
    missing: 'Máy chủ này chưa có phần này.',
    failed: 'Có lỗi trong trang: ',
  },
  en: {
    unreachable: 'The server cannot be reached; see whether truyvet is running.',
    forbidden: 'Your role may not do this; ask an administrator.',
    missing: 'This server does not have this part.',
    failed: 'The page failed: ',
  },
});

/** A sentence with a capital and a full stop. */
export function wrong(error: unknown): string {
  if (!(error instanceof Problem)) return t().failed + String(error);
  if (error.code === 'unreachable') return t().unreachable;
  if (error.code === 'forbidden') return t().forbidden;
  return sentence(error.message);
}
/** For what a whole part is made of: an address that the server does not know is the server's lack. */
export function wrongPart(error: unknown): string {
  return error instanceof Problem && error.code === 'not_found' ? t().missing : wrong(error);
}
export function sentence(text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') return '';
  const end = /[.!?…:]$/.test(trimmed) ? '' : '.';
  return trimmed[0]!.toLocaleUpperCase() + trimmed.slice(1) + end;
}
