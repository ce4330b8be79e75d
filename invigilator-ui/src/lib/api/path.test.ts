import { describe, expect, expectTypeOf, test } from 'vitest';
import { address, api } from './client';
import { pathTo } from './path';
import type { AttemptView, Board, CommandDone, Person, SessionDetail, SessionSummary } from './types';

describe('a path', () => {
  test('has its gaps filled, and the rest asked for behind it', () => {
    expect(pathTo('/sessions/{session}/enrolments/{enrolment}', { session: 'ses_1', enrolment: 'enr_2' })).toBe(
      '/sessions/ses_1/enrolments/enr_2',
    );
    expect(pathTo('/sessions/{session}/journal', { session: 'ses_1', after: 0 })).toBe(
      '/sessions/ses_1/journal?after=0',
    );
    expect(pathTo('/me')).toBe('/me');
  });

  test('leads nowhere else, whatever stands in its gaps', () => {
    const to = (code: string) => pathTo('/invitations/{code}', { code });
    expect(to('a/../b?c#d e')).toBe('/invitations/a%2F..%2Fb%3Fc%23d%20e');
    for (const code of ['', '.', '..']) expect(() => to(code)).toThrow('/invitations/{code} needs its code');
    expect(() => pathTo('/invitations/{code}', {})).toThrow('needs its code');
  });

  test('carries neither a body nor what was not given', () => {
    expect(pathTo('/people', { role: 'juror', after: undefined, limit: null, body: { a: 1 } })).toBe(
      '/people?role=juror',
    );
    expect(pathTo('/candidate-list', { name: 'Liste & é.csv' })).toBe('/candidate-list?name=Liste+%26+%C3%A9.csv');
  });
});

test('the types of a request and of its answer follow from the path', () => {
  const asked = () => ({
    board: api.get('/sessions/{session}/board', { session: 's' }),
    view: api.get('/attempt', {}, { timeout_ms: 6_000 }),
    sessions: api.all('/sessions'),
    jurors: api.get('/people', { role: 'juror' }),
    closed: api.post('/sessions/{session}/close', { session: 's', body: { comment: '' } }),
    done: api.post('/sessions/{session}/commands', { session: 's', body: { command: 'admit', attempts: [] } }),
    left: api.post('/attempt/leave'),
    link: address('/sessions/{session}/kit.pdf', { session: 's' }),
  });
  // Never called: the compiler reads it.
  expect(asked).toBeTypeOf('function');
  type Asked = { [Name in keyof ReturnType<typeof asked>]: Awaited<ReturnType<typeof asked>[Name]> };
  expectTypeOf<Asked>().toEqualTypeOf<{
    board: Board;
    view: AttemptView | undefined;
    sessions: SessionSummary[];
    jurors: Person[];
    closed: SessionDetail;
    done: CommandDone;
    left: undefined;
    link: string;
  }>();
});

test('what the description does not know is no request', () => {
  const wrong = () => [
    // @ts-expect-error no such path
    api.get('/session'),
    // @ts-expect-error the path has a gap
    api.get('/sessions/{session}/board'),
    // @ts-expect-error the gap has another name
    api.get('/sessions/{session}/board', { sesion: 's' }),
    // @ts-expect-error no such role
    api.get('/people', { role: 'cook' }),
    // @ts-expect-error nothing is asked for there
    api.get('/me', { role: 'juror' }),
    // @ts-expect-error the body lacks its comment
    api.post('/sessions/{session}/close', { session: 's', body: {} }),
    // @ts-expect-error a board is read
    api.post('/sessions/{session}/board', { session: 's' }),
    // @ts-expect-error a plan is changed over a version
    api.put('/sessions/{session}', { session: 's' }),
    // @ts-expect-error one session is no list
    api.all('/sessions/{session}', { session: 's' }),
    // @ts-expect-error a list goes as a file
    api.post('/sessions/{session}/candidate-list', { session: 's', digest: '', body: new Blob() }),
  ];
  expect(wrong).toBeTypeOf('function');
});
