import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { CurrentAnswer, Paper, PaperItem } from '$lib/api/types';
import { forget, Sheet } from './sheet.svelte';

const item = {
  id: 'q1',
  number: 1,
  type: 'short_text',
  choices: [],
  fields: [],
  left: [],
  right: [],
  unit: null,
} as unknown as PaperItem;
const paper = (epoch: number, answers: CurrentAnswer[] = []) => ({ part: 1, epoch, items: [item], answers });
const answer = (revision: number, value: string): CurrentAnswer => ({ item_id: 'q1', revision, value });

/** What the page sent, and what is answered. */
let sent: { revision: number; value: unknown; epoch: number }[] = [];
let replies: () => Response;
let open: Sheet[] = [];

const saved = () =>
  respond(200, 'application/json', { revision: sent.at(-1)?.revision, saved_at: '2027-03-01T10:42:03Z', answered: 1 });
const refused = (code: string) => () => respond(409, 'application/problem+json', { type: `/problems/${code}` });
const filtered = () => new Response('<html></html>', { status: 403, headers: { 'content-type': 'text/html' } });

function respond(status: number, media: string, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'x-jurat': '1', 'content-type': media } });
}

function sheet(of: Paper, attempt = 'att_alba'): Sheet {
  const made = new Sheet(attempt, of, () => {});
  open.push(made);
  return made;
}

const later = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  replies = saved;
  const kept = {} as Record<string, string>;
  const methods = {
    getItem: (key: string) => kept[key] ?? null,
    setItem: (key: string, text: string) => (kept[key] = text),
    removeItem: (key: string) => delete kept[key],
  };
  vi.stubGlobal('sessionStorage', Object.setPrototypeOf(kept, methods));
  vi.stubGlobal('window', { addEventListener: () => {}, removeEventListener: () => {} });
  vi.stubGlobal('fetch', async (_: string, { body }: RequestInit) => {
    sent.push(JSON.parse(String(body)));
    await new Promise((done) => setTimeout(done, 20));
    return replies();
  });
});

afterEach(() => {
  open.forEach((one) => one.close());
  open = [];
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a question is answered when the server has the answer, not before', async () => {
  const page = sheet(paper(1));
  replies = filtered;
  page.answer(item, 'a', 'chosen');
  expect(page.progress(item)).toBe('empty');
  await later(2_000);
  expect(page.progress(item)).toBe('empty');
  expect(page.isUnsaved(item)).toBe(true);
  replies = saved;
  await later(6_000);
  expect(page.progress(item)).toBe('answered');
  expect(page.isUnsaved(item)).toBe(false);
});

test('a refused answer is never shown as answered', async () => {
  const page = sheet(paper(1));
  replies = refused('wrong_shape');
  page.answer(item, 'a', 'chosen');
  await later(60_000);
  expect(page.progress(item)).toBe('empty');
  expect(page.isUnsaved(item)).toBe(true);
  expect(page.typed()).toEqual([{ label: 'Question 1', text: 'a' }]);
});

test('a refusal is told until the server has an answer to that question', async () => {
  const page = sheet(paper(1));
  replies = () => respond(413, 'application/problem+json', { type: '/problems/too_large' });
  page.answer(item, 'a'.repeat(70_000), 'chosen');
  await later(100);
  page.answer(item, 'a'.repeat(69_000), 'chosen');
  await later(100);
  expect(page.refusals).toMatchObject([{ item: 'q1', problem: { code: 'too_large' } }]);
  expect(page.value(item)).toHaveLength(69_000);
  replies = saved;
  page.answer(item, 'a', 'chosen');
  expect(page.refusals).toHaveLength(1);
  await later(100);
  expect(page.refusals).toEqual([]);
  expect(page.progress(item)).toBe('answered');
});

test('what was not saved is sent after a reload of the tab', async () => {
  replies = filtered;
  sheet(paper(1)).answer(item, 'a', 'chosen');
  await later(1_000);
  open[0]?.close();
  replies = saved;
  sheet(paper(1));
  await later(100);
  expect(sent.at(-1)).toMatchObject({ value: 'a', epoch: 1 });
});

test.each([
  ['and is sent at the seat taken again, when no other device has answered since', [answer(3, 'z')], 'a'],
  ['and leaves what another device has answered since', [answer(4, 'y')], 'y'],
])('what was not saved is kept %s', async (_, answers, expected) => {
  replies = filtered;
  sheet(paper(1, [answer(3, 'z')])).answer(item, 'a', 'chosen');
  await later(1_000);
  open[0]?.close();
  sent = [];
  replies = saved;
  const again = sheet(paper(2, answers));
  await later(100);
  expect(again.value(item)).toBe(expected);
  expect(sent.map(({ value }) => value)).toEqual(expected === 'a' ? ['a'] : []);
});

test('what a tab kept of one attempt never reaches another', async () => {
  replies = filtered;
  sheet(paper(1)).answer(item, 'a', 'chosen');
  await later(1_000);
  open[0]?.close();
  sent = [];
  const other = sheet(paper(1), 'att_bruno');
  await later(1_000);
  expect(other.value(item)).toBeNull();
  expect(sent).toEqual([]);
  forget('att_bruno');
  sheet(paper(1));
  expect(open[2]?.value(item), 'who leaves takes nothing of another along').toBe('a');
});

test('what is on its way when the part is over is told as missing until it has arrived', async () => {
  const page = sheet(paper(1));
  page.answer(item, 'a', 'chosen');
  page.close();
  expect(page.lacking).toHaveLength(1);
  await later(100);
  expect(page.lacking).toEqual([]);
});
