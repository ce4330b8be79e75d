// The item bank as it is shipped, with its keys: what a candidate who knows everything would answer.

import { readFileSync, readdirSync } from 'node:fs';
import { parse } from 'smol-toml';

type Text = { fr: string; en: string };
type Choice = Text & { id: string };
type TextKey = { text: string };
type NumberKey = { value: string };
type Field = { id: string; label: Text; answer: { text?: TextKey[]; number?: NumberKey; computed?: unknown } };
type Told = { id: string; difficulty: number; prompt: Text };

/** An item with its key, as docs/ITEMS.md describes it. */
export type Item = Told &
  (
    | { type: 'single_choice'; choices: Choice[]; key: string }
    | { type: 'multiple_choice'; choices: Choice[]; key: string[] }
    | { type: 'short_text'; keys: TextKey[] }
    | { type: 'number'; key: NumberKey }
    | { type: 'fields'; fields: Field[] }
    | { type: 'matching'; left: Choice[]; right: Choice[]; key: Record<string, string> }
    | { type: 'ordering'; entries: Choice[]; key: string[] }
    | { type: 'file_task'; file: { name: string }; fields: Field[] }
  );

const folder = new URL('../../schemes/pix-edu/items/', import.meta.url);
const items = readdirSync(folder).flatMap((name) => {
  const file = parse(readFileSync(new URL(name, folder), 'utf8')) as unknown as { item: Item[] };
  return file.item;
});

const plain = (text: string) => text.replace(/\s+/g, '');

/** The item that asks this, however the page breaks its lines. */
export function itemAsking(prompt: string, language: 'fr' | 'en'): Item {
  const found = items.find((item) => plain(item.prompt[language]) === plain(prompt));
  if (!found) throw new Error(`no item asks: ${prompt}`);
  return found;
}
