// The administrator: creates the centre, invites jurors, convenes the panel, revokes.

import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { accessible, button, dialog, field, heading, link, sees } from './person.ts';
import { password } from './server.ts';
import { enterBy, goTo, invite, linkOnce, type Invited } from './staff.ts';
import { admin as words, ui, desk, home, optional, say } from './words.ts';

export class Administrator {
  constructor(readonly page: Page) {}

  async signIn(): Promise<void> {
    const { page } = this;
    await page.goto('/');
    await sees(heading(page, home.sign_in));
    await accessible(page);
    await field(page, home.email).fill('admin@jurat.example');
    await field(page, home.password).fill(password);
    await button(page, home.do_sign_in).click();
    await enterBy(page, home.to_admin);
    await sees(heading(page, words.centres));
    await accessible(page);
  }

  /** Creates the centre; returns the link for its manager. */
  async createCentre(name: string, manager: Invited): Promise<string> {
    const { page } = this;
    await link(page, words.create).click();
    await sees(heading(page, words.create));
    await button(page, words.create).click();
    await sees(page.getByText(ui.required).first());
    await accessible(page);
    await field(page, words.name).fill(name);
    await field(page, words.kind).selectOption({ label: words.kind_professional });
    await field(page, words.zone).fill('Europe/Paris');
    await field(page, optional(words.external_id)).fill('0751234A');
    await field(page, words.manager_email).fill(manager.email);
    await button(page, words.create).click();
    await sees(heading(page, say(words.created, { name })));
    const invitation = await linkOnce(page);
    await link(page, words.open_centre).click();
    await sees(heading(page, name), page.getByText(manager.email, { exact: true }));
    expect(await page.getByText(invitation).count(), 'the link is told once').toBe(0);
    await accessible(page);
    return invitation;
  }

  /** Invites jurors; returns a link for each. */
  async inviteJurors(jurors: Invited[]): Promise<string[]> {
    await goTo(this.page, words.people);
    const links: string[] = [];
    for (const juror of jurors) links.push(await invite(this.page, juror));
    return links;
  }

  /** Convenes the panel of the only closed session; the first juror presides. */
  async convenePanel(jurors: Invited[]): Promise<void> {
    const { page } = this;
    await this.openSession(words.need_panel);
    await accessible(page);
    await button(page, words.convene).click();
    const asking = dialog(page, words.convene_title);
    for (const [seat, juror] of jurors.entries()) {
      const label = seat === 0 ? words.president : say(words.juror_n, { n: seat });
      await field(asking, label).selectOption({ label: `${juror.name} · ${juror.email}` });
    }
    await accessible(page);
    await button(asking, words.convene).click();
    await sees(
      page.getByText(words.convened, { exact: true }),
      page.getByRole('meter', { name: words.panel_progress }),
    );
    await accessible(page);
  }

  async revoke(holder: string): Promise<void> {
    const { page } = this;
    await this.openSession(words.others);
    await sees(page.getByText(desk.certificate_valid, { exact: true }));
    await accessible(page);
    await button(page, say(words.revoke_of, { name: holder })).click();
    const asking = dialog(page, words.revoke_title);
    await field(asking, words.why).selectOption({ label: words.reason_error });
    await asking.getByRole('checkbox', { name: words.sure, exact: true }).check();
    await accessible(page);
    await button(asking, words.revoke).click();
    await sees(page.getByText(desk.certificate_revoked, { exact: true }));
    await accessible(page);
  }

  /** Opens the first session of a table of the sessions' page. */
  private async openSession(table: string): Promise<void> {
    await goTo(this.page, words.sessions);
    await this.page.getByRole('table', { name: table, exact: true }).getByRole('rowheader').getByRole('link').click();
    await sees(heading(this.page, words.panel));
  }
}
