import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { addressee } from './addressee.svelte';
import { api } from './client';

type Sent = { path: string; heads: Record<string, string>; redirect?: RequestRedirect };
let sent: Sent[] = [];
/** What is answered, in order; the last one for ever. */
let answers: (() => Response)[] = [];

const ours =
  (status: number, body: string, heads: Record<string, string> = {}) =>
  () =>
    new Response(body, {
      status,
      headers: {
        'x-jurat': '1',
        'content-type': status < 400 ? 'application/json' : 'application/problem+json',
        ...heads,
      },
    });
const filter = () => new Response('<html></html>', { status: 403, headers: { 'content-type': 'text/html' } });
const alba = { kind: 'person', id: 'per_alba', name: 'Alba' } as const;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    sent.push({ path, heads: init.headers as Record<string, string>, redirect: init.redirect });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (!answer) throw new Error('nothing is answered');
    return answer();
  });
});

afterEach(() => {
  addressee.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const failed = (asked: Promise<unknown>) =>
  asked.then(
    () => undefined,
    (cause: unknown) => cause,
  );

const put = () =>
  api.put('/attempt/answers/{item}', { item: 'i', body: { part: 1, epoch: 1, revision: 1, value: 'a' } });
const extend = (seconds: number) =>
  api.post('/sessions/{session}/commands', {
    session: 's',
    body: { command: 'extend', attempts: ['a'], seconds, reason: 'outage' },
  });
const remove = () => api.remove('/sessions/{session}/enrolments/{enrolment}', { session: 's', enrolment: 'e' });

describe('a write', () => {
  test('says for whom it is meant', async () => {
    answers = [ours(200, '{}')];
    await put();
    addressee.open(alba);
    await put();
    expect(sent.map(({ heads }) => heads['X-Jurat-For'])).toEqual([undefined, 'per_alba']);
  });

  test('that is meant for another stops the page, which then sends nothing', async () => {
    addressee.open(alba);
    answers = [ours(409, '{"type":"/problems/meant_for_another"}')];
    expect(await failed(put())).toMatchObject({ code: 'meant_for_another' });
    expect(addressee.stopped).toBe(true);
    for (const asked of [put(), api.post('/attempt/leave'), remove(), api.get('/me')]) {
      expect(await failed(asked)).toMatchObject({ code: 'meant_for_another' });
    }
    expect(sent).toHaveLength(1);
    answers = [ours(200, '{}')];
    await api.get('/me', {}, { whoIsThere: true });
    expect(sent).toHaveLength(2);
    expect(sent[1]?.heads).not.toHaveProperty('X-Jurat-For');
  });

  test('is sent again under the same key until the server answers, also when it is pressed again', async () => {
    answers = [filter];
    const first = failed(extend(300));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await first).toMatchObject({ code: 'between' });
    answers = [filter, ours(200, '{}')];
    const second = extend(300);
    await vi.advanceTimersByTimeAsync(10_000);
    await second;
    expect(sent).toHaveLength(5);
    expect(new Set(sent.map(({ heads }) => heads['Idempotency-Key'])).size).toBe(1);
    await extend(300);
    await extend(600);
    expect(new Set(sent.map(({ heads }) => heads['Idempotency-Key'])).size).toBe(3);
  });
});

test('a read says for whom it is meant, and what belongs to another stops the page', async () => {
  addressee.open(alba);
  answers = [ours(409, '{"type":"/problems/meant_for_another"}')];
  expect(await failed(api.get('/me'))).toMatchObject({ code: 'meant_for_another' });
  expect(sent.map(({ heads }) => heads['X-Jurat-For'])).toEqual(['per_alba']);
  expect(addressee.stopped).toBe(true);
});

test('the server is left alone as long as it asks for', async () => {
  answers = [ours(503, '{"type":"/problems/busy"}', { 'retry-after': '4' }), ours(200, '7')];
  const asked = api.get('/me');
  await vi.advanceTimersByTimeAsync(3_900);
  expect(sent).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(200);
  expect(await asked).toBe(7);
});

test('no answer leads elsewhere', async () => {
  answers = [ours(200, '{}')];
  await api.get('/me');
  expect(sent[0]?.redirect).toBe('manual');
});
