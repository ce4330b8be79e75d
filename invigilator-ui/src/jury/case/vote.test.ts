import { expect, test } from 'vitest';
import { possible, voteFaults, voteOf } from './vote';

test('only a validation goes without a reason', () => {
  expect(voteFaults('validated', '', '')).toEqual({});
  expect(voteFaults('refused', '', ' ')).toEqual({ reason: true });
  expect(voteFaults('changed', '', '')).toEqual({ level: true, reason: true });
  expect(voteFaults('', '', '')).toEqual({ outcome: true });
});

test('without a proposed level there is nothing to validate', () => {
  expect(possible(null)).not.toContain('validated');
  expect(possible('expert')).toContain('validated');
});

test('a level goes with a changed level and with nothing else', () => {
  expect(voteOf('changed', 'avance', ' close ')).toEqual({ outcome: 'changed', level: 'avance', reason: 'close' });
  expect(voteOf('rejected', 'avance', 'x').level).toBeNull();
});
