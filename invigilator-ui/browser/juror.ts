// A juror: opens the panel, reads a case, votes blind; the president decides and closes.

import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { accessible, button, dialog, field, heading, link, sees } from './person.ts';
import { enterBy } from './staff.ts';
import { home, jury as words, optional, say } from './words.ts';

export class Juror {
  private panel = '';

  constructor(readonly page: Page) {}

  async openPanel(): Promise<void> {
    const { page } = this;
    await enterBy(page, home.to_jury);
    await sees(heading(page, words.my_panels));
    await accessible(page);
    await page.getByRole('rowheader').getByRole('link').click();
    await sees(page.getByRole('table', { name: words.cases, exact: true }));
    this.panel = page.url();
    await accessible(page);
  }

  /** The numbers of the cases, and the level proposed for each. */
  async cases(): Promise<{ number: number; level: string }[]> {
    const rows = this.page.getByRole('table', { name: words.cases, exact: true }).getByRole('row');
    const all: { number: number; level: string }[] = [];
    for (let number = 1; number < (await rows.count()); number += 1) {
      all.push({ number, level: (await rows.nth(number).getByRole('cell').nth(1).innerText()).trim() });
    }
    return all;
  }

  async openCase(number: number): Promise<void> {
    const { page } = this;
    await page.goto(this.panel);
    await link(page, say(words.case_n, { n: number })).click();
    await sees(heading(page, say(words.case_n, { n: number })), heading(page, words.answers));
  }

  /** Reads everything of the open case: no name stands there. */
  async readsWithoutName(family: string): Promise<void> {
    expect(await this.page.getByRole('main').textContent()).not.toContain(family);
    await accessible(this.page);
  }

  async validates(level: string, reason: string): Promise<void> {
    await this.votes(say(words.vote_validated, { level }), optional(words.reason), reason);
  }

  async refuses(reason: string): Promise<void> {
    await this.votes(words.vote_refused, words.reason, reason);
  }

  async cancels(reason: string): Promise<void> {
    await this.votes(words.vote_cancelled, words.reason, reason);
  }

  /** Sees that somebody has voted, and not how. */
  async seesVotesCast(count: number, hidden: string): Promise<void> {
    const meter = this.page.getByRole('meter', { name: words.votes_cast, exact: true });
    await sees(meter);
    expect(Number(await meter.getAttribute('aria-valuenow'))).toBe(count);
    expect(await this.page.content()).not.toContain(hidden);
  }

  /** As the president: settles the open case, on which the votes differ. */
  async decides(): Promise<void> {
    const { page } = this;
    await button(page, words.decide).click();
    const asking = dialog(page, words.decide_title);
    await sees(asking);
    await accessible(page);
    await button(asking, words.decide).click();
  }

  /** Sees the open case decided, and now every vote with its reason. */
  async seesDecision(...reasons: string[]): Promise<void> {
    await sees(heading(this.page, words.decision));
    for (const reason of reasons) await sees(this.page.getByText(reason, { exact: true }));
    await accessible(this.page);
  }

  /** As the president: closes the panel for good. */
  async closesPanel(): Promise<void> {
    const { page } = this;
    await page.goto(this.panel);
    await button(page, words.close_panel).click();
    const asking = dialog(page, words.close_title);
    await button(asking, words.close_panel).click();
    await sees(page.getByText(words.closed_now, { exact: true }), link(page, words.minutes));
    await accessible(page);
  }

  private async votes(choice: string, reasonLabel: string, reason: string): Promise<void> {
    const { page } = this;
    await page.getByRole('radio', { name: choice, exact: true }).check();
    await field(page, reasonLabel).fill(reason);
    await button(page, words.do_vote).click();
    await sees(page.getByText(words.voted, { exact: true }).or(heading(page, words.decision)));
    await accessible(page);
  }
}
