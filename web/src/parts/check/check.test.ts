import { describe, expect, it } from 'vitest';
import { body, doubtOf, offsetOf, wrongOf } from './check';

const ZONE = 'Asia/Ho_Chi_Minh';
const NOW = Date.parse('2023-07-15T15:00:00Z');
const draft = {
  camera: 'ht-04',
  shown: '2023-07-15T21:22:10',
  truth: '2023-07-15T21:15:08',
  uncertainty: '1,5',
  note: ' ',
};

describe('a clock check', () => {
  it('is sent as instants, with a comma as people write it', () => {
    expect(wrongOf(draft, NOW, ZONE)).toEqual({});
    expect(body(draft, ZONE)).toEqual({
      camera: 'ht-04',
      shown: '2023-07-15T14:22:10.000000Z',
      true: '2023-07-15T14:15:08.000000Z',
      uncertainty_s: 1.5,
    });
    expect(offsetOf(draft, ZONE)).toBe(422);
  });
  it('names each field that is wrong', () => {
    const wrong = wrongOf(
      { camera: '', shown: '', truth: '2023-07-16T09:00:00', uncertainty: '0', note: '' },
      NOW,
      ZONE,
    );
    expect(Object.keys(wrong).sort()).toEqual(['camera', 'shown', 'truth', 'uncertainty']);
    expect(wrong.truth).toContain('tương lai');
  });
  it('asks about a difference of days, and takes it all the same', () => {
    const days = { ...draft, shown: '2023-07-12T21:22:10' };
    expect(doubtOf(days, ZONE)).toContain('3 ngày');
    expect(doubtOf(draft, ZONE)).toBe('');
    expect(wrongOf(days, NOW, ZONE)).toEqual({});
  });
});
