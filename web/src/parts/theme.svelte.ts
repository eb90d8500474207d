// Light or dark: as chosen; else as the system says; dark at night.
export type Theme = 'dark' | 'light';
const KEPT = 'truyvet.theme';

function first(): Theme {
  const kept = localStorage.getItem(KEPT);
  if (kept === 'light' || kept === 'dark') return kept;
  const night = new Date().getHours() >= 18 || new Date().getHours() < 6;
  return !night && window.matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
}
let chosen = $state<Theme>(first());
document.documentElement.dataset.theme = chosen;

export function theme(): Theme {
  return chosen;
}
export function setTheme(theme: Theme): void {
  chosen = theme;
  localStorage.setItem(KEPT, theme);
  document.documentElement.dataset.theme = theme;
}
