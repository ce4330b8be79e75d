import type { Plugin } from 'vite';

/** One HTML entry a role. Each serves every path below its name; the first serves all others. */
export const PAGES = ['index', 'admin', 'centre', 'invigilate', 'exam', 'jury'] as const;

/** The entry that answers `/exam` or `/centre/sessions/x`; the binary serves by the same rule. */
export function pageOf(path: string): string {
  const first = path.split(/[/?#]/)[1] ?? '';
  return PAGES.find((page) => page === first) ?? 'index';
}

/** Serves the pages in development by the rule of the binary. */
export function pages(): Plugin {
  return {
    name: 'jurat-pages',
    configureServer(server) {
      server.middlewares.use((request, _response, next) => {
        const path = request.url ?? '/';
        const isPage = request.headers.accept?.includes('text/html') && !/^\/(api|src|@|node_modules)/.test(path);
        if (isPage) request.url = `/${pageOf(path)}.html`;
        next();
      });
    },
  };
}
