import { expect, test } from 'vitest';
import type { CaseEvent, JournalKind } from '$lib/api/types';
import { moments } from './timeline';

const entry = (number: number, kind: JournalKind | null, body: unknown = {}): CaseEvent => ({
  number,
  at: `2027-03-01T09:00:0${number}Z`,
  by: 'candidate',
  actor_name: '',
  kind,
  word: kind ?? 'something_newer',
  weighs: kind === null,
  body,
});

test('answers saved in a row are one line, and a hold parts them', () => {
  const all = moments([
    entry(2, 'answer_saved'),
    entry(1, 'part_started', { part: 1 }),
    entry(3, 'answer_saved'),
    entry(4, 'attempt_held', { reason: 'fire alarm' }),
    entry(5, 'answer_saved'),
  ]);
  expect(all.map((one) => [one.kind, one.saved])).toEqual([
    ['part_started', 1],
    ['answer_saved', 2],
    ['attempt_held', 1],
    ['answer_saved', 1],
  ]);
  expect(all[1]?.until).toBe('2027-03-01T09:00:03Z');
  expect(all[2]?.reason).toBe('fire alarm');
});

test('what a newer program wrote is a line of its own and weighs', () => {
  const all = moments([entry(1, 'answer_saved'), entry(2, null), entry(3, null), entry(4, 'answer_saved')]);
  expect(all.map((one) => [one.kind, one.word, one.weighs])).toEqual([
    ['answer_saved', 'answer_saved', false],
    [null, 'something_newer', true],
    [null, 'something_newer', true],
    ['answer_saved', 'answer_saved', false],
  ]);
});
