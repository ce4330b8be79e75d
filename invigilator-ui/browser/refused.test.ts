// A server that says no, or not yet: the page keeps what was typed, waits for as long as it is told, says what to
// change, and calls saved what the server has.

import type { Page } from 'playwright-core';
import { test } from 'vitest';
import { Candidate } from './candidate.ts';
import { accessible, accessibleOnDarkPhone, button, dialog, field, heading, photographAll, sees } from './person.ts';
import { Sent } from './sent.ts';
import { password } from './server.ts';
import { signIn } from './staff.ts';
import { stage } from './stage.ts';
import { english, home, jury, problems, say, ui } from './words.ts';
import { identity, jurors, type Family } from './world.ts';

// One answer a second, so that whoever answers two at once waits for the next.
const on = stage({ JURAT_ANSWERS_BURST: '2', JURAT_ANSWERS_PER_S: '1' });

async function inPartOne(family: Family): Promise<{ candidate: Candidate; page: Page; sent: Sent }> {
  const page = await on.tab(family);
  const sent = await Sent.by(page);
  const candidate = new Candidate(page, english);
  await candidate.enter(on.world.room.entry_code, identity(family));
  await candidate.startPart(1);
  return { candidate, page, sent };
}

const state = (page: Page, state: string) => page.locator(`[data-state="${state}"]`);
const refusedHere = (page: Page, number: number) =>
  page.getByText(say(english.exam.refused_answer, { n: 1, number }), { exact: true });

/** Goes on to a question that is answered in words. */
async function nextInWords(candidate: Candidate, page: Page): Promise<number> {
  for (let number = 1; ; number += 1) {
    await candidate.isAt(number);
    if ((await page.locator('#answer:not(.numeric)').count()) > 0) return number;
    await button(page, say(english.exam.next)).click();
  }
}

test.concurrent(
  'answers that come too fast are kept, wait for as long as the server says, and are saved by themselves',
  async ({ expect, onTestFailed }) => {
    onTestFailed(photographAll);
    const { candidate, page, sent } = await inPartOne('Alba');
    const numbers = await candidate.answersUpTo(6);
    for (const number of numbers) await sees(candidate.question(number, 'is_answered'));
    await sees(state(page, 'saved'));
    expect(sent.told(429).length).toBeGreaterThan(0);
    expect(
      sent.told(429).every(({ wait_s }) => wait_s >= 1),
      'the server says how long',
    ).toBe(true);
    sent.honestly();
    expect(await candidate.saved()).toHaveLength(numbers.length);
    expect(new Set(await candidate.saved())).toEqual(new Set(sent.tries.map(({ value }) => value)));
    expect(await page.getByText(problems.too_fast).count(), 'nothing for the candidate to do').toBe(0);
  },
);

test.concurrent(
  'an answer that is too long stays on the page, which says so until it is shortened',
  async ({ expect, onTestFailed }) => {
    onTestFailed(photographAll);
    const { candidate, page, sent } = await inPartOne('Bruno');
    const number = await nextInWords(candidate, page);
    const answer = field(page, say(english.exam.your_answer));
    // The field takes 500 characters; a program that fills it in may not ask it.
    await answer.evaluate((input) => input.removeAttribute('maxlength'));
    const long = 'é'.repeat(40_000);
    await answer.fill(long);
    await sees(refusedHere(page, number), page.getByText(say(english.exam.refused_too_long), { exact: true }));
    expect(sent.tries.map(({ status }) => status)).toEqual([413]);
    await sees(candidate.question(number, 'is_unsaved'), state(page, 'waiting'));
    expect(await answer.inputValue()).toBe(long);
    await accessible(page);
    await accessibleOnDarkPhone(page);

    await answer.fill('short enough');
    await sees(state(page, 'saved'));
    await refusedHere(page, number).waitFor({ state: 'detached' });
    sent.honestly();
    expect(await candidate.saved()).toEqual(['short enough']);
  },
);

