import { expect, test } from 'vitest';
import type { JournalKind } from '../api/types';
import { gathered, momentOf } from './moment';

const moment = (number: number, kind: JournalKind | null, body: unknown = {}) =>
  momentOf(
    number,
    { at: `2027-03-01T09:00:0${number}Z`, kind, word: kind ?? 'something_newer', body },
    { weighs: kind === null },
  );

test('answers saved in a row are one line, and a hold parts them', () => {
  const all = gathered([
    moment(1, 'part_started', { part: 1 }),
    moment(2, 'answer_saved'),
    moment(3, 'answer_saved'),
    moment(4, 'attempt_held', { reason: 'fire alarm' }),
    moment(5, 'answer_saved'),
  ]);
  expect(all.map((one) => [one.kind, one.saved])).toEqual([
    ['part_started', 1],
    ['answer_saved', 2],
    ['attempt_held', 1],
    ['answer_saved', 1],
  ]);
  expect(all[1]?.until).toBe('2027-03-01T09:00:03Z');
  expect(all[2]?.texts).toEqual(['fire alarm']);
});

test('what a newer program wrote is a line of its own and weighs', () => {
  const all = gathered([moment(1, 'answer_saved'), moment(2, null), moment(3, null), moment(4, 'answer_saved')]);
  expect(all.map((one) => [one.kind, one.word, one.weighs])).toEqual([
    ['answer_saved', 'answer_saved', false],
    [null, 'something_newer', true],
    [null, 'something_newer', true],
    ['answer_saved', 'answer_saved', false],
  ]);
});

test('the particulars that a line shows are taken from the body, and nothing else is', () => {
  const door = moment(1, 'second_device_refused', { count: 3, devices: 2, since: 'x', total: 9 });
  expect(door).toMatchObject({ count: 3, devices: 2, part: undefined, seconds: undefined, texts: [] });
  const extended = moment(2, 'clock_extended', { part: 2, seconds: -60, reason: 'a mistake', deadline: null });
  expect(extended).toMatchObject({ part: 2, seconds: -60, texts: ['a mistake'] });
  const reopened = moment(3, 'attempt_reopened', { part: 2, seconds: 0, reason: 'a mistake', deadline: null });
  expect(reopened).toMatchObject({ part: 2, seconds: undefined, texts: ['a mistake'] });
  expect(moment(3, 'session_closed', { comment: '' }).texts).toEqual([]);
  expect(moment(4, null, null).texts).toEqual([]);
});
