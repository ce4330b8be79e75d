import { expect, test } from 'vitest';
import { shown } from './shown';

test('a sealed exam is shown as what it was before the session closed', () => {
  expect(shown({ state: 'sealed', ended: 'terminated' })).toEqual({ page: 'ended', end: 'terminated' });
  expect(shown({ state: 'sealed', ended: 'submitted' })).toEqual({ page: 'ended', end: 'submitted' });
  expect(shown({ state: 'sealed', ended: 'absent' })).toEqual({ page: 'ended', end: 'absent' });
});

test('what the jury annulled is shown as annulled', () => {
  expect(shown({ state: 'voided', ended: 'submitted' })).toEqual({ page: 'ended', end: 'voided' });
});

test('an exam that was taken back is on hold, whatever it had been', () => {
  expect(shown({ state: 'held', ended: 'held' })).toEqual({ page: 'held' });
});