test.concurrent(
  'a server without time for an answer is left alone for as long as it says',
  async ({ expect, onTestFailed }) => {
    onTestFailed(photographAll);
    const { candidate, page, sent } = await inPartOne('Chloe');
    sent.meetBusyServer(2, 3);
    const number = await nextInWords(candidate, page);
    const answer = field(page, say(english.exam.your_answer));
    await answer.fill('patience');
    await sees(state(page, 'waiting'), page.getByText(say(english.exam.unsaved_title, { n: 1 }), { exact: true }));
    await accessible(page);
    expect(await answer.inputValue()).toBe('patience');
    await sees(state(page, 'saved'));
    expect(sent.tries.map(({ status }) => status)).toEqual([503, 503, 200]);
    sent.honestly();
    expect(await answer.inputValue()).toBe('patience');
    expect(await candidate.saved()).toEqual(['patience']);
    await page.getByText(say(english.exam.unsaved_title, { n: 1 }), { exact: true }).waitFor({ state: 'detached' });
    await sees(candidate.question(number, 'is_answered'));
  },
);

test.concurrent(
  'whoever tried too often sees the wait run out, and then signs in',
  async ({ expect, onTestFailed }) => {
    onTestFailed(photographAll);
    const rose = jurors[2];
    const page = await on.tab('rose');
    await page.goto('/');
    await field(page, home.email).fill(rose.email);
    await field(page, home.password).fill('not this one');
    const send = button(page, home.do_sign_in);
    const refused = page.getByText(problems.too_many_attempts);
    const told = refused.or(page.getByText(problems.bad_credentials, { exact: true }));
    for (let tries = 0; tries < 10 && (await refused.count()) === 0; tries += 1) {
      await Promise.all([page.waitForResponse('**/api/v1/sign-in'), send.click()]);
      await sees(told);
    }
    const seconds = page.getByText(/Try again in \d+\s+s\./);
    const first = await seconds.innerText();
    await accessible(page);
    await accessibleOnDarkPhone(page);
    await expect.poll(async () => (await seconds.count()) === 0 || (await seconds.innerText()) !== first).toBe(true);
    await page.getByText(ui.wait_over, { exact: true }).waitFor({ timeout: 40_000 });
    await field(page, home.password).fill(password);
    await send.click();
    await sees(heading(page, say(home.hello, { name: rose.name })));
  },
);

test.concurrent(
  'a panel whose cases are open again says so where they are, and closes nothing',
  async ({ expect, onTestFailed }) => {
    onTestFailed(photographAll);
    const page = await on.tab('paule');
    // Every case was decided when the page was loaded; the server has looked again since.
    let decided = true;
    await page.route(/\/api\/v1\/panels\/[^/]+$/, async (route) => {
      const response = await route.fetch();
      const panel = (await response.json()) as { cases: number };
      await route.fulfill({ response, json: decided ? { ...panel, decided: panel.cases } : panel });
    });
    await page.route(/\/api\/v1\/panels\/[^/]+\/close$/, async (route) => {
      decided = false;
      const body = JSON.stringify({ type: '/problems/cases_open_again', status: 409 });
      await route.fulfill({ status: 409, headers: { 'x-jurat': '1' }, contentType: 'application/problem+json', body });
    });
    await signIn(page, jurors[0]);
    await page.goto(`/jury/panels/${on.world.panel.id}`);
    await button(page, jury.close_panel).click();
    const asking = dialog(page, jury.close_title);
    await button(asking, jury.close_panel).click();
    await sees(page.getByRole('alert').filter({ hasText: problems.cases_open_again }));
    await asking.waitFor({ state: 'hidden' });
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe(jury.cases);
    expect(await button(page, jury.close_panel).isDisabled()).toBe(true);
    await accessible(page);
    await accessibleOnDarkPhone(page);
  },
);
