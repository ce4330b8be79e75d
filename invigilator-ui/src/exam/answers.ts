//! What an answer says about itself: nothing yet, something, or everything that is asked.
import type { AnswerValue, PaperItem } from '$lib/api/types';

export type Progress = 'empty' | 'partial' | 'answered';

/** How far an item is answered. Fields and pairs may be there in part. */
export function progress(item: PaperItem, value: AnswerValue): Progress {
  if (value === null || value === '') return 'empty';
  const wanted = wantedKeys(item);
  if (wanted.length === 0) return value.length === 0 ? 'empty' : 'answered';
  const given = wanted.filter((key) => record(value)[key]);
  if (given.length === 0) return 'empty';
  return given.length === wanted.length ? 'answered' : 'partial';
}

/** The value as a record of texts; anything else is an empty one. */
export function record(value: AnswerValue): Record<string, string> {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : {};
}

/** The value as a list; anything else is an empty one. */
export function list(value: AnswerValue): string[] {
  return Array.isArray(value) ? value : [];
}

/** The value as a text; anything else is an empty one. */
export function text(value: AnswerValue): string {
  return typeof value === 'string' ? value : '';
}

/** The record with one entry set, or taken away when the text is blank; `null` when nothing is left. */
export function withEntry(value: AnswerValue, key: string, entry: string): AnswerValue {
  const next = { ...record(value) };
  if (entry.trim()) next[key] = entry;
  else delete next[key];
  return Object.keys(next).length ? next : null;
}

/** The list with one element moved by a step; unchanged at its ends. */
export function moved(order: readonly string[], from: number, to: number): string[] {
  const next = [...order];
  if (to < 0 || to >= next.length) return next;
  const [element] = next.splice(from, 1);
  if (element !== undefined) next.splice(to, 0, element);
  return next;
}

/** Whether a text can be read as a number, with comma or point. */
export function isNumber(text: string): boolean {
  return /^[-+−]?\d{1,3}(?:[\s\u00a0\u202f]?\d{3})*(?:[.,]\d+)?$|^[-+−]?\d+(?:[.,]\d+)?$/.test(text.trim());
}

function wantedKeys(item: PaperItem): string[] {
  switch (item.type) {
    case 'fields':
    case 'file_task':
      return item.fields.map((field) => field.id);
    case 'matching':
      return item.left.map((entry) => entry.id);
    case 'single_choice':
    case 'multiple_choice':
    case 'short_text':
    case 'number':
    case 'ordering':
      return [];
  }
}
