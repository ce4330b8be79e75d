//! An answer as words, whatever kind of question it answers.
import { local } from '$lib/i18n/index.svelte';
import type { AnswerValue, Choice, PaperItem } from '$lib/api/types';

/** The lines of an answer; none when nothing was answered. */
export function given(item: PaperItem, value: AnswerValue): string[] {
  if (value === null || value === '') return [];
  if (typeof value === 'string') return [single(item, value)];
  if (Array.isArray(value)) {
    const lines = value.map((id) => nameOf(item.choices, id));
    return item.type === 'ordering' ? lines.map((line, at) => `${at + 1}. ${line}`) : lines;
  }
  const pairs = Object.entries(value);
  if (item.type === 'matching') return pairs.map(([left, right]) => `${nameOf(item.left, left)} → ${nameOf(item.right, right)}`);
  return pairs.map(([id, text]) => {
    const field = item.fields.find((one) => one.id === id);
    const unit = field?.unit ? ` ${local(field.unit)}` : '';
    return field && item.fields.length > 1 ? `${local(field.label)} : ${text}${unit}` : `${text}${unit}`;
  });
}

function single(item: PaperItem, value: string): string {
  if (item.type === 'single_choice') return nameOf(item.choices, value);
  return item.unit ? `${value} ${local(item.unit)}` : value;
}

function nameOf(choices: readonly Choice[], id: string): string {
  const choice = choices.find((one) => one.id === id);
  return choice ? local(choice.text) : id;
}
