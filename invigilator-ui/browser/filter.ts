// Something between a page and the server, such as a school's filter: while it is on, it answers every call of
// the API in HTML with a status of its own, and lets no socket through.

import type { Page, WebSocketRoute } from 'playwright-core';

const STATUSES = [403, 404, 401, 400, 451, 413, 200, 302, 502];

export class Filter {
  private on = false;
  private turn = 0;
  private readonly sockets = new Set<WebSocketRoute>();

  /** Stands before the page from its next load on. */
  static async before(page: Page): Promise<Filter> {
    const filter = new Filter();
    await page.route('**/api/v1/**', (route) => {
      if (!filter.on) return route.continue();
      const status = STATUSES[(filter.turn += 1) % STATUSES.length];
      const headers: Record<string, string> = status === 302 ? { location: '/portal' } : {};
      return route.fulfill({ status, headers, contentType: 'text/html', body: '<h1>Blocked by the filter</h1>' });
    });
    await page.routeWebSocket(/\/api\/v1\/live/, (socket) => {
      if (filter.on) return void socket.close();
      socket.connectToServer();
      filter.sockets.add(socket);
    });
    return filter;
  }

  blocks() {
    this.on = true;
    for (const socket of this.sockets) void socket.close();
    this.sockets.clear();
  }

  opens() {
    this.on = false;
  }

  /** How many calls it has answered. */
  get answered(): number {
    return this.turn;
  }
}
