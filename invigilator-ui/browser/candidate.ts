// A candidate: enters, waits, answers, hands in, comes back for the result. In either language.

import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { answer } from './answering.ts';
import { itemAsking, type Item } from './bank.ts';
import { accessible, button, dialog, field, heading, sees } from './person.ts';
import { say, type ExamWords } from './words.ts';

export type Identity = { family: string; given: string; day: string; month: string; year: string };
type Entry = Exclude<keyof ExamWords['exam'], symbol | number>;

const ITEMS = 32;

/** Whether it is answered in one word or press. */
const isQuick = ({ type }: Item) => type === 'single_choice' || type === 'short_text' || type === 'number';

export class Candidate {
  /** The types of item whose page has been examined. */
  private readonly examined = new Set<Item['type']>();

  constructor(
    readonly page: Page,
    readonly words: ExamWords,
  ) {}

  async enter(code: string, who: Identity): Promise<void> {
    const { page } = this;
    await page.goto('/exam');
    await sees(heading(page, this.say('enter')));
    await accessible(page);
    await this.comesIn(who, code);
  }

  /** Fills in the door where it stands. */
  async comesIn(who: Identity, code: string): Promise<void> {
    const { page } = this;
    await field(page, this.say('code')).fill(code.toLowerCase());
    await field(page, this.say('family_name')).fill(who.family);
    await field(page, this.say('given_names')).fill(who.given);
    await field(page, this.say('birth_day')).fill(who.day);
    await field(page, this.say('birth_month')).fill(who.month);
    await field(page, this.say('birth_year')).fill(who.year);
    await button(page, this.say('do_enter')).click();
  }

  async waits(): Promise<void> {
    await sees(heading(this.page, this.say('enrolled_title')));
    await accessible(this.page);
  }

  async startPart(part: number): Promise<void> {
    await button(this.page, this.say('start_part', { n: part })).click();
    await this.isAt(1);
    await accessible(this.page);
  }

  async isAt(number: number): Promise<void> {
    await sees(heading(this.page, this.say('question_of', { n: number, max: ITEMS })));
  }

  /** Answers the questions `from` to `to` that `knows` picks, going on after each but the last of all. */
  async answers(from: number, to: number, knows: (item: Item) => boolean): Promise<void> {
    for (let number = from; number <= to; number += 1) {
      await this.isAt(number);
      const prompt = await this.page.locator('#prompt').innerText();
      const item = itemAsking(prompt, this.words.language);
      if (knows(item)) await answer(this.page, item, this.words);
      await this.examines(item);
      if (number < ITEMS) await button(this.page, this.say('next')).click();
    }
  }

  /** Looks at the first item of each type. */
  private async examines({ type }: Item): Promise<void> {
    if (this.examined.has(type)) return;
    this.examined.add(type);
    await accessible(this.page);
  }

  /** Goes on to a question that is answered in one word or press, answers it, and goes on. Returns its number. */
  async answersNext(): Promise<number> {
    const number = await this.answersHere();
    await button(this.page, this.say('next')).click();
    await this.isAt(number + 1);
    return number;
  }

  /** Answers so many questions of that kind, or as many as are left on the form. Returns their numbers. */
  async answersUpTo(count: number): Promise<number[]> {
    const numbers: number[] = [];
    for (let number = 1; ; number += 1) {
      await this.isAt(number);
      const item = itemAsking(await this.page.locator('#prompt').innerText(), this.words.language);
      if (isQuick(item)) {
        await answer(this.page, item, this.words);
        numbers.push(number);
      }
      if (numbers.length === count || number === ITEMS) return numbers;
      await button(this.page, this.say('next')).click();
    }
  }

