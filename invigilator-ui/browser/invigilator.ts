// The invigilator: opens the session, watches the live board, acts on it, closes and signs.

import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Room } from './manager.ts';
import { opened } from './paper.ts';
import { accessible, accessibleOnDarkPhone, button, dialog, field, heading, link, sees } from './person.ts';
import { enterBy } from './staff.ts';
import { ui, home, invigilate as words, journal, optional, say } from './words.ts';

type Command = 'check_in' | 'admit' | 'hold' | 'release' | 'extend' | 'terminate' | 'reopen';

export class Invigilator {
  constructor(readonly page: Page) {}

  /** Opens the session from the list; returns the code to write on the board. */
  async openSession({ place, room }: Room): Promise<string> {
    const { page } = this;
    await enterBy(page, home.to_invigilate);
    await sees(heading(page, words.my_sessions));
    await accessible(page);
    await link(page, `${words.prepare}, ${place} · ${room}`).click();
    await sees(heading(page, `${place} · ${room}`), heading(page, words.entry_code));
    await accessible(page);
    await button(page, words.show_code).click();
    const large = dialog(page, words.entry_code);
    const code = (await large.getByRole('paragraph').first().innerText()).trim();
    await button(large, ui.close).click();
    await button(page, words.open_session).click();
    await button(dialog(page, words.open_session), words.open_confirm).click();
    await sees(page.getByText(words.live, { exact: true }));
    await accessible(page);
    return code;
  }

  /** The candidate's row on the board. */
  row(name: string): Locator {
    return this.page.getByRole('row').filter({ has: button(this.page, name) });
  }

  async seesState(name: string, state: keyof typeof ui): Promise<void> {
    await sees(this.row(name).getByText(ui[state], { exact: true }));
  }

  /** Waits until the board, untouched, tells so many answers. */
  async seesProgress(name: string, least: number): Promise<void> {
    const meter = this.row(name).getByRole('meter', { name: say(words.progress_of, { name }), exact: true });
    const answered = async () => Number(await meter.getAttribute('aria-valuenow'));
    await expect.poll(answered, { timeout: 15_000 }).toBeGreaterThanOrEqual(least);
  }

  async checkIdentity(name: string): Promise<void> {
    await this.press('check_in', name);
    await accessible(this.page);
    await button(this.asking('check_in'), words.confirm_check_in).click();
    await this.seesState(name, 'attempt_checked_in');
  }

  async admit(name: string): Promise<void> {
    await this.press('admit', name);
    await this.seesState(name, 'attempt_admitted');
  }

  async hold(name: string, reason: string): Promise<void> {
    await this.press('hold', name);
    await this.asking('hold').getByRole('radio', { name: reason, exact: true }).check({ force: true });
    await accessible(this.page);
    await button(this.asking('hold'), words.confirm_hold).click();
    await this.seesState(name, 'attempt_held');
    await accessible(this.page);
  }

  async release(name: string): Promise<void> {
    await this.press('release', name);
    await button(this.asking('release'), words.confirm_release).click();
    await this.seesState(name, 'attempt_running');
  }

  /** Extends by the usual five minutes, from the candidate's record. */
  async extend(name: string, reason: string): Promise<void> {
    const { page } = this;
    await button(page, say(words.more_of, { name })).click();
    const record = dialog(page, name);
    await sees(heading(page, words.timeline), record.getByText(journal.part_started, { exact: true }));
    await accessible(page);
    await button(record, words.command_extend).click();
    await this.asking('extend').getByRole('radio', { name: reason, exact: true }).check({ force: true });
    await accessible(page);
    await button(this.asking('extend'), words.confirm_extend).click();
    await sees(this.row(name).getByTitle(say(words.extended, { time: '+5\u00a0min' }), { exact: true }));
  }

  /** Ends the exam, from the candidate's record, and confirms it. */
  async terminate(name: string, reason: string): Promise<void> {
    const asking = await this.fromRecord('terminate', name, reason);
    await asking.getByRole('checkbox', { name: words.understood_terminate, exact: true }).check();
    await button(asking, words.confirm_terminate).click();
    await this.seesState(name, 'attempt_terminated');
  }

