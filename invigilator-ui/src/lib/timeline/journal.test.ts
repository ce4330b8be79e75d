import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Part } from '../api/client';
import { Problem } from '../api/problem';
import type { JournalEntry } from '../api/types';
import { Journal, type Asked } from './journal.svelte';

const PAGE = 3;
const away = new Problem('network', 0, '');

/** The numbers of the entries that the server has; those of `answers` are saved answers. */
let written: number[];
let answers: number[];
let asked: Asked[];
let fails: boolean;
/** Lets what was asked be answered. */
let gate: Promise<void> | undefined;

const entry = (seq: number): JournalEntry => ({
  seq,
  at: '2027-03-01T09:00:00Z',
  actor: 'system',
  actor_name: '',
  kind: answers.includes(seq) ? 'answer_saved' : 'device_changed',
  word: '',
  attempt_id: 'att_1',
  body: {},
  hash: '',
});

async function server(one: Asked): Promise<Part<JournalEntry>> {
  asked.push(one);
  const there = written.filter((seq) => seq < (one.before ?? Infinity) && (one.answers || !answers.includes(seq)));
  await gate;
  if (fails) throw away;
  return { items: there.slice(-PAGE).map(entry), more: there.length > PAGE };
}

const numbers = (journal: Journal) => journal.entries.map((one) => one.seq);

/** Holds back what the server answers until the returned function is called. */
function hold(): () => void {
  let open: () => void = () => {};
  gate = new Promise((done) => (open = done));
  return open;
}

async function opened(): Promise<Journal> {
  const journal = new Journal(server);
  await journal.look();
  return journal;
}

beforeEach(() => {
  vi.useFakeTimers();
  written = [1, 2, 3, 4, 5, 6, 7, 8];
  answers = [];
  asked = [];
  fails = false;
  gate = undefined;
});

afterEach(() => vi.useRealTimers());

test('the newest page is there first, and earlier ones lead to the beginning', async () => {
  const journal = await opened();
  expect([numbers(journal), journal.more]).toEqual([[6, 7, 8], true]);
  await journal.earlier();
  await journal.earlier();
  expect([numbers(journal), journal.more]).toEqual([[1, 2, 3, 4, 5, 6, 7, 8], false]);
  await journal.earlier();
  expect(asked).toHaveLength(3);
});

test('a second press while a page is on its way does not repeat it', async () => {
  const journal = await opened();
  const open = hold();
  const presses = [journal.earlier(), journal.earlier()];
  open();
  await Promise.all(presses);
  expect(numbers(journal)).toEqual([3, 4, 5, 6, 7, 8]);
  expect(asked).toHaveLength(2);
});

test('a page that fails stands beside what was there, and can be tried again', async () => {
  const journal = await opened();
  fails = true;
  await journal.earlier();
  expect([numbers(journal), journal.more, journal.turning.problem]).toEqual([[6, 7, 8], true, away]);
  await journal.look();
  expect([numbers(journal), journal.loaded, journal.looking.problem]).toEqual([[6, 7, 8], true, away]);
  fails = false;
  await journal.earlier();
  expect([numbers(journal), journal.turning.problem]).toEqual([[3, 4, 5, 6, 7, 8], undefined]);
});

test('what happens meanwhile is added, and what was turned back to stays', async () => {
  const journal = await opened();
  await journal.earlier();
  written.push(9, 10);
  await journal.look();
  expect([numbers(journal), journal.more]).toEqual([[3, 4, 5, 6, 7, 8, 9, 10], true]);
});

test('after more than a page has happened nothing is missing in between', async () => {
  const journal = await opened();
  await journal.earlier();
  written.push(9, 10, 11, 12);
  await journal.look();
  expect([numbers(journal), journal.more]).toEqual([[10, 11, 12], true]);
});

test('an earlier page that comes after a new beginning is not put before it', async () => {
  const journal = await opened();
  const open = hold();
  const late = journal.earlier();
  gate = undefined;
  written.push(9, 10, 11, 12);
  await journal.look();
  open();
  await late;
  expect(numbers(journal)).toEqual([10, 11, 12]);
});

test('saved answers are left out by the server until they are asked for', async () => {
  answers = [2, 4, 6, 8];
  const journal = await opened();
  expect(numbers(journal)).toEqual([3, 5, 7]);
  journal.answers = true;
  await vi.runAllTimersAsync();
  expect(numbers(journal)).toEqual([6, 7, 8]);
  await journal.earlier();
  expect(asked.at(-1)).toEqual({ before: 6, answers: true });
  fails = true;
  journal.answers = false;
  await vi.runAllTimersAsync();
  expect(numbers(journal)).toEqual([3, 4, 5, 6, 7, 8]);
});

test('a switch while a page is on its way is not lost', async () => {
  answers = [8];
  const open = hold();
  const journal = new Journal(server);
  const first = journal.look();
  journal.answers = true;
  open();
  await first;
  expect(numbers(journal)).toEqual([6, 7, 8]);
});

test('what is heard is asked for together, a while later, and no more after the end', async () => {
  const journal = new Journal(server);
  const stop = journal.start();
  await vi.advanceTimersByTimeAsync(0);
  journal.hear('8');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toHaveLength(1);
  written.push(9, 10);
  journal.hear('9');
  journal.hear('10');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toHaveLength(2);
  expect(numbers(journal)).toEqual([6, 7, 8, 9, 10]);
  journal.hear('11');
  stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toHaveLength(2);
});
