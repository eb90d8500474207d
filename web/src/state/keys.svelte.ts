// The keyboard: rooms say which keys they take while they are on the screen; `?` shows them all.

export interface Key {
  /** As `KeyboardEvent.key`: `/`, ` `, `ArrowLeft`, `s`. */
  key: string;
  /** For the list of keys, in the chosen language. */
  words: () => string;
  run: (event: KeyboardEvent) => void;
  /** The same as another, which the list shows. */
  hidden?: boolean;
  /** Where the list shows it. */
  part: 'ask' | 'map' | 'axis' | 'wall' | 'strip' | 'trace' | 'everywhere';
}

// Kept beside the state that the list draws: when an effect ends, state still has the value from before the change that ended it.
let held: Key[] = [];
let taken = $state.raw<Key[]>([]);

/** Takes keys; call what it gives to let them go, as an `$effect` does with what it returns. Later takers come first. */
export function takeKeys(keys: Key[]): () => void {
  // An effect that takes keys must not run again whenever others do: it only writes.
  taken = held = [...keys, ...held];
  return () => {
    taken = held = held.filter((key) => !keys.includes(key));
  };
}
export function keysTaken(): Key[] {
  return taken;
}

/** Steps of whatever room, which go on while the key is held. All else is done once: a hand that rests on a key enters nothing twice. */
const STEPS = new Set(['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', ...',.jl[]+=-<>']);
const WRITES = new Set(['INPUT', 'TEXTAREA', 'SELECT']);

/** Gives a key to whoever took it last. In a field, keys write; only Escape leaves it. Buttons keep Enter and Space. Behind a dialog nobody hears. */
export function press(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = event.target instanceof HTMLElement ? event.target : null;
  const writes = target && (WRITES.has(target.tagName) || target.isContentEditable);
  if (writes && event.key !== 'Escape') return;
  const acts = target?.closest('button, a[href], summary, [role="option"], [role="slider"]');
  if (acts && (event.key === 'Enter' || event.key === ' ')) return;
  const modal = document.querySelector('dialog[open]') !== null;
  const key = held.find((key) => key.key === event.key && (!modal || key.part === 'everywhere'));
  if (key) {
    event.preventDefault();
    if (!event.repeat || STEPS.has(event.key)) key.run(event);
  } else if (writes && !modal) target.blur();
}