  /** Takes the end back, by the keyboard alone: from the row to the record, from there to the command. */
  async reopen(name: string, reason: string): Promise<void> {
    const { page } = this;
    await this.row(name).getByRole('checkbox').focus();
    await page.keyboard.press('Enter');
    await button(dialog(page, name), words.command_reopen).press('Enter');
    const asking = this.asking('reopen');
    await asking.getByRole('radio', { name: reason, exact: true }).press(' ');
    await sees(asking.getByRole('cell', { name: /^\d+:\d\d$/ }).first());
    await accessible(page);
    await accessibleOnDarkPhone(page);
    await button(asking, words.confirm_reopen).press('Enter');
    await this.seesState(name, 'attempt_held');
  }

  private async fromRecord(command: Command, name: string, reason: string): Promise<Locator> {
    await button(this.page, say(words.more_of, { name })).click();
    await button(dialog(this.page, name), words[`command_${command}`]).click();
    const asking = this.asking(command);
    await asking.getByRole('radio', { name: reason, exact: true }).check({ force: true });
    return asking;
  }

  async writeIncident(name: string, note: string): Promise<void> {
    const { page } = this;
    await button(page, words.incident).click();
    const asking = dialog(page, words.write_incident);
    await field(asking, words.about_whom).selectOption({ label: name });
    await asking.getByRole('radio', { name: words.incident_technical_workstation, exact: true }).check({ force: true });
    await field(asking, optional(words.note)).fill(note);
    await accessible(page);
    await button(asking, words.save_incident).click();
    await sees(this.row(name).getByText(say(words.incidents_n, { n: 1 }), { exact: true }));
  }

  async tellTheRoom(notice: string): Promise<void> {
    const { page } = this;
    await button(page, words.notice).click();
    const asking = dialog(page, words.write_notice);
    await field(asking, words.notice_text).fill(notice);
    await accessible(page);
    await button(asking, words.send_notice).click();
    await asking.waitFor({ state: 'hidden' });
  }

  /** Is told who stands against closing, by the assistant, and goes on watching. */
  async mayNotClose(...working: string[]): Promise<void> {
    const { page } = this;
    await button(page, words.close_session).click();
    const closing = dialog(page, words.close_session);
    const against = closing.getByRole('listitem');
    await sees(heading(page, say(words.close_blockers, { n: working.length })), against.first());
    for (const name of working) expect(await against.filter({ hasText: name }).count(), name).toBe(1);
    expect(await button(closing, words.close_confirm).isDisabled(), 'somebody stands against it').toBe(true);
    expect(await field(closing, optional(words.close_comment)).count(), 'no comment yet').toBe(0);
    await accessible(page);
    await button(closing, ui.cancel).click();
    await closing.waitFor({ state: 'hidden' });
  }

  /** Closes with the assistant, which names who has not come and becomes absent. Returns the signed minutes. */
  async close(absent: string, comment: string): Promise<Buffer> {
    const { page } = this;
    await button(page, words.close_session).click();
    const closing = dialog(page, words.close_session);
    await sees(closing.getByText(words.close_ready, { exact: true }));
    await sees(
      closing.getByText(say(words.close_absent, { n: 1 }), { exact: true }),
      closing.getByText(absent, { exact: true }),
    );
    await field(closing, optional(words.close_comment)).fill(comment);
    await accessible(page);
    await button(closing, words.close_confirm).click();
    await sees(closing.getByText(words.session_is_closed, { exact: true }));
    await accessible(page);
    const minutes = await opened(page, () => link(closing, words.minutes).click());
    await closing.getByRole('button', { name: ui.close, exact: true }).last().click();
    await sees(page.getByText(words.closed_text, { exact: true }));
    await accessible(page);
    return minutes;
  }

  private press(command: Command, name: string): Promise<void> {
    return button(this.page, `${words[`command_${command}`]} : ${name}`).click();
  }

  private asking(command: Command): Locator {
    return dialog(this.page, words[`command_${command}`]);
  }
}
