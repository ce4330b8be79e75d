import { describe, expect, test } from 'vitest';
import type { ItemType, PaperItem } from '$lib/api/types';
import { isNumber, moved, progress, withEntry } from './answers';
import { blocks } from './prompt';

function item(type: ItemType, more: Partial<PaperItem> = {}): PaperItem {
  const text = { fr: '', en: '' };
  return {
    id: 'q',
    number: 1,
    competence: '1.1',
    prompt: text,
    type,
    choices: [],
    unit: null,
    fields: [],
    left: [],
    right: [],
    file: null,
    ...more,
  };
}

const twoFields = item('fields', {
  fields: ['a', 'b'].map((id) => ({ id, label: { fr: id, en: id }, unit: null })),
});

describe('an answer', () => {
  test('is empty until something is said', () => {
    expect(progress(item('single_choice'), null)).toBe('empty');
    expect(progress(item('multiple_choice'), [])).toBe('empty');
    expect(progress(item('short_text'), '')).toBe('empty');
    expect(progress(twoFields, {})).toBe('empty');
  });

  test('of several fields may be there in part', () => {
    expect(progress(twoFields, { a: '1' })).toBe('partial');
    expect(progress(twoFields, { a: '1', b: '2' })).toBe('answered');
  });

  test('of one value is there at once', () => {
    expect(progress(item('single_choice'), 'b')).toBe('answered');
    expect(progress(item('ordering'), ['b', 'a'])).toBe('answered');
  });

  test('whose last field is emptied is no answer', () => {
    expect(withEntry({ a: '1' }, 'a', ' ')).toBeNull();
    expect(withEntry(null, 'a', '1')).toEqual({ a: '1' });
  });
});

test('an entry moves by a step and stops at the ends', () => {
  expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c']);
  expect(moved(['a', 'b', 'c'], 0, -1)).toEqual(['a', 'b', 'c']);
  expect(moved(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b']);
});

test('a number is read as it is written in France and elsewhere', () => {
  for (const yes of ['12', '12,5', '12.5', '-3', '1 024', '1\u202f024,5', '0,001'])
    expect(isNumber(yes), yes).toBe(true);
  for (const no of ['douze', '12 Mo', '1,2,3', '']) expect(isNumber(no), no).toBe(false);
});

test('a prompt has paragraphs, and code where it is indented', () => {
  expect(blocks('Voici :\n\n    a = 1\n\n    b = 2\n\nQue vaut b ?')).toEqual([
    { kind: 'text', text: 'Voici :' },
    { kind: 'code', text: 'a = 1\n\nb = 2' },
    { kind: 'text', text: 'Que vaut b ?' },
  ]);
  expect(blocks('Un\n    x\ndeux')).toHaveLength(3);
});
