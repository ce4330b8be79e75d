import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { between, Problem } from '$lib/api/problem';
import type { AnswerValue, CurrentAnswer } from '$lib/api/types';
import { mayStillSend, Outbox, same } from './outbox';

type Sent = { item: string; revision: number; value: AnswerValue };

/** A server that keeps the newest revision, as the real one does, and can be cut off. */
function server() {
  const sent: Sent[] = [];
  const kept = new Map<string, Sent>();
  const state = { down: false, code: '', lostAnswers: 0, problem: undefined as Problem | undefined };
  const save = async (item: string, revision: number, value: AnswerValue) => {
    sent.push({ item, revision, value });
    await new Promise((done) => setTimeout(done, 20));
    if (state.down) throw new Problem('network', 0, '');
    if (state.problem) throw state.problem;
    if (state.code) throw new Problem(state.code, 409, '');
    const have = kept.get(item);
    if (have && have.revision >= revision && !same(have.value, value)) throw new Problem('stale_revision', 409, '');
    kept.set(item, { item, revision, value });
    if (state.lostAnswers-- > 0) throw new Problem('timeout', 0, '');
    return { revision, saved_at: '2027-03-01T10:42:03Z', answered: kept.size };
  };
  const current = async (item: string): Promise<CurrentAnswer | undefined> => {
    const have = kept.get(item);
    return have && { item_id: item, revision: have.revision, value: have.value };
  };
  return { sent, kept, state, post: { save, current } };
}

