import { describe, expect, test } from 'vitest';
import { contentOf } from './answer';
import { asProblem } from './problem';

type Heads = Record<string, string>;
const ours = { 'x-jurat': '1' };
const json = { 'content-type': 'application/json' };
const problem = { 'content-type': 'application/problem+json' };
const html = { 'content-type': 'text/html; charset=utf-8' };

const answer = (status: number, heads: Heads, body: string | null = '{}') =>
  new Response(body, { status, headers: heads });
const failure = (response: Response) => contentOf(response).then(() => undefined, asProblem);

describe('an answer of the server', () => {
  test('is believed with its header and as JSON', async () => {
    expect(await contentOf(answer(200, { ...ours, ...json }, '{"a":1}'))).toEqual({ a: 1 });
    expect(await contentOf(answer(201, { ...ours, 'content-type': 'Application/JSON; charset=utf-8' }, '[]'))).toEqual(
      [],
    );
    expect(await contentOf(answer(204, ours, null))).toBeUndefined();
  });

  test('is a problem with its code, its wait and what else it carries', async () => {
    const body = '{"type":"/problems/too_fast","title":"t","status":429,"detail":"d","more":[1]}';
    const told = await failure(answer(429, { ...ours, ...problem, 'retry-after': '2' }, body));
    expect(told).toMatchObject({
      code: 'too_fast',
      status: 429,
      detail: 'd',
      extra: { more: [1] },
      wait_ms: 2_000,
      passing: true,
    });
  });

  test('that a body came too slowly is passing: it is sent again', async () => {
    expect(await failure(answer(408, { ...ours, ...problem }, '{"type":"/problems/too_slow"}'))).toMatchObject({
      code: 'too_slow',
      passing: true,
    });
  });

  test('asks for no wait that cannot be read', async () => {
    const heads = { ...ours, ...problem, 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' };
    expect((await failure(answer(503, heads, '{"type":"/problems/busy"}')))?.wait_ms).toBeUndefined();
  });
});

describe('an answer that is not ours', () => {
  const cases: [what: string, response: () => Response][] = [
    ...[200, 302, 400, 401, 403, 404, 413, 451, 502].map((status): [string, () => Response] => [
      `a page of a filter with ${status}`,
      () => answer(status, html, '<html></html>'),
    ]),
    ['JSON of somebody else', () => answer(200, json, '{"a":1}')],
    ['a problem of somebody else', () => answer(403, problem, '{"type":"/problems/forbidden"}')],
    ['a success that is no JSON', () => answer(200, { ...ours, ...html }, '<html></html>')],
    ['a success that is cut off', () => answer(200, { ...ours, ...json }, '{"a":')],
    ['an empty success', () => answer(200, { ...ours, ...json }, '')],
    ['an error that is no problem', () => answer(404, { ...ours, ...json }, '{"type":"/problems/not_found"}')],
    ['an error in HTML under our header', () => answer(403, { ...ours, ...html }, '<html></html>')],
    ['a problem that is cut off', () => answer(409, { ...ours, ...problem }, '{"type":"/pro')],
    ['a problem of another kind', () => answer(400, { ...ours, ...problem }, '{"type":"about:blank"}')],
    ['a problem that is a list', () => answer(400, { ...ours, ...problem }, 'null')],
    ['nothing', () => answer(204, {}, null)],
  ];
  test.each(cases)('is not believed: %s', async (_, response) => {
    expect(await failure(response())).toMatchObject({ code: 'between', status: 0, passing: true, onTheWay: true });
  });

  test('is told to whoever looks after the network', async () => {
    expect((await failure(answer(451, html, '')))?.detail).toBe('HTTP 451, text/html');
  });

  test('that leads elsewhere is not followed', async () => {
    const led = { type: 'opaqueredirect', status: 0, headers: new Headers(), ok: false } as Response;
    expect(await failure(led)).toMatchObject({ code: 'between', detail: 'HTTP 3xx' });
  });
});
