// Two languages. Each room has its own table of words beside it and reads it through `words`.
export type Lang = 'vi' | 'en';

const KEPT = 'truyvet.lang';

function first(): Lang {
  const asked = new URLSearchParams(location.search).get('lang') ?? localStorage.getItem(KEPT);
  return asked === 'en' ? 'en' : 'vi';
}

let chosen = $state<Lang>(first());

export function lang(): Lang {
  return chosen;
}
export function setLang(lang: Lang): void {
  chosen = lang;
  localStorage.setItem(KEPT, lang);
  document.documentElement.lang = lang;
}

type Text = string | ((...values: never[]) => string);
type Table = Record<string, Text>;
type Same<T extends Table> = { [K in keyof T]: T[K] extends string ? string : T[K] };

/** The words of a room in the chosen language: `const t = words({vi: {...}, en: {...}})`, then `t().save`. Both languages have the same keys, or it does not compile. */
export function words<T extends Table>(table: { vi: T; en: Same<T> }): () => T {
  return () => (chosen === 'vi' ? table.vi : (table.en as T));
}

/** What the daemon said in both languages. */
export function said(said: { vi: string; en: string }): string {
  return said[chosen];
}
