// Something between a page and the server answers in its place: nothing of it is believed, on any page. What was
// entered stays, people stay where they are, and the page goes on by itself.

import type { Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { Candidate } from './candidate.ts';
import { Filter } from './filter.ts';
import { accessible, accessibleOnDarkPhone, button, dialog, field, heading, photographAll, sees } from './person.ts';
import { password } from './server.ts';
import { signIn } from './staff.ts';
import { stage } from './stage.ts';
import { admin as adminWords, centre, english, home, invigilate, jury, optional, problems, say } from './words.ts';
import { sure } from './sure.ts';
import { admin, identity, invigilator, jurors, manager } from './world.ts';

const on = stage();

const banner = (page: Page): Locator => page.getByText(problems.between, { exact: false }).first();

/** Reloads the page behind the filter: it says so, stays where it is, and is there by itself once the filter has gone. */
async function comesBackByItself(page: Page, filter: Filter, there: Locator): Promise<void> {
  const address = page.url();
  filter.blocks();
  await page.reload();
  await sees(banner(page));
  await accessible(page);
  expect(page.url()).toBe(address);
  filter.opens();
  await there.waitFor({ timeout: 15_000 });
  await banner(page).waitFor({ state: 'detached' });
}

/** Presses what sends a form behind the filter: it says so; pressed again without the filter it is done. */
async function isSentLater(
  page: Page,
  filter: Filter,
  send: Locator,
  kept: [Locator, string],
  done: Locator,
): Promise<void> {
  filter.blocks();
  await send.click();
  await sees(banner(page));
  await accessible(page);
  expect(await kept[0].inputValue(), 'what was typed stays').toBe(kept[1]);
  filter.opens();
  await send.click();
  await sees(done);
}

test.concurrent(
  'an answer is kept, never shown as answered meanwhile, and saved within 15 s after',
  async ({ expect, onTestFailed }) => {
    onTestFailed(photographAll);
    const page = await on.tab('candidate');
    const filter = await Filter.before(page);
    const chloe = new Candidate(page, english);
    await chloe.enter(on.world.room.entry_code, identity('Chloe'));
    await chloe.startPart(1);
    filter.blocks();
    const questions = [await chloe.answersNext(), await chloe.answersNext(), await chloe.answersNext()];
    for (const number of questions) await sees(chloe.question(number, 'is_unsaved'));
    for (const number of questions) expect(await chloe.question(number, 'is_answered').count()).toBe(0);
    await expect.poll(() => filter.answered, { timeout: 15_000 }).toBeGreaterThan(12);
    await accessible(page);
    await accessibleOnDarkPhone(page);
    await button(page, say(english.exam.finish)).first().click();
    const asking = dialog(page, say(english.exam.finish_title, { n: 1 }));
    await sees(asking.getByText(say(english.exam.finish_unsaved, { n: 3 }), { exact: true }));
    expect(await button(asking, say(english.exam.finish_do)).isDisabled()).toBe(true);
    await accessible(page);
    await button(asking, say(english.exam.finish_back)).click();
    filter.opens();
    for (const number of questions) await chloe.question(number, 'is_answered').waitFor({ timeout: 15_000 });
    expect(await chloe.saved()).toHaveLength(3);
  },
);

test.concurrent('the door stays where it is, with what was typed', async ({ onTestFailed }) => {
  onTestFailed(photographAll);
  const page = await on.tab('door');
  const filter = await Filter.before(page);
  const emil = new Candidate(page, english);
  await emil.enter(on.world.room.entry_code, identity('Emil'));
  await sees(
    heading(page, 'Part 1')
      .or(button(page, say(english.exam.start_part, { n: 1 })))
      .first(),
  );
  await comesBackByItself(page, filter, button(page, say(english.exam.start_part, { n: 1 })));
});

test.concurrent(
  'a board keeps its rows, says that it is stale, and is live again by itself',
  async ({ onTestFailed }) => {
    onTestFailed(photographAll);
    const page = await on.tab('board');
    const filter = await Filter.before(page);
    await signIn(page, invigilator);
    await page.goto(`/invigilate/${on.world.room.id}`);
    const live = page.getByText(invigilate.live, { exact: true });
    await sees(live);
    const rows = page.getByRole('table').getByRole('row');
    const before = await rows.count();
    filter.blocks();
    await sees(page.getByText(invigilate.stale_text, { exact: true }));
    expect(await rows.count()).toBe(before);
    await accessible(page);
    await accessibleOnDarkPhone(page);
    filter.opens();
    await page.getByText(invigilate.stale_text, { exact: true }).waitFor({ state: 'detached' });
    await live.waitFor();
    expect(await rows.count()).toBe(before);
  },
);

test.concurrent('a plan of a session keeps what was typed', async ({ onTestFailed }) => {
  onTestFailed(photographAll);
  const page = await on.tab('centre');
  const filter = await Filter.before(page);
  await signIn(page, manager);
  await page.goto(`/centre/${on.world.centre.id}/plan`);
  await comesBackByItself(page, filter, heading(page, centre.plan));
  const now = new Date().toLocaleString('sv-SE', { timeZone: 'Europe/Paris' });
  await field(page, centre.day).fill(now.slice(0, 10));
  await field(page, centre.hour).fill('23:55');
  await field(page, centre.place).fill('Lycée Ada-Lovelace');
  await field(page, centre.room).fill('Room 14');
  await page.getByRole('checkbox', { name: `${invigilator.name} · ${invigilator.email}`, exact: true }).check();
  const planned = page.getByText(centre.planned, { exact: true });
  await isSentLater(page, filter, button(page, centre.do_plan), [field(page, centre.room), 'Room 14'], planned);
});

test.concurrent('a vote keeps its reason', async ({ onTestFailed }) => {
  onTestFailed(photographAll);
  const page = await on.tab('jury');
  const filter = await Filter.before(page);
  await signIn(page, jurors[0]);
  const one = sure(on.world.panel.case_list[1], 'the second case');
  await page.goto(`/jury/panels/${on.world.panel.id}/cases/${one.id}`);
  await comesBackByItself(page, filter, heading(page, say(jury.case_n, { n: one.number })));
  await page.getByRole('radio', { name: jury.vote_refused, exact: true }).check();
  await field(page, jury.reason).fill('Too little was answered.');
  const voted = page.getByText(jury.voted, { exact: true });
  await isSentLater(
    page,
    filter,
    button(page, jury.do_vote),
    [field(page, jury.reason), 'Too little was answered.'],
    voted,
  );
});

test.concurrent('an administrator stays signed in, and a new centre keeps what was typed', async ({ onTestFailed }) => {
  onTestFailed(photographAll);
  const page = await on.tab('admin');
  const filter = await Filter.before(page);
  await signIn(page, admin);
  await page.goto('/admin/centres');
  await comesBackByItself(page, filter, page.getByRole('link', { name: on.world.centre.name, exact: true }));
  await page.goto('/admin/centres/new');
  await field(page, adminWords.name).fill('Greta du Nord');
  await field(page, adminWords.kind).selectOption({ label: adminWords.kind_professional });
  await field(page, adminWords.zone).fill('Europe/Paris');
  await field(page, optional(adminWords.external_id)).fill('0597654B');
  await field(page, adminWords.manager_email).fill('nora@centre.example');
  const created = heading(page, say(adminWords.created, { name: 'Greta du Nord' }));
  await isSentLater(
    page,
    filter,
    button(page, adminWords.create),
    [field(page, adminWords.name), 'Greta du Nord'],
    created,
  );
});

test.concurrent(
  'the front door keeps what was typed, and knows afterwards who is signed in',
  async ({ onTestFailed }) => {
    onTestFailed(photographAll);
    const page = await on.tab('home');
    const filter = await Filter.before(page);
    await page.goto('/');
    await comesBackByItself(page, filter, heading(page, home.sign_in));
    await field(page, home.email).fill(manager.email);
    await field(page, home.password).fill(password);
    const hello = heading(page, say(home.hello, { name: manager.name }));
    await isSentLater(page, filter, button(page, home.do_sign_in), [field(page, home.password), password], hello);
    await comesBackByItself(page, filter, hello);
  },
);
