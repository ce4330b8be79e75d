// What all staff do: accept an invitation, go through the door of a role, invite others.

import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { accessible, button, dialog, field, heading, link, sees } from './person.ts';
import { ui, desk, home, say } from './words.ts';
import { password } from './server.ts';

export type Invited = { name: string; email: string };

/** Follows an invitation's link as a newcomer, is confirmed by the host, signs in and arrives at the doors. */
export async function accept(page: Page, invitation: string, who: Invited, host: Page): Promise<void> {
  await page.goto(invitation);
  await sees(heading(page, home.invitation));
  await accessible(page);
  await field(page, home.your_name).fill(who.name);
  await field(page, home.new_password).fill(password);
  await button(page, home.accept).click();
  await sees(page.getByText(home.accepted, { exact: true }));
  await accessible(page);
  await confirm(host, who);
  await signIn(page, who);
  await accessible(page);
}

/** Says, on the page that lists the invitations, that one has reached the right person. */
async function confirm(page: Page, who: Invited): Promise<void> {
  await page.reload();
  await button(page, say(desk.to_confirm_of, { name: who.name })).click();
  const asking = dialog(page, desk.settle_title);
  await accessible(page);
  await button(asking, desk.settle_confirm).click();
  await asking.waitFor({ state: 'hidden' });
}

/** Signs in at the front door and arrives at the doors. */
export async function signIn(page: Page, who: Invited): Promise<void> {
  await page.goto('/');
  await field(page, home.email).fill(who.email);
  await field(page, home.password).fill(password);
  await button(page, home.do_sign_in).click();
  await sees(heading(page, say(home.hello, { name: who.name })));
}

export async function signOut(page: Page): Promise<void> {
  await button(page, ui.sign_out).click();
  await sees(heading(page, home.sign_in));
}

/** Opens the pages of a role from the front door. */
export async function enterBy(page: Page, door: string): Promise<void> {
  await page
    .getByRole('link')
    .filter({ has: page.getByText(door, { exact: true }) })
    .click();
}

/** Invites a person on the page that can, and returns the link, which is told once. */
export async function invite(page: Page, who: Invited): Promise<string> {
  await button(page, desk.invite).click();
  const asking = dialog(page, desk.invite_title);
  await field(asking, desk.email).fill(who.email);
  await accessible(page);
  await button(asking, desk.create_link).click();
  const invitation = await linkOnce(page);
  await button(asking, desk.link_kept).click();
  await asking.waitFor({ state: 'hidden' });
  expect(await page.getByText(invitation).count()).toBe(0);
  return invitation;
}

/** The invitation's link that the page shows now. */
export async function linkOnce(page: Page): Promise<string> {
  await sees(page.getByText(desk.link_once, { exact: true }));
  await accessible(page);
  return (await page.getByLabel(desk.link, { exact: true }).innerText()).trim();
}

/** Goes to one of the pages that the bar names. */
export async function goTo(page: Page, name: string): Promise<void> {
  await link(page.getByRole('banner'), name).click();
  await sees(heading(page, name));
  await page.getByText(ui.loading, { exact: true }).last().waitFor({ state: 'hidden' });
}
