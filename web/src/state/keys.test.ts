import { flushSync } from 'svelte';
import { expect, it } from 'vitest';
import { effects } from './keys.test.svelte';

it('keys that one effect lets go while another takes its own anew are not lost', () => {
  const { open, taken, stop } = effects();
  flushSync();
  expect(taken()).toEqual(['Escape', 'a']);
  open(false);
  flushSync();
  expect(taken()).toEqual(['a']);
  open(true);
  flushSync();
  expect(taken().sort()).toEqual(['Escape', 'a']);
  stop();
  expect(taken()).toEqual([]);
});