  /** Goes on to such a question, answers it and stays there. Returns its number. */
  async answersHere(): Promise<number> {
    const { page } = this;
    for (;;) {
      const [number = 0] = (await page.getByRole('heading', { level: 1 }).innerText()).match(/\d+/)?.map(Number) ?? [];
      const item = itemAsking(await page.locator('#prompt').innerText(), this.words.language);
      if (isQuick(item)) {
        await answer(page, item, this.words);
        return number;
      }
      await button(page, this.say('next')).click();
      await this.isAt(number + 1);
    }
  }

  /** The button of a question, wherever one is, when it says so. */
  question(number: number, standing: 'is_answered' | 'is_unsaved'): Locator {
    const says = `${this.say('question', { n: number })}, ${this.say(standing)}`;
    return button(this.page, says).or(button(this.page, `${says}, ${this.say('is_current')}`));
  }

  /** The answers that the server has of part 1, by this browser's seat. */
  async saved(): Promise<unknown[]> {
    return this.page.evaluate(async () => {
      const paper = (await (await fetch('/api/v1/attempt/parts/1/paper')).json()) as { answers: { value: unknown }[] };
      return paper.answers.map(({ value }) => value);
    });
  }

  /** Loads the page again: the place and the answers are as they were. */
  async reloads(): Promise<void> {
    const { page } = this;
    await page.locator('[data-state="saved"]').waitFor();
    const place = page.getByRole('heading', { level: 1 });
    const before = [await place.innerText(), ...(await this.overview())];
    await page.reload();
    await sees(place.filter({ hasText: before[0] ?? '' }));
    expect([await place.innerText(), ...(await this.overview())]).toEqual(before);
  }

  /** What each question's button says: its number, whether it is answered. */
  overview(): Promise<string[]> {
    const all = this.page.getByRole('navigation', { name: this.say('overview'), exact: true }).getByRole('button');
    return all.evaluateAll((buttons) => buttons.map((one) => one.getAttribute('aria-label') ?? ''));
  }

  async isHeld(reason: string): Promise<void> {
    await sees(heading(this.page, this.say('held_title')), this.page.getByText(reason, { exact: true }));
    expect(await this.page.locator('#prompt').count(), 'questions are covered').toBe(0);
    await accessible(this.page);
  }

  /** The seconds that the clock shows. */
  async secondsLeft(): Promise<number> {
    const clock = this.page.getByRole('timer', { name: this.say('time_left'), exact: true });
    const units = (await clock.innerText()).trim().split(':').map(Number);
    return units.reduce((whole, unit) => whole * 60 + unit, 0);
  }

  async reads(notice: string): Promise<void> {
    await sees(this.page.getByText(notice, { exact: true }).filter({ visible: true }));
    await accessible(this.page);
    await button(this.page, this.say('read')).click();
  }

  /** Hands in for good and has a receipt; returns its fingerprint. */
  async handsIn(part: number): Promise<string> {
    const { page } = this;
    await button(page, this.say('finish')).first().click();
    const asking = dialog(page, this.say('finish_title', { n: part }));
    await sees(asking);
    await accessible(page);
    await button(asking, this.say('finish_do')).click();
    await sees(heading(page, this.say(part === 1 ? 'break_title' : 'submitted_title')));
    await accessible(page);
    const receipt = page.getByRole('region', { name: this.say('receipt', { n: part }), exact: true });
    return (await receipt.getByText(/^[0-9a-f]{4}(\W[0-9a-f]{4}){2}$/i).innerText()).trim();
  }

  async leaves(): Promise<void> {
    await button(this.page, this.say('leave')).click();
    await sees(heading(this.page, this.say('enter')));
  }

  /** Reads the jury's decision. */
  async readsResult(outcome: keyof ExamWords['ui'], level?: string): Promise<void> {
    await sees(heading(this.page, this.say('result')));
    await sees(this.page.getByText(this.words.ui[outcome], { exact: true }));
    if (level) await sees(this.page.getByText(level, { exact: true }));
    await accessible(this.page);
  }

  private say(entry: Entry, values: Record<string, string | number> = {}): string {
    return say(this.words.exam[entry], values);
  }
}
