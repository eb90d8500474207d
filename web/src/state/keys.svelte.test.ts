// Who gets a key.
import { flushSync } from 'svelte';
import { expect, it } from 'vitest';
import { keysTaken, press, takeKeys, type Key } from './keys.svelte';

const key = (name: string, run: () => void = () => undefined): Key => ({
  key: name,
  part: 'ask',
  words: () => name,
  run,
});

it('a key taken while another is let go in the same turn stays taken', () => {
  let loading = $state(true);
  const stop = $effect.root(() => {
    $effect(() => {
      if (!loading) return takeKeys([key('k')]);
    });
    $effect(() => {
      if (loading) return takeKeys([key('Escape')]);
    });
    $effect(() => {
      if (!loading) return takeKeys([key('j')]);
    });
  });
  flushSync();
  expect(keysTaken().map((key) => key.key)).toEqual(['Escape']);
  loading = false;
  flushSync();
  expect(keysTaken().map((key) => key.key)).toEqual(['j', 'k']);
  stop();
  expect(keysTaken()).toEqual([]);
});
it('goes to whoever took it last, and back', () => {
  const heard: string[] = [];
  const first = takeKeys([key('x', () => heard.push('first'))]);
  const second = takeKeys([key('x', () => heard.push('second'))]);
  const now = () => press(new KeyboardEvent('keydown', { key: 'x' }));
  now();
  second();
  now();
  first();
  now();
  expect(heard).toEqual(['second', 'first']);
});
