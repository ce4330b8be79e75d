// What a page sends of its answers, and what it was told: each is looked at while it is on its way, which is when
// the page may not yet call it saved.

import type { Page, Route } from 'playwright-core';
import { expect } from 'vitest';

type Try = { item: string; value: unknown; status: number; wait_s: number; at_ms: number };
type Told = { status: number; headers: Record<string, string>; body: Buffer };

export class Sent {
  readonly tries: Try[] = [];
  /** What the page called saved too early. */
  private readonly lies: string[] = [];
  private busy = { times: 0, wait_s: 0 };

  private constructor(private readonly page: Page) {}

  /** Stands before the page from its next load on. */
  static async by(page: Page): Promise<Sent> {
    const sent = new Sent(page);
    await page.route('**/api/v1/attempt/answers/*', (route) => sent.passes(route));
    return sent;
  }

  /** The next `times` answers meet a server that has no time for `wait_s` seconds. */
  meetBusyServer(times: number, wait_s: number) {
    this.busy = { times, wait_s };
  }

  /** The tries that were told this status. */
  told(status: number): Try[] {
    return this.tries.filter((one) => one.status === status);
  }

  /** Nothing was sent again before the server wanted it, nor called saved before the server had it. */
  honestly() {
    expect(this.lies).toEqual([]);
    for (const [index, one] of this.tries.entries()) {
      const next = this.tries.slice(index + 1).find(({ item }) => item === one.item);
      if (next) expect(next.at_ms - one.at_ms, `after ${one.status}`).toBeGreaterThanOrEqual(one.wait_s * 1_000);
    }
  }

  private async passes(route: Route): Promise<void> {
    const request = route.request();
    const item = request.url().split('/').pop() ?? '';
    const { value } = request.postDataJSON() as { value: unknown };
    const at_ms = Date.now();
    const told = this.busy.times > 0 ? this.isBusy() : await server(route);
    await this.looks(item);
    this.tries.push({ item, value, status: told.status, wait_s: Number(told.headers['retry-after'] ?? 0), at_ms });
    await route.fulfill(told);
  }

  /** The page has not been told yet. */
  private async looks(item: string): Promise<void> {
    const state = await this.page.locator('[data-state]').getAttribute('data-state');
    if (state === 'saved') this.lies.push(`${item}: saved`);
    const saved = new Set(this.told(200).map((one) => one.item));
    const shown = await this.page.locator('nav button.answered').count();
    if (shown > saved.size) this.lies.push(`${item}: ${shown} answered, the server has ${saved.size}`);
  }

  private isBusy(): Told {
    this.busy.times -= 1;
    const headers = {
      'x-jurat': '1',
      'retry-after': String(this.busy.wait_s),
      'content-type': 'application/problem+json',
    };
    return { status: 503, headers, body: Buffer.from(JSON.stringify({ type: '/problems/unavailable', status: 503 })) };
  }
}

async function server(route: Route): Promise<Told> {
  const response = await route.fetch();
  return { status: response.status(), headers: response.headers(), body: await response.body() };
}
