//! The answer sheet of one part as the page shows it: values, flags, the question one is at, and what
//! is saved. What waits to be saved, the flags and the place survive a reload of this tab.
import { api } from '$lib/api/client';
import type { Problem } from '$lib/api/problem';
import type { AnswerBody, AnswerValue, Paper, PaperItem, Saved } from '$lib/api/types';
import { progress, type Progress } from './answers';
import { Outbox } from './outbox';

/** What this tab remembers of a part. */
type Memory = { at: number; flags: string[]; waiting: [string, AnswerValue][] };

export class Sheet {
  readonly part: number;
  readonly items: PaperItem[];
  values: Record<string, AnswerValue> = $state({});
  flags: Record<string, boolean> = $state({});
  at = $state(0);
  waiting = $state(0);
  oldest_ms = $state(0);
  saved_at = $state<string>();
  /** Why the server takes no more; the invigilator is needed or the part is over. */
  refusal = $state.raw<Problem>();
  #outbox: Outbox;
  #place: string;
  #timer: ReturnType<typeof setInterval>;
  #epoch: number;

  constructor(attempt: string, paper: Paper, onrefused: (problem: Problem) => void) {
    this.part = paper.part;
    this.items = paper.items;
    this.#epoch = paper.epoch;
    this.#place = `jurat.part.${attempt}.${paper.part}`;
    const refused = (_: string, problem: Problem) => {
      this.refusal = problem;
      onrefused(problem);
    };
    this.#outbox = new Outbox({ save: this.#save, current: this.#current }, { changed: this.#show, refused });
    for (const answer of paper.answers) this.values[answer.item_id] = answer.value;
    this.#outbox.restore(paper.answers);
    this.#remember();
    this.#timer = setInterval(this.#show, 1_000);
    window.addEventListener('online', this.flush);
    window.addEventListener('pagehide', this.flush);
  }

  get item(): PaperItem | undefined {
    return this.items[this.at];
  }

  /** Takes what the candidate answered to the question on the page. */
  answer(item: PaperItem, value: AnswerValue, how: 'typed' | 'chosen') {
    this.values[item.id] = value;
    this.#outbox.put(item.id, value, how);
  }

  value(item: PaperItem): AnswerValue {
    return this.values[item.id] ?? null;
  }

  progress(item: PaperItem): Progress {
    return progress(item, this.value(item));
  }

  go(at: number) {
    this.at = Math.min(Math.max(0, at), this.items.length - 1);
    this.#keep();
  }

  flag(item: PaperItem) {
    this.flags[item.id] = !this.flags[item.id];
    this.#keep();
  }

  isWaiting(item: PaperItem): boolean {
    return this.waiting > 0 && this.#outbox.isWaiting(item.id);
  }

  /** Whether everything is with the server. */
  get settled(): boolean {
    return this.waiting === 0;
  }

  flush = () => this.#outbox.flush();

  close() {
    this.#outbox.close();
    clearInterval(this.#timer);
    window.removeEventListener('online', this.flush);
    window.removeEventListener('pagehide', this.flush);
  }

  #save = (item: string, revision: number, value: AnswerValue): Promise<Saved> => {
    const body: AnswerBody = { part: this.part, epoch: this.#epoch, revision, value };
    return api.put<Saved>(`/attempt/answers/${item}`, body, { retries: 0, timeout_ms: 10_000, keepalive: true });
  };

  #current = async (item: string) => {
    const paper = await api.get<Paper>(`/attempt/parts/${this.part}/paper`);
    return paper.answers.find((answer) => answer.item_id === item);
  };

  #show = () => {
    const { count, oldest_ms } = this.#outbox.waiting();
    if (count !== this.waiting || count > 0) this.#keep();
    this.waiting = count;
    this.oldest_ms = oldest_ms;
    this.saved_at = this.#outbox.saved_at;
  };

  #remember() {
    try {
      const memory = JSON.parse(sessionStorage.getItem(this.#place) ?? '') as Memory;
      this.at = Math.min(Math.max(0, memory.at), this.items.length - 1);
      for (const id of memory.flags) this.flags[id] = true;
      for (const [id, value] of memory.waiting) {
        const item = this.items.find((one) => one.id === id);
        if (item) this.answer(item, value, 'chosen');
      }
    } catch {
      // nothing remembered: the part begins at its first question
    }
  }

  #keep() {
    const flags = this.items.map((item) => item.id).filter((id) => this.flags[id]);
    const memory: Memory = { at: this.at, flags, waiting: this.#outbox.waitingValues() };
    try {
      sessionStorage.setItem(this.#place, JSON.stringify(memory));
    } catch {
      // storage is refused here: answers go to the server all the same
    }
  }
}
