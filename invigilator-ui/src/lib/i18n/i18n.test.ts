import { describe, expect, test } from 'vitest';
import { fill, type Entries } from './index.svelte';

const french = import.meta.glob<{ fr: Entries }>('./*.fr.ts', { eager: true });
const english = import.meta.glob<{ en: Entries }>('./*.en.ts', { eager: true });
const areas = Object.keys(french).map((path) => path.slice(2, -'.fr.ts'.length));

const holes = (entry: unknown) => [...new Set(JSON.stringify(entry).match(/\{\w+\}/g) ?? [])].sort();

describe.each(areas)('the catalogue %s', (area) => {
  const fr = french[`./${area}.fr.ts`]?.fr ?? {};
  const en = english[`./${area}.en.ts`]?.en ?? {};

  test('says everything in both languages', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(fr).sort());
    for (const [key, entry] of [...Object.entries(fr), ...Object.entries(en)]) {
      for (const text of typeof entry === 'string' ? [entry] : Object.values(entry)) {
        expect(text.trim(), key).not.toBe('');
      }
    }
  });

  test('has the same holes in both languages', () => {
    for (const key of Object.keys(fr)) expect(holes(en[key]), key).toEqual(holes(fr[key]));
  });

  test('writes French with its own apostrophe', () => {
    for (const [key, entry] of Object.entries(fr)) expect(JSON.stringify(entry), key).not.toContain("'");
  });
});

test('a count takes the form of its language', () => {
  const entry = { one: '{n} item', other: '{n} items' };
  expect(fill(entry, { n: 0 }, 'en')).toBe('0 items');
  expect(fill(entry, { n: 0 }, 'fr')).toBe('0 item');
  expect(fill(entry, { n: 2 }, 'fr')).toBe('2 items');
});

test('a French sign never begins a line', () => {
  expect(fill('Durée : {n} min. « Prêt » ?', { n: 5 }, 'fr')).toBe('Durée\u00a0: 5 min. «\u00a0Prêt\u00a0»\u00a0?');
  expect(fill('Ready ?', {}, 'en')).toBe('Ready ?');
});
