// Views have addresses: the path says which one, the query says what it shows.

const BASE = '/admin';

/** The path beneath /admin, such as `/parties/…`. */
export function path(): string {
  return decodeURI(location.pathname.slice(BASE.length)) || '/';
}

/** What a view was asked to show. */
export function query(): URLSearchParams {
  return new URLSearchParams(location.search);
}

/** The address of a view. */
export function link(view: string, parameters?: URLSearchParams): string {
  const text = parameters?.toString();
  return `${BASE}${view}${text ? `?${text}` : ''}`;
}

/** Goes to a view; `replace` leaves no step back. */
export function go(address: string, replace = false): void {
  history[replace ? 'replaceState' : 'pushState']({ step: step() + (replace ? 0 : 1) }, '', address);
  window.dispatchEvent(new Event('party-route'));
}

/** How many steps back there are that stay in the pages. */
export function step(): number {
  return (history.state as { step?: number } | null)?.step ?? 0;
}

window.addEventListener('popstate', () => window.dispatchEvent(new Event('party-route')));

document.addEventListener('click', (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const anchor = event.composedPath().find((target): target is HTMLAnchorElement => target instanceof HTMLAnchorElement);
  if (!anchor || anchor.target || anchor.hasAttribute('download') || anchor.origin !== location.origin) return;
  if (!anchor.pathname.startsWith(`${BASE}/`) || anchor.pathname.includes('.')) return;
  event.preventDefault();
  go(anchor.href);
});