function box(of: ReturnType<typeof server>) {
  const refused: string[] = [];
  const outbox = new Outbox(of.post, {
    changed: () => {},
    kept: () => {},
    refused: (_, problem) => refused.push(problem.code),
  });
  return { outbox, refused };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('an answer', () => {
  test('that was chosen is sent at once and is saved when the server says so', async () => {
    const there = server();
    const { outbox } = box(there);
    outbox.put('q1', 'b', 'chosen');
    expect(there.sent).toHaveLength(1);
    expect(outbox.unsavedFor('q1')).toBeDefined();
    await vi.advanceTimersByTimeAsync(20);
    expect(outbox.unsavedFor('q1')).toBeUndefined();
    expect(outbox.saved_at).toBe('2027-03-01T10:42:03Z');
  });

  test('that is being typed is sent within 400 ms, however long the typing goes on', async () => {
    const there = server();
    const { outbox } = box(there);
    for (const value of ['t', 'te', 'tex', 'text', 'texte']) {
      outbox.put('q1', value, 'typed');
      await vi.advanceTimersByTimeAsync(150);
    }
    expect(there.sent[0]).toEqual({ item: 'q1', revision: 1, value: 'tex' });
    await vi.advanceTimersByTimeAsync(600);
    expect(there.kept.get('q1')?.value).toBe('texte');
    expect(there.sent.map((one) => one.revision)).toEqual([1, 2]);
  });

  test('changed while it is on its way goes with the next revision', async () => {
    const there = server();
    const { outbox } = box(there);
    outbox.put('q1', 'a', 'chosen');
    outbox.put('q1', 'b', 'chosen');
    await vi.advanceTimersByTimeAsync(100);
    expect(there.sent.map((one) => one.value)).toEqual(['a', 'b']);
    expect(there.kept.get('q1')).toEqual({ item: 'q1', revision: 2, value: 'b' });
  });

  test('survives an hour without network', async () => {
    const there = server();
    const { outbox } = box(there);
    there.state.down = true;
    outbox.put('q1', 'a', 'chosen');
    outbox.put('q2', ['x', 'y'], 'chosen');
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(outbox.waiting()).toMatchObject({ count: 2 });
    expect(outbox.waiting().oldest_ms).toBeGreaterThan(3_599_000);
    there.state.down = false;
    await vi.advanceTimersByTimeAsync(6_000);
    expect(outbox.waiting().count).toBe(0);
    expect(new Set(there.sent.map((one) => one.revision))).toEqual(new Set([1]));
  });

  test('whose acknowledgement was lost is repeated under the same number', async () => {
    const there = server();
    const { outbox } = box(there);
    there.state.lostAnswers = 1;
    outbox.put('q1', 'a', 'chosen');
    await vi.advanceTimersByTimeAsync(3_000);
    expect(there.sent).toEqual([
      { item: 'q1', revision: 1, value: 'a' },
      { item: 'q1', revision: 1, value: 'a' },
    ]);
    expect(outbox.waiting().count).toBe(0);
  });

  test('goes on after the revision that was restored', async () => {
    const there = server();
    const { outbox } = box(there);
    outbox.restore([{ item_id: 'q1', revision: 7, value: 'a' }]);
    outbox.put('q1', 'b', 'chosen');
    await vi.advanceTimersByTimeAsync(20);
    expect(there.sent[0]?.revision).toBe(8);
  });

  test('overtaken in another tab goes beyond that revision', async () => {
    const there = server();
    const { outbox } = box(there);
    there.kept.set('q1', { item: 'q1', revision: 5, value: 'z' });
    outbox.put('q1', 'b', 'chosen');
    await vi.advanceTimersByTimeAsync(200);
    expect(there.kept.get('q1')).toEqual({ item: 'q1', revision: 6, value: 'b' });
    expect(outbox.waiting().count).toBe(0);
  });

  test('written before a hold waits and is offered again', async () => {
    const there = server();
    const { outbox, refused } = box(there);
    there.state.code = 'held';
    outbox.put('q1', 'a', 'chosen');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(outbox.waiting().count).toBe(1);
    there.state.code = '';
    outbox.flush();
    await vi.advanceTimersByTimeAsync(50);
    expect(outbox.waiting().count).toBe(0);
    expect(refused).toEqual([]);
  });

  test('after the end is refused, told, and not sent again', async () => {
    const there = server();
    const { outbox, refused } = box(there);
    there.state.code = 'too_late';
    outbox.put('q1', 'a', 'chosen');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(refused).toEqual(['too_late']);
    expect(there.sent).toHaveLength(1);
    expect(outbox.waiting().count).toBe(0);
    expect(outbox.unsaved(), 'the server lacks it all the same').toEqual([{ item: 'q1', value: 'a', base: 0 }]);
  });

  test('is kept whatever something in between answers, and is saved within 15 s after it has gone', async () => {
    const there = server();
    const { outbox, refused } = box(there);
    there.state.problem = between('HTTP 403, text/html');
    outbox.put('q1', 'a', 'chosen');
    await vi.advanceTimersByTimeAsync(600_000);
    expect(outbox.unsavedFor('q1')).toBeGreaterThan(599_000);
    there.state.problem = undefined;
    await vi.advanceTimersByTimeAsync(15_000);
    expect(outbox.unsavedFor('q1')).toBeUndefined();
    expect(there.kept.get('q1')?.value).toBe('a');
    expect(refused).toEqual([]);
  });

  test('waits as long as the server asks for, and goes on', async () => {
    const there = server();
    const { outbox, refused } = box(there);
    there.state.problem = new Problem('too_fast', 429, '', {}, 3_000);
    outbox.put('q1', 'a', 'chosen');
    await vi.advanceTimersByTimeAsync(3_000);
    expect(there.sent).toHaveLength(1);
    there.state.problem = undefined;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(there.kept.get('q1')?.value).toBe('a');
    expect(refused).toEqual([]);
  });

  test('of a page whose browser belongs to somebody else is kept, and sent when it is theirs again', async () => {
    const there = server();
    const { outbox, refused } = box(there);
    there.state.code = 'meant_for_another';
    outbox.put('q1', 'a', 'chosen');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(outbox.unsaved()).toHaveLength(1);
    there.state.code = '';
    await vi.advanceTimersByTimeAsync(3_000);
    expect(outbox.unsaved()).toEqual([]);
    expect(refused).toEqual([]);
  });
});

test('what a tab kept of an earlier seat is sent unless the server has something newer', () => {
  const kept = { item: 'q1', value: 'a', base: 3 };
  expect(mayStillSend(kept, { item_id: 'q1', revision: 3, value: 'z' })).toBe(true);
  expect(mayStillSend(kept, { item_id: 'q1', revision: 4, value: 'z' })).toBe(false);
  expect(mayStillSend({ ...kept, base: 0 }, undefined)).toBe(true);
});

test('two records say the same whatever the order of their keys', () => {
  expect(same({ a: '1', b: '2' }, { b: '2', a: '1' })).toBe(true);
  expect(same(['a', 'b'], ['b', 'a'])).toBe(false);
  expect(same(null, '')).toBe(false);
});
