import { expect, test } from 'vitest';
import type { CaseSummary, Score, Vote } from '$lib/api/types';
import { nextToVote, partName, percent } from './levels';

const vote: Vote = { outcome: 'refused', level: null, reason: 'x' };
const one = (number: number, my_vote: Vote | null = null): CaseSummary => ({
  id: `c${number}`,
  number,
  proposed_level: null,
  score: { coverage: 0, parts: [] },
  incidents: 0,
  ended: 'sealed',
  votes: 0,
  my_vote,
  outcome: null,
  level: null,
});

test('coverage just below a threshold is not shown as reached', () => {
  expect(percent(0.4999)).toBe(49);
  expect(percent(0.57)).toBe(57);
  expect(percent(1)).toBe(100);
});

test('next case goes on in order, then back to those left out', () => {
  const cases = [one(1), one(2, vote), one(3), one(4, vote)];
  expect(nextToVote(cases, 1)?.number).toBe(3);
  expect(nextToVote(cases, 3)?.number).toBe(1);
  expect(nextToVote([one(1), one(2, vote)], 1)).toBeUndefined();
});

test('the score of an exam of one part is not told in parts', () => {
  const score = (parts: number) => ({ parts: Array.from({ length: parts }, () => ({})) }) as Pick<Score, 'parts'>;
  expect(partName(score(1), 1)).not.toMatch(/1/);
  expect(partName(score(3), 3)).toMatch(/3/);
});
