import { expect, test, vi } from 'vitest';

vi.stubGlobal('location', { pathname: '/centre', search: '', href: 'http://jurat/centre' });
const { matchPath } = await import('./router.svelte');

test('a pattern gives the values of its segments', () => {
  expect(matchPath('/centre/sessions/:session', '/centre/sessions/ses_1')).toEqual({ session: 'ses_1' });
  expect(matchPath('/centre', '/centre')).toEqual({});
});

test('a path that is longer, shorter or other does not fit', () => {
  expect(matchPath('/centre/:id', '/centre')).toBeUndefined();
  expect(matchPath('/centre/:id', '/centre/a/b')).toBeUndefined();
  expect(matchPath('/centre/:id', '/jury/a')).toBeUndefined();
});
