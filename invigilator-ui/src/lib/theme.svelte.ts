export type Theme = 'auto' | 'light' | 'dark';

const STORED = 'jurat.theme';
let current = $state<Theme>('auto');

/** Light, dark, or as the device says. Kept on this device. */
export const theme = {
  get now(): Theme {
    return current;
  },
  choose(next: Theme) {
    current = next;
    show();
    try {
      localStorage.setItem(STORED, next);
    } catch {
      // storage is refused here: the choice lasts as long as the page
    }
  },
  restore() {
    try {
      const stored = localStorage.getItem(STORED);
      if (stored === 'light' || stored === 'dark') current = stored;
    } catch {
      // as the device says
    }
    show();
  },
};

function show() {
  if (current === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = current;
}
