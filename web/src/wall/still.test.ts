import { expect, it } from 'vitest';
import { broken, fileName } from './still';

it('a caption is broken between words, and a word that is too long stands alone', () => {
  const measure = (text: string) => text.length;
  expect(broken('Phường Hưng Trí · ht-01', 12, measure)).toEqual(['Phường Hưng', 'Trí · ht-01']);
  expect(broken('một rấtrấtrấtdài từ', 6, measure)).toEqual(['một', 'rấtrấtrấtdài', 'từ']);
  expect(broken('', 6, measure)).toEqual([]);
});

it('a still is named by camera and true time, in an order that sorts', () => {
  expect(fileName('ht-01', '5/7/2023', '21:15:08,2')).toBe('ht-01_2023-07-05_21-15-08.2.png');
  expect(fileName('cổng/chợ', '15/7/2023', '21:15:08,2')).not.toContain('/');
});
