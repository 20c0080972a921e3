// Light or dark: what the system says, unless the reader chose.
const KEY = 'party.theme';
const system = window.matchMedia('(prefers-color-scheme: dark)');

/** Whether the pages are dark now. */
export function isDark(): boolean {
  const chosen = localStorage.getItem(KEY);
  return chosen ? chosen === 'dark' : system.matches;
}

/** Changes between light and dark, and remembers it. */
export function toggleTheme(): void {
  localStorage.setItem(KEY, isDark() ? 'light' : 'dark');
  apply();
}

function apply(): void {
  document.documentElement.classList.toggle('wa-dark', isDark());
  document.documentElement.classList.toggle('wa-light', !isDark());
  window.dispatchEvent(new Event('party-theme'));
}

system.addEventListener('change', apply);
apply();
