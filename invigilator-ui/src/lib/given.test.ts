import { expect, test } from 'vitest';
import type { PaperItem } from '$lib/api/types';
import { given } from './given';

const text = (word: string) => ({ fr: word, en: word });
const item = (type: PaperItem['type'], more: Partial<PaperItem> = {}): PaperItem => ({
  id: 'i',
  number: 1,
  competence: '1.1',
  prompt: text('?'),
  type,
  choices: [
    { id: 'a', text: text('one') },
    { id: 'b', text: text('two') },
  ],
  unit: null,
  fields: [],
  left: [],
  right: [],
  file: null,
  ...more,
});

test('every kind of answer is told in words', () => {
  expect(given(item('single_choice'), 'b')).toEqual(['two']);
  expect(given(item('multiple_choice'), ['a', 'b'])).toEqual(['one', 'two']);
  expect(given(item('ordering'), ['b', 'a'])).toEqual(['1. two', '2. one']);
  expect(given(item('number', { unit: text('Go') }), '46')).toEqual(['46 Go']);
  expect(given(item('short_text'), 'robots.txt')).toEqual(['robots.txt']);
  const match = item('matching', {
    left: [{ id: 'l1', text: text('cat') }],
    right: [{ id: 'r2', text: text('chat') }],
  });
  expect(given(match, { l1: 'r2' })).toEqual(['cat → chat']);
  const fields = [
    { id: 'x', label: text('Total'), unit: text('€') },
    { id: 'y', label: text('Mean'), unit: null },
  ];
  expect(given(item('fields', { fields }), { x: '12', y: '3' })).toEqual(['Total : 12 €', 'Mean : 3']);
});

test('nothing answered has no words', () => {
  expect(given(item('single_choice'), null)).toEqual([]);
  expect(given(item('short_text'), '')).toEqual([]);
});
