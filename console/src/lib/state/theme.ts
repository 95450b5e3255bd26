import type { Theme } from '../api';

/** Remembered in the browser as well, so that the next visit paints right before it knows who is there. */
export function applyTheme(theme: Theme): void {
  const root = document.documentElement;
  if (theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = theme;
  try {
    localStorage.setItem('countersign.theme', theme);
  } catch {
    // Storage may be switched off; the theme then holds for this page.
  }
}
