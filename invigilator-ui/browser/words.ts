// What the pages say, from the very catalogues they speak from, so that wording may change.

import { en as admin } from '../src/lib/i18n/admin.en.ts';
import { en as centre } from '../src/lib/i18n/centre.en.ts';
import { en as ui } from '../src/lib/i18n/ui.en.ts';
import { fr as uiFr } from '../src/lib/i18n/ui.fr.ts';
import { en as desk } from '../src/lib/i18n/desk.en.ts';
import { en as exam } from '../src/lib/i18n/exam.en.ts';
import { fr as examFr } from '../src/lib/i18n/exam.fr.ts';
import { en as home } from '../src/lib/i18n/home.en.ts';
import { en as invigilate } from '../src/lib/i18n/invigilate.en.ts';
import { en as journal } from '../src/lib/i18n/journal.en.ts';
import { en as jury } from '../src/lib/i18n/jury.en.ts';
import { en as problems } from '../src/lib/i18n/problems.en.ts';

export { admin, centre, ui, desk, home, invigilate, journal, jury, problems };

type Entry = string | { readonly one: string; readonly other: string };
type Values = Record<string, string | number>;

/** The words of the exam and of what all pages share, in one language. */
export type ExamWords = {
  language: 'fr' | 'en';
  exam: Record<keyof typeof exam, Entry>;
  ui: Record<keyof typeof ui, string>;
};
export const english: ExamWords = { language: 'en', exam, ui };
export const french: ExamWords = { language: 'fr', exam: examFr, ui: uiFr };

/** An entry of a catalogue with its holes filled. */
export function say(entry: Entry, values: Values = {}): string {
  const text = typeof entry === 'string' ? entry : values.n === 1 ? entry.one : entry.other;
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => String(values[name] ?? hole));
}

/** The name of a field that may be left empty. */
export function optional(label: string, words = ui): string {
  return `${label} (${words.optional})`;
}
