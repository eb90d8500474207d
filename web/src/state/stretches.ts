// Stretches of time as sets: the union of what was watched, its part within a window. Pure.

/** From (included) to (excluded), in whatever unit. */
export type Stretch = readonly [from: number, to: number];

/** Sorted, apart from each other, none empty. */
export function union(stretches: Iterable<Stretch>): Stretch[] {
  const sorted = [...stretches].filter(([from, to]) => to > from).sort((one, other) => one[0] - other[0]);
  const joined: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = joined.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}

/** What both hold. Both are unions. */
export function common(some: Stretch[], others: Stretch[]): Stretch[] {
  const found: Stretch[] = [];
  for (let i = 0, j = 0; i < some.length && j < others.length;) {
    const [one, other] = [some[i]!, others[j]!];
    const [from, to] = [Math.max(one[0], other[0]), Math.min(one[1], other[1])];
    if (to > from) found.push([from, to]);
    if (one[1] < other[1]) i += 1;
    else j += 1;
  }
  return found;
}

/** What of a stretch others leave over. */
export function without([from, to]: Stretch, others: Iterable<Stretch>): Stretch[] {
  const left: Stretch[] = [];
  let at = from;
  for (const [start, end] of union(others)) {
    if (end <= at) continue;
    if (start >= to) break;
    if (start > at) left.push([at, start]);
    at = end;
  }
  if (at < to) left.push([at, to]);
  return left;
}

/** How long they are together. They are a union. */
export function total(stretches: Iterable<Stretch>): number {
  let sum = 0;
  for (const [from, to] of stretches) sum += to - from;
  return sum;
}
