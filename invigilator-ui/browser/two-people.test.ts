// Two people at one browser: its tabs share their cookies, and nothing that is done on the page of the one is
// ever done in the name of the other.

import type { Page } from 'playwright-core';
import { test } from 'vitest';
import type { Case } from '../src/lib/api/types.ts';
import { Candidate } from './candidate.ts';
import {
  accessible,
  accessibleOnDarkPhone,
  anotherTab,
  button,
  dialog,
  field,
  link,
  photographAll,
  sees,
} from './person.ts';
import { signIn, signOut } from './staff.ts';
import { stage } from './stage.ts';
import { centre, english, jury as words, say, ui } from './words.ts';
import { sure } from './sure.ts';
import { admin, identity, invigilator, jurors, manager, signedIn, type Family } from './world.ts';

const on = stage();

/** What covers a page whose browser belongs to somebody else. */
const stopped = (page: Page, name: string) => dialog(page, say(ui.stopped_title, { name }));

/** Nothing tells the page early that somebody else is here: it meets the server's refusal. */
async function deaf(page: Page): Promise<void> {
  await page.route(/\/api\/v1\/(me|attempt)$/, (route) => route.abort());
}

async function takesSeat(candidate: Candidate, family: Family): Promise<void> {
  await candidate.enter(on.world.room.entry_code, identity(family));
  await candidate.startPart(1);
}

test.concurrent(
  'what a candidate types after another has entered is kept in the tab and sent when the seat is theirs again',
  async ({ expect, onTestFailed }) => {
    onTestFailed(photographAll);
    const alba = new Candidate(await on.tab('alba'), english);
    const bruno = new Candidate(await anotherTab(alba.page, 'bruno'), english);
    await bruno.page.goto('/exam');
    await takesSeat(alba, 'Alba');
    await alba.answersNext();
    await expect.poll(async () => (await alba.saved()).length).toBe(1);

    // Bruno enters in the tab that has stood at the door since.
    await deaf(alba.page);
    await bruno.comesIn(identity('Bruno'), on.world.room.entry_code);
    await bruno.startPart(1);
    await alba.answersHere();
    await sees(stopped(alba.page, 'Camille Alba'));
    expect(await bruno.saved(), 'nothing of hers is in his attempt').toEqual([]);
    await accessible(alba.page);
    await alba.page.getByText(ui.stopped_show, { exact: true }).click();
    await sees(alba.page.getByRole('listitem').filter({ hasText: /./ }).getByRole('code'));
    await accessibleOnDarkPhone(alba.page);
    expect((await on.world.row('Bruno')).answered).toBe(0);
    expect((await on.world.row('Alba')).answered).toBe(1);

    // The seat is hers again.
    await alba.page.unroute(/\/api\/v1\/(me|attempt)$/);
    await on.world.tells('new_device', 'Alba');
    await button(alba.page, say(english.exam.fenced_enter)).click();
    await alba.comesIn(identity('Alba'), on.world.room.entry_code);
    await sees(alba.page.getByRole('timer').first());
    await expect.poll(async () => (await alba.saved()).length, { timeout: 15_000 }).toBe(2);
  },
);

test.concurrent(
  'no vote is cast under the name of a colleague who signed in since',
  async ({ expect, onTestFailed }) => {
    onTestFailed(photographAll);
    const [, jules, rose] = jurors;
    const one = sure(on.world.panel.case_list[0], 'the first case');
    const page = await on.tab('jules');
    await signIn(page, jules);
    await page.goto(`/jury/panels/${on.world.panel.id}/cases/${one.id}`);
    await page.getByRole('radio', { name: words.vote_refused, exact: true }).check();
    await field(page, words.reason).fill('Too little was answered.');

    await deaf(page);
    const other = await anotherTab(page, 'rose');
    await other.goto('/');
    await signOut(other);
    await signIn(other, rose);
    await button(page, words.do_vote).click();
    await sees(stopped(page, jules.name));
    await accessible(page);
    for (const key of ['Escape', 'Escape', 'Tab', 'Enter']) await page.keyboard.press(key);
    await sees(page.getByRole('code').filter({ hasText: 'Too little was answered.' }));
    const her = await signedIn(on.world.url, rose);
    expect((await her.get<Case>(`/cases/${one.id}`)).my_vote).toBeNull();

    // He signs in again: his page goes on where it stopped.
    await page.unroute(/\/api\/v1\/(me|attempt)$/);
    await signOut(other);
    await signIn(other, jules);
    await stopped(page, jules.name).waitFor({ state: 'hidden' });
    await button(page, words.do_vote).click();
    await sees(page.getByText(words.voted, { exact: true }));
  },
);

test.concurrent(
  'what only somebody who signed in since may see is not shown on the page of the one before',
  async ({ expect, onTestFailed }) => {
    onTestFailed(photographAll);
    const page = await on.tab('manager');
    await signIn(page, manager);
    await page.goto(`/centre/${on.world.room.centre_id}/sessions`);
    await sees(link(page, centre.people));
    await deaf(page);
    const other = await anotherTab(page, 'admin');
    await other.goto('/');
    await signOut(other);
    await signIn(other, admin);
    const read: number[] = [];
    page.on('response', (response) => void (response.url().includes('/centres/') && read.push(response.status())));
    await link(page, centre.people).click();
    await sees(stopped(page, manager.name));
    expect(new Set(read)).toEqual(new Set([409]));
  },
);

test.concurrent('no document is opened for somebody who has signed in since', async ({ expect, onTestFailed }) => {
  onTestFailed(photographAll);
  const { id, centre_id } = on.world.room;
  const page = await on.tab('mona');
  await page.addInitScript('delete globalThis.BroadcastChannel');
  await signIn(page, manager);
  await page.goto(`/centre/${centre_id}/sessions/${id}`);
  await page.getByRole('tab', { name: centre.tab_documents, exact: true }).click();
  const attendance = link(page, say(centre.open_pdf_of, { name: centre.attendance }));
  await sees(attendance);
  const other = await anotherTab(page, 'ines');
  await other.goto('/');
  await signOut(other);
  await signIn(other, invigilator);
  const asked: string[] = [];
  page.context().on('request', (request) => asked.push(request.url()));
  await attendance.dispatchEvent('click');
  await sees(stopped(page, manager.name));
  expect(asked.filter((address) => address.endsWith('.pdf'))).toEqual([]);
});

test.concurrent('an exam goes on when staff sign out in another tab', async ({ expect, onTestFailed }) => {
  onTestFailed(photographAll);
  const dora = new Candidate(await on.tab('dora'), english);
  await takesSeat(dora, 'Dora');
  const staff = await anotherTab(dora.page, 'staff');
  await signIn(staff, invigilator);
  await signOut(staff);
  await dora.answersNext();
  await dora.page.reload();
  await sees(dora.page.getByRole('timer').first());
  await expect.poll(async () => (await dora.saved()).length).toBe(1);
});
