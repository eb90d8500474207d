// The users' guides are held to the page: every key that it takes stands in both, no other does, and every picture is there.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const SOURCES = resolve(import.meta.dirname);
const DOCS = resolve(SOURCES, '../../docs');
const NAMED: Record<string, string> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  '<': '&lt;',
  '>': '&gt;',
};

/** Keys as `takeKeys` is given them: `{ key: '/', … }` or `key('/', …)`. */
function taken(): Set<string> {
  const found = new Set<string>();
  for (const name of readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(ts|svelte)$/.test(name) || name.includes('.test.')) continue;
    const text = readFileSync(join(SOURCES, name), 'utf8');
    if (!text.includes("state/keys.svelte'")) continue;
    for (const [, key] of text.matchAll(/\bkey(?::|\()\s*'([^']+)'/g)) {
      // The words of one are under `key` in a table of words: no key has a space in its name but the space itself.
      if (key === ' ' || !key!.includes(' ')) found.add(key!);
    }
  }
  return found;
}

describe.each([
  ['guide.vi.md', '## Mọi phím', 'Dấu cách'],
  ['guide.en.md', '## All keys', 'Space'],
])('%s', (name, heading, space) => {
  const guide = readFileSync(join(DOCS, name), 'utf8');
  const table = guide.slice(guide.indexOf(heading)).split(/^## /m)[1] ?? '';
  const told = new Set([...table.matchAll(/<kbd>([^<]+)<\/kbd>/g)].map(([, key]) => key!));

  it('tells every key that the page takes, and no other', () => {
    const keys = [...taken()].map((key) => (key === ' ' ? space : (NAMED[key] ?? key)));
    expect(keys.length).toBeGreaterThan(35);
    expect(keys.filter((key) => !told.has(key))).toEqual([]);
    // Shift goes with another key.
    expect([...told].filter((key) => !keys.includes(key) && key !== 'Shift')).toEqual([]);
  });

  it('shows pictures and leads to places that are there', () => {
    const links = [...guide.matchAll(/\]\(([^)]+)\)|src="([^"]+)"/g)].map(([, link, source]) => (link ?? source)!);
    expect(links.filter((link) => link.endsWith('.webp')).length).toBeGreaterThan(10);
    const files = links.filter((link) => !link.startsWith('#')).map((link) => link.split('#')[0]!);
    expect(files.filter((file) => !existsSync(join(dirname(join(DOCS, name)), file)))).toEqual([]);
    // A heading's anchor: small letters, marks left out, a hyphen for each space.
    const anchors = [...guide.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
      title!
        .toLowerCase()
        .replace(/[^\p{L}\p{M}\p{N} -]/gu, '')
        .replaceAll(' ', '-'),
    );
    const inside = links.filter((link) => link.startsWith('#')).map((link) => link.slice(1));
    expect(inside.filter((anchor) => !anchors.includes(anchor))).toEqual([]);
  });

  it('is written in composed letters', () => expect(guide).toBe(guide.normalize('NFC')));
});
