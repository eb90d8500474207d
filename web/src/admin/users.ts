// A new account, as it is typed; what is wrong with it.
import type { Role } from '../api/types';
import type { Account } from '../api/upkeep';
import { words } from '../text/index.svelte';

export interface AccountDraft {
  name: string;
  full_name: string;
  role: Role;
  /** Whether the account sees all cameras; else those of the groups below. */
  all: boolean;
  groups: string[];
}
export const ROLES: Role[] = ['duty', 'investigator', 'technician', 'administrator'];

const t = words({
  vi: {
    name: 'Chỉ dùng 1–64 chữ thường không dấu, chữ số và . - _',
    taken: 'Đã có tài khoản này.',
    full: 'Ghi họ tên.',
    groups: 'Chọn ít nhất một tổ, hoặc cho xem mọi camera.',
  },
  en: {
    name: 'Use 1–64 lower-case letters without marks, digits and . - _',
    taken: 'There is this account already.',
    full: 'Enter the name of the person.',
    groups: 'Choose a group at least, or let them see all cameras.',
  },
});

/** The name to log in with that people would expect: `Nguyễn Văn An` → `an`. */
export function suggested(full: string): string {
  const last = full.trim().split(/\s+/).at(-1) ?? '';
  const plain = last.toLowerCase().replace(/đ/g, 'd').normalize('NFD');
  return plain.replace(/[^a-z0-9]/g, '');
}
export function wrongOf(draft: AccountDraft, accounts: Account[], fresh: boolean): Record<string, string> {
  const wrong: Record<string, string> = {};
  if (fresh && !/^[a-z0-9._-]{1,64}$/.test(draft.name)) wrong.name = t().name;
  else if (fresh && accounts.some((account) => account.name === draft.name)) wrong.name = t().taken;
  if (draft.full_name.trim() === '') wrong.full_name = t().full;
  if (!draft.all && draft.groups.length === 0) wrong.groups = t().groups;
  return wrong;
}
/** The body of POST /users, or of PUT /users/{name} for an account that is there. */
export function body(draft: AccountDraft, fresh: boolean): Record<string, unknown> {
  const { name, full_name, role, all, groups } = draft;
  const what = { full_name: full_name.trim(), role };
  if (fresh) return { name, ...what, ...(all ? {} : { groups }) };
  return { ...what, ...(all ? { all_groups: true } : { groups }) };
}
