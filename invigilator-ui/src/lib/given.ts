//! An answer as words, whatever kind of question it answers.
import { local } from '$lib/i18n/index.svelte';
import type { AnswerValue, Choice, PaperItem } from '$lib/api/types';

/** The lines of an answer; none when nothing was answered. */
export function given(item: PaperItem, value: AnswerValue): string[] {
  if (value === null || value === '') return [];
  const texts = typeof value === 'string' ? [value] : Array.isArray(value) ? value : [];
  const pairs = typeof value === 'string' || Array.isArray(value) ? [] : Object.entries(value);
  switch (item.type) {
    case 'single_choice':
    case 'multiple_choice':
      return texts.map((id) => nameOf(item.choices, id));
    case 'ordering':
      return texts.map((id, at) => `${at + 1}. ${nameOf(item.choices, id)}`);
    case 'short_text':
    case 'number':
      return texts.map((text) => withUnit(text, item.unit));
    case 'matching':
      return pairs.map(([left, right]) => `${nameOf(item.left, left)} → ${nameOf(item.right, right)}`);
    case 'fields':
    case 'file_task':
      return pairs.map(([id, text]) => ofField(item, id, text));
  }
}

function ofField({ fields }: PaperItem, id: string, text: string): string {
  const field = fields.find((one) => one.id === id);
  const entry = withUnit(text, field?.unit ?? null);
  return field && fields.length > 1 ? `${local(field.label)} : ${entry}` : entry;
}

function withUnit(text: string, unit: PaperItem['unit']): string {
  return unit ? `${text} ${local(unit)}` : text;
}

function nameOf(choices: readonly Choice[], id: string): string {
  const choice = choices.find((one) => one.id === id);
  return choice ? local(choice.text) : id;
}
