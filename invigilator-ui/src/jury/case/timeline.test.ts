import { expect, test } from 'vitest';
import type { CaseEvent } from '$lib/api/types';
import { moments } from './timeline';

const entry = (number: number, kind: string, body: unknown = {}): CaseEvent => ({
  number,
  at: `2027-03-01T09:00:0${number}Z`,
  by: 'candidate',
  actor_name: '',
  kind,
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
