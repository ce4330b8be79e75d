// The manager of the centre: plans the session, imports the list, keeps the papers.

import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { accessible, button, dialog, field, heading, link, sees } from './person.ts';
import { downloaded } from './paper.ts';
import { goTo, invite, type Invited } from './staff.ts';
import { centre as words, desk, optional, say } from './words.ts';

export type Room = { place: string; room: string };
export type Fault = { row: number; column: string; value: string };

export class Manager {
  private session = '';

  constructor(readonly page: Page) {}

  async inviteInvigilator(who: Invited): Promise<string> {
    await goTo(this.page, words.people);
    await accessible(this.page);
    const invitation = await invite(this.page, who);
    await sees(this.page.getByText(who.email, { exact: true }));
    return invitation;
  }

  /** Plans a session for this very minute. */
  async planSession({ place, room }: Room, invigilator: Invited): Promise<void> {
    const { page } = this;
    await goTo(page, words.sessions);
    await accessible(page);
    await link(page, words.plan).first().click();
    await sees(heading(page, words.plan));
    await button(page, words.do_plan).click();
    await sees(page.getByText(words.no_invigilator, { exact: true }));
    await accessible(page);
    const now = new Date().toLocaleString('sv-SE', { timeZone: 'Europe/Paris' });
    await field(page, words.day).fill(now.slice(0, 10));
    await field(page, words.hour).fill(now.slice(11, 16));
    await field(page, words.place).fill(place);
    await field(page, words.room).fill(room);
    await page.getByRole('checkbox', { name: `${invigilator.name} · ${invigilator.email}`, exact: true }).check();
    await field(page, optional(words.comment)).fill('Room 12 has a step at its door.');
    await button(page, words.do_plan).click();
    await sees(page.getByText(words.planned, { exact: true }), page.getByText(words.no_candidate, { exact: true }));
    this.session = page.url();
    await accessible(page);
  }

  /** The room has changed since. */
  async moves({ room }: Room): Promise<void> {
    const { page } = this;
    await link(page, words.replan).click();
    await sees(heading(page, words.replan));
    await accessible(page);
    await field(page, words.room).fill(room);
    await button(page, words.do_replan).click();
    await sees(page.getByText(words.replanned, { exact: true }));
    await sees(page.getByText(room, { exact: false }).first());
  }

  /** A name was misspelt in the list. */
  async corrects(wrong: string, family: string, right: string): Promise<void> {
    const { page } = this;
    await button(page, say(words.correct_of, { name: wrong })).click();
    const form = dialog(page, words.correct_title);
    await accessible(page);
    await field(form, words.family_name).fill(family);
    await button(form, words.do_correct).click();
    await sees(page.getByText(say(words.corrected, { name: right }), { exact: true }));
    await sees(page.getByRole('rowheader', { name: right, exact: true }));
  }

  /** Reads a list with faults: all are told at once, and nothing is imported. */
  async readFaultyList(text: string, faults: Fault[]): Promise<void> {
    const { page } = this;
    await link(page, words.import).click();
    await sees(heading(page, words.import_title), heading(page, words.step_file));
    await accessible(page);
    await this.choose('candidates-draft.csv', text);
    await sees(page.getByText(say(words.faults, { n: faults.length }), { exact: true }));
    const told = page.getByRole('table', { name: words.fault_list, exact: true }).getByRole('row');
    expect(await told.count()).toBe(1 + faults.length);
    for (const [at, { row, column, value }] of faults.entries()) {
      const cells = await told
        .nth(at + 1)
        .locator('th, td')
        .allInnerTexts();
      expect(cells.slice(0, 3).map((cell) => cell.trim())).toEqual([say(words.row_n, { row }), column, value]);
      expect(cells[3]?.trim().length, 'a reason').toBeGreaterThan(10);
    }
    expect(await button(page, say(words.do_import, { n: 3 })).count()).toBe(0);
    await accessible(page);
    await page.goto(this.session);
    await sees(page.getByText(words.no_candidate, { exact: true }));
  }

  async importList(text: string, names: string[]): Promise<void> {
    const { page } = this;
    await link(page, words.import).click();
    await this.choose('candidates.csv', text);
    await sees(page.getByText(say(words.all_right, { n: names.length }), { exact: true }));
    await accessible(page);
    await button(page, say(words.do_import, { n: names.length })).click();
    await sees(page.getByText(say(words.imported, { n: names.length }), { exact: true }));
    for (const name of names) await sees(page.getByRole('rowheader', { name, exact: true }));
    await accessible(page);
  }

  /** Prints a paper of the session. */
  async print(paper: 'attendance' | 'kit' | 'minutes'): Promise<string> {
    const { page } = this;
    await page.goto(this.session);
    await page.getByRole('tab', { name: words.tab_documents, exact: true }).click();
    const paperLink = link(page, say(words.open_pdf_of, { name: words[paper] }));
    await sees(paperLink);
    await accessible(page);
    return downloaded(page, () => paperLink.click());
  }

  /** Takes the certificate of a holder; returns its file and code. */
  async takeCertificate(holder: string): Promise<{ file: string; code: string }> {
    const { page } = this;
    await page.goto(this.session);
    await page.getByRole('tab', { name: words.tab_certificates, exact: true }).click();
    const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: holder, exact: true }) });
    await sees(row.getByText(desk.certificate_valid, { exact: true }));
    await accessible(page);
    expect(await page.getByRole('row').count(), 'one certificate under the titles').toBe(2);
    const code = (await row.getByRole('code').innerText()).trim();
    const file = await downloaded(page, () => link(row, say(desk.pdf_of, { name: holder })).click());
    return { file, code };
  }

  private async choose(name: string, text: string): Promise<void> {
    const chooser = this.page.waitForEvent('filechooser');
    await button(this.page, words.choose_file).click();
    await (await chooser).setFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
    await sees(heading(this.page, words.step_check));
  }
}
