import { flushSync } from 'svelte';
import { expect, it } from 'vitest';
import { press, takeKeys } from './keys.svelte';
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

it('keys act on nothing behind a dialog but what is for everywhere', () => {
  const heard: string[] = [];
  const key = (key: string, part: 'trace' | 'everywhere') => ({
    key,
    part,
    words: () => key,
    run: () => heard.push(key),
  });
  const stop = takeKeys([key('g', 'trace'), key('Escape', 'trace'), key('?', 'everywhere')]);
  const all = () => ['g', 'Escape', '?'].forEach((key) => press(new KeyboardEvent('keydown', { key })));
  const dialog = document.createElement('dialog');
  dialog.setAttribute('open', '');
  document.body.append(dialog);
  all();
  expect(heard).toEqual(['?']);
  dialog.remove();
  all();
  expect(heard).toEqual(['?', 'g', 'Escape', '?']);
  stop();
});

it('a key that is held enters and takes back once, and steps on and on', () => {
  const heard: string[] = [];
  const key = (key: string) => ({ key, part: 'trace' as const, words: () => key, run: () => heard.push(key) });
  const stop = takeKeys(['n', 'u', 'm', ' ', 'ArrowRight', '.'].map(key));
  for (const key of ['n', 'u', 'm', ' ', 'ArrowRight', '.']) {
    for (const repeat of [false, true, true]) press(new KeyboardEvent('keydown', { key, repeat }));
  }
  const three = (key: string) => [key, key, key];
  expect(heard).toEqual(['n', 'u', 'm', ' ', ...three('ArrowRight'), ...three('.')]);
  // What is held is still taken: the page does not scroll.
  const held = new KeyboardEvent('keydown', { key: 'n', repeat: true, cancelable: true });
  press(held);
  expect(held.defaultPrevented).toBe(true);
  stop();
});
