// The keyboard: rooms say which keys they take while they are on the screen; `?` shows them all.
import { untrack } from 'svelte';

export interface Key {
  /** As `KeyboardEvent.key`: `/`, ` `, `ArrowLeft`, `s`. */
  key: string;
  /** For the list of keys, in the chosen language. */
  words: () => string;
  run: (event: KeyboardEvent) => void;
  /** The same as another, which the list shows. */
  hidden?: boolean;
  /** Where the list shows it. */
  part: 'ask' | 'map' | 'axis' | 'wall' | 'strip' | 'everywhere';
}

// Not reactive itself: what an effect leaves behind would read it as it stood before the others took theirs.
let taken: Key[] = [];
/** Goes up with every change, for the list of keys. */
let changes = $state(0);

/** Takes keys; call what it gives to let them go, as an `$effect` does with what it returns. Later takers come first. */
export function takeKeys(keys: Key[]): () => void {
  taken = [...keys, ...taken];
  // An effect that takes keys must not run again whenever others do.
  untrack(() => (changes += 1));
  return () => {
    taken = taken.filter((key) => !keys.includes(key));
    untrack(() => (changes += 1));
  };
}
export function keysTaken(): Key[] {
  return changes >= 0 ? taken : [];
}

const WRITES = new Set(['INPUT', 'TEXTAREA', 'SELECT']);

/** Gives a key to whoever took it last. In a field, keys write; only Escape leaves it. Buttons keep Enter and Space. */
export function press(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target instanceof HTMLElement ? event.target : null;
  const writes = target && (WRITES.has(target.tagName) || target.isContentEditable);
  if (writes && event.key !== 'Escape') return;
  const acts = target?.closest('button, a[href], summary, [role="option"], [role="slider"]');
  if (acts && (event.key === 'Enter' || event.key === ' ')) return;
  const key = taken.find((key) => key.key === event.key);
  if (key) {
    event.preventDefault();
    key.run(event);
  } else if (writes) target.blur();
}
