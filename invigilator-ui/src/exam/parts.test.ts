import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { AttemptView } from '$lib/api/types';
import { language } from '$lib/i18n/index.svelte';
import { partOfAll, partWords } from './parts';

const exam = (parts: number) => ({ parts: Array.from({ length: parts }, () => ({})) }) as AttemptView;

beforeAll(() => {
  vi.stubGlobal('document', { documentElement: {} });
  language.choose('en');
});
afterAll(() => vi.unstubAllGlobals());

test('an exam of one part is not told in parts', () => {
  expect(partOfAll(exam(1), 1)).toBe('Exam');
  expect(partWords(exam(1), 'start_part', 1)).toBe('Begin the exam');
  expect(partWords(exam(1), 'receipt', 1)).toBe('Receipt');
});

test('a part among several is named, and how many there are', () => {
  expect(partOfAll(exam(3), 2)).toBe('Part 2 of 3');
  expect(partWords(exam(3), 'finish_title', 3)).toBe('Hand in part 3?');
});
