// Effects for keys.test.ts, which runes need a file of their own for.
import { keysTaken, takeKeys } from './keys.svelte';

const key = (key: string) => ({ key, part: 'wall' as const, words: () => key, run: () => undefined });

export function effects() {
  let open = $state(true);
  const stop = $effect.root(() => {
    $effect(() => takeKeys([key(open ? 'a' : 'a')]));
    $effect(() => (open ? takeKeys([key('Escape')]) : undefined));
  });
  return { open: (value: boolean) => void (open = value), taken: () => keysTaken().map((one) => one.key), stop };
}
