// What a mistake ended goes on: the invigilator takes it back, and the candidate's pages follow where they stand.

import type { Page } from 'playwright-core';
import { test } from 'vitest';
import { Candidate } from './candidate.ts';
import { Invigilator } from './invigilator.ts';
import { anotherTab, button, heading, photographAll, sees } from './person.ts';
import { signIn } from './staff.ts';
import { stage } from './stage.ts';
import { english, invigilate, say } from './words.ts';
import { identity, invigilator, type Family } from './world.ts';

const on = stage();
const { exam } = english;

async function atTheBoard(): Promise<Invigilator> {
  const page = await on.tab('invigilator');
  await signIn(page, invigilator);
  await page.goto(`/invigilate/${on.world.room.id}`);
  return new Invigilator(page);
}

async function inPartOne(family: Family): Promise<Candidate> {
  const candidate = new Candidate(await on.tab(family), english);
  await candidate.enter(on.world.room.entry_code, identity(family));
  await candidate.startPart(1);
  return candidate;
}

/** Leaves a mark that a reload would wipe away. */
const mark = (page: Page) => page.evaluate(() => void Object.assign(window, { unloaded: false }));
const isMarked = (page: Page) => page.evaluate(() => 'unloaded' in window);

test.concurrent(
  'an exam ended by mistake goes on in every tab, with its answers, and no page is loaded again',
  async ({ expect, onTestFailed }) => {
    onTestFailed(photographAll);
    const board = await atTheBoard();
    const alba = await inPartOne('Alba');
    // The second tab hears nothing by the socket: it finds out by asking.
    const deaf = new Candidate(await anotherTab(alba.page, 'alba, deaf'), english);
    await deaf.page.routeWebSocket(/.*/, (socket) => socket.close());
    await deaf.page.goto('/exam');
    await deaf.isAt(1);
    const answered = await alba.answersNext();
    await sees(alba.question(answered, 'is_answered'));
    for (const { page } of [alba, deaf]) await mark(page);

    await board.terminate('Alba Camille', invigilate.terminate_1);
    for (const { page } of [alba, deaf]) await sees(heading(page, say(exam.terminated_title)));
    await board.reopen('Alba Camille', invigilate.reopen_2);
    for (const candidate of [alba, deaf]) await candidate.isHeld(invigilate.reopen_2);
    await board.release('Alba Camille');

    for (const candidate of [alba, deaf]) await sees(candidate.question(answered, 'is_answered'));
    await alba.isAt(answered + 1);
    await alba.answersHere();
    await expect.poll(async () => (await alba.saved()).length).toBe(2);
    for (const { page } of [alba, deaf]) expect(await isMarked(page), 'nothing was loaded again').toBe(true);
    await alba.handsIn(1);
  },
);

test.concurrent(
  'a part handed in by mistake goes on where it was, and has another receipt',
  async ({ expect, onTestFailed }) => {
    onTestFailed(photographAll);
    const board = await atTheBoard();
    const bruno = await inPartOne('Bruno');
    const answered = await bruno.answersNext();
    await sees(bruno.question(answered, 'is_answered'));
    const left_s = await bruno.secondsLeft();
    const first = await bruno.handsIn(1);
    await mark(bruno.page);

    await board.reopen('Bruno Camille', invigilate.reopen_1);
    await bruno.isHeld(invigilate.reopen_1);
    expect(await bruno.page.getByText(first).count(), 'the receipt is taken back').toBe(0);
    await board.release('Bruno Camille');
    await sees(bruno.question(answered, 'is_answered'));
    expect(left_s - (await bruno.secondsLeft()), 'no time is lost').toBeLessThan(60);
    await bruno.answersHere();
    await expect.poll(async () => (await bruno.saved()).length).toBe(2);
    expect(await isMarked(bruno.page), 'the page was not loaded again').toBe(true);
    expect(await bruno.handsIn(1)).not.toBe(first);
    await bruno.startPart(2);
  },
);

test.concurrent(
  'nothing is offered beside the everyday commands that fits only some of those selected',
  async ({ expect, onTestFailed }) => {
    onTestFailed(photographAll);
    const board = await atTheBoard();
    const dora = await inPartOne('Dora');
    await dora.handsIn(1);
    await board.seesState('Dora Camille', 'attempt_break');
    await sees(board.row('Dora Camille').getByText(say(invigilate.after_part, { n: 1 })));
    const bar = board.page.getByRole('region', { name: invigilate.commands, exact: true });
    await board.row('Dora Camille').getByRole('checkbox').check();
    await sees(button(bar, invigilate.command_reopen));
    await board.row('Emil Camille').getByRole('checkbox').check();
    await sees(bar.getByText(say(invigilate.selected_n, { n: 2 }), { exact: true }));
    expect(
      await button(bar, `${invigilate.command_reopen} (1)`).or(button(bar, invigilate.command_reopen)).count(),
    ).toBe(0);
  },
);
