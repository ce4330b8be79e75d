// Answers a question right, by the controls that its type has on the page.

import { statSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Item } from './bank.ts';
import { say, type ExamWords } from './words.ts';

/** Gives the right answer to the item on the page; a file task is downloaded only. */
export async function answer(page: Page, item: Item, words: ExamWords): Promise<void> {
  const { exam, language } = words;
  switch (item.type) {
    case 'single_choice':
    case 'multiple_choice': {
      const role = item.type === 'single_choice' ? 'radio' : 'checkbox';
      for (const choice of item.choices.filter(({ id }) => [item.key].flat().includes(id))) {
        await page.getByRole(role, { name: choice[language], exact: true }).check();
      }
      return;
    }
    case 'short_text':
      return page.getByRole('textbox', { name: say(exam.your_answer), exact: true }).fill(item.keys[0]?.text ?? '');
    case 'number':
      return page.getByRole('textbox', { name: say(exam.your_answer), exact: true }).fill(item.key.value);
    case 'fields':
      for (const field of item.fields) {
        const right = field.answer.number?.value ?? field.answer.text?.[0]?.text ?? '';
        await page.getByRole('textbox', { name: field.label[language], exact: true }).fill(right);
      }
      return;
    case 'matching':
      for (const entry of item.left) {
        const box = page.getByRole('combobox', { name: entry[language], exact: true });
        await box.selectOption(item.key[entry.id] ?? '');
      }
      return;
    case 'ordering':
      return putInOrder(page, item, words);
    case 'file_task': {
      const download = page.waitForEvent('download');
      await page.getByRole('link', { name: say(exam.download, { name: item.file.name }), exact: true }).click();
      const path = await (await download).path();
      expect(statSync(path).size, item.file.name).toBeGreaterThan(0);
    }
  }
}

async function putInOrder(page: Page, item: Item & { type: 'ordering' }, { exam, language }: ExamWords): Promise<void> {
  const text = (id: string) => item.entries.find((entry) => entry.id === id)?.[language] ?? id;
  const rows = page.getByRole('list').filter({
    has: page.getByRole('button', { name: say(exam.order_up, { what: text(item.key[0] ?? '') }), exact: true }),
  });
  let moved = false;
  for (const [place, id] of item.key.entries()) {
    const up = page.getByRole('button', { name: say(exam.order_up, { what: text(id) }), exact: true });
    const shown = rows.getByRole('listitem');
    const places = await shown.count();
    let at = 0;
    while (at < places && (await shown.nth(at).filter({ has: up }).count()) === 0) at += 1;
    for (; at > place; at -= 1) await up.click();
    moved ||= at !== place;
  }
  const keep = page.getByRole('button', { name: say(exam.order_keep), exact: true });
  if (await keep.isVisible()) await keep.click();
}
