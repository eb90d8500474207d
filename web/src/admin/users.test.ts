import { describe, expect, it } from 'vitest';
import type { Account } from '../api/upkeep';
import { body, suggested, wrongOf } from './users';

const draft = { name: 'an', full_name: 'Nguyễn Văn An ', role: 'duty' as const, all: false, groups: ['tdp-1'] };

describe('an account', () => {
  it('gets the name that people would expect', () => {
    expect(['Nguyễn Văn An', 'Trần Thị Hồng Đào', '  '].map(suggested)).toEqual(['an', 'dao', '']);
  });
  it('names each field that is wrong', () => {
    expect(wrongOf(draft, [], true)).toEqual({});
    expect(Object.keys(wrongOf({ ...draft, name: 'An Nguyễn', full_name: '', groups: [] }, [], true))).toEqual([
      'name',
      'full_name',
      'groups',
    ]);
    expect(wrongOf(draft, [{ name: 'an' } as Account], true).name).toContain('Đã có');
    expect(wrongOf(draft, [{ name: 'an' } as Account], false)).toEqual({});
  });
  it('that sees all is told apart from one that sees no group', () => {
    expect(body(draft, true)).toEqual({ name: 'an', full_name: 'Nguyễn Văn An', role: 'duty', groups: ['tdp-1'] });
    expect(body({ ...draft, all: true }, true)).not.toHaveProperty('groups');
    expect(body({ ...draft, all: true }, false)).toEqual({
      full_name: 'Nguyễn Văn An',
      role: 'duty',
      all_groups: true,
    });
  });
});
