//! The address bar as state. A page of several views reads `router.path` through `match` and moves by
//! ordinary links; links to another role's page load that page.

let path = $state(location.pathname);
let search = $state(location.search);

export const router = {
  /** `/centre/sessions/ses_x`, without a slash at its end. */
  get path(): string {
    return path.length > 1 ? path.replace(/\/+$/, '') : path;
  },
  get query(): URLSearchParams {
    return new URLSearchParams(search);
  },
  /** The values of a pattern such as `/centre/sessions/:session`, or nothing when it does not fit. */
  match(pattern: string): Record<string, string> | undefined {
    return matchPath(pattern, this.path);
  },
  go(to: string, options: { replace?: boolean } = {}) {
    const next = new URL(to, location.href);
    if (firstWord(next.pathname) !== firstWord(location.pathname)) return location.assign(next);
    if (options.replace) history.replaceState(null, '', next);
    else history.pushState(null, '', next);
    read();
    if (!options.replace) afterMove();
  },
};

/** Compares a path with a pattern, segment by segment. */
export function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return undefined;
  const values: Record<string, string> = {};
  for (const [at, want] of wanted.entries()) {
    const have = given[at] ?? '';
    if (want.startsWith(':') && have) values[want.slice(1)] = decodeURIComponent(have);
    else if (want !== have) return undefined;
  }
  return values;
}

/** Follows the browser's buttons and clicks on links of this role's page. */
export function listen() {
  window.addEventListener('popstate', read);
  document.addEventListener('click', (event) => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const link = (event.target as Element).closest?.('a');
    if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
    const sameRole = firstWord(link.pathname) === firstWord(location.pathname);
    const sameView = link.pathname === location.pathname && link.hash;
    if (!sameRole || sameView || link.pathname.startsWith('/api/')) return;
    event.preventDefault();
    router.go(link.href);
  });
}

function read() {
  path = location.pathname;
  search = location.search;
}

/** A new view is read from its top, also by a screen reader. */
function afterMove() {
  window.scrollTo(0, 0);
  requestAnimationFrame(() => document.querySelector<HTMLElement>('main')?.focus());
}

function firstWord(pathname: string): string {
  return pathname.split('/')[1] ?? '';
}
