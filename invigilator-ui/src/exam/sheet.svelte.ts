//! The answer sheet of one part as the page shows it: values, flags, the question one is at, and what
//! the server has. What it lacks, the flags and the place survive a reload of this tab.
import { api } from '$lib/api/client';
import type { Problem } from '$lib/api/problem';
import type { AnswerBody, AnswerValue, CurrentAnswer, Paper, PaperItem, Saved } from '$lib/api/types';
import { given } from '$lib/given';
import { t } from '$lib/i18n/exam';
import { keeps, type Typed } from '$lib/typed';
import { progress, type Progress } from './answers';
import { mayStillSend, Outbox, type Unsaved } from './outbox';

/** What this tab remembers of a part. */
type Memory = { epoch: number; at: number; flags: string[]; unsaved: Unsaved[] };

/** Why the server does not take an answer, whatever is tried. */
type Refusal = { item: string; problem: Problem };

const KEY = 'jurat.part.';
/** A round trip is not worth a word; what takes longer is. */
export const SLOW_MS = 1_500;
/** Signs of an answer that may be sent while the page is being left. */
const LITTLE = 8_000;

export class Sheet {
  readonly part: number;
  readonly items: PaperItem[];
  values: Record<string, AnswerValue> = $state({});
  /** What the server has. */
  saved: Record<string, AnswerValue> = $state({});
  /** The items whose answer it lacks for longer than a round trip takes, or refused. */
  unsaved: Record<string, boolean> = $state({});
  flags: Record<string, boolean> = $state({});
  at = $state(0);
  waiting = $state(0);
  oldest_ms = $state(0);
  saved_at = $state<string>();
  /** What was answered and the server lacks, as words, once the sheet is closed; what is on its way may still arrive. */
  lacking = $state.raw<readonly Typed[]>([]);
  /** What the server refused and lacks until now: by item, the latest at the end. */
  refusals = $state.raw<readonly Refusal[]>([]);
  #outbox: Outbox;
  #place: string;
  #timer: ReturnType<typeof setInterval>;
  #epoch: number;
  #unkeep: () => void;
  #closed = false;

  constructor(
    readonly attempt: string,
    paper: Paper,
    onrefused: (problem: Problem) => void,
  ) {
    this.part = paper.part;
    this.items = paper.items;
    this.#epoch = paper.epoch;
    this.#place = `${KEY}${attempt}.${paper.part}`;
    const refused = (item: string, problem: Problem) => {
      this.refusals = [...this.#refusalsBut(item), { item, problem }];
      onrefused(problem);
    };
    const kept = (item: string, value: AnswerValue) => {
      this.saved[item] = value;
      this.refusals = this.#refusalsBut(item);
    };
    this.#outbox = new Outbox({ save: this.#save, current: this.#current }, { changed: this.#show, kept, refused });
    for (const { item_id, value } of paper.answers) {
      this.values[item_id] = value;
      this.saved[item_id] = value;
    }
    this.#outbox.restore(paper.answers);
    this.#remember(paper.answers);
    this.#timer = setInterval(this.#show, 1_000);
    window.addEventListener('online', this.flush);
    window.addEventListener('pagehide', this.flush);
    this.#unkeep = keeps(this.typed);
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

  /** How far an item is answered, by what the server has. */
  progress(item: PaperItem): Progress {
    return progress(item, this.saved[item.id] ?? null);
  }

  go(at: number) {
    this.at = Math.min(Math.max(0, at), this.items.length - 1);
    this.#keep();
  }

  flag(item: PaperItem) {
    this.flags[item.id] = !this.flags[item.id];
    this.#keep();
  }

  isUnsaved(item: PaperItem): boolean {
    return this.unsaved[item.id] ?? false;
  }

  /** Whether nothing is on its way. */
  get settled(): boolean {
    return this.waiting === 0;
  }

  /** What was answered and the server lacks, as words. */
  typed = (): Typed[] =>
    this.#outbox.unsaved().flatMap(({ item, value }) => {
      const asked = this.items.find((one) => one.id === item);
      return asked ? [{ label: t('question', { n: asked.number }), text: given(asked, value).join('\n') || '–' }] : [];
    });

  flush = () => this.#outbox.flush();

  close() {
    this.#outbox.close();
    this.#unkeep();
    this.#closed = true;
    this.lacking = this.typed();
    clearInterval(this.#timer);
    window.removeEventListener('online', this.flush);
    window.removeEventListener('pagehide', this.flush);
  }

  #refusalsBut(item: string): readonly Refusal[] {
    return this.refusals.filter((refusal) => refusal.item !== item);
  }

  #save = (item: string, revision: number, value: AnswerValue): Promise<Saved> => {
    const body: AnswerBody = { part: this.part, epoch: this.#epoch, revision, value };
    // A page that is left takes little with it: browsers refuse more than 64 KiB on the way.
    const keepalive = JSON.stringify(value).length < LITTLE;
    return api.put('/attempt/answers/{item}', { item, body }, { retries: 0, timeout_ms: 8_000, keepalive });
  };

  #current = async (item: string) => {
    const paper = await api.get('/attempt/parts/{part}/paper', { part: this.part });
    return paper.answers.find((answer) => answer.item_id === item);
  };

  #show = () => {
    if (this.#closed) this.lacking = this.typed();
    const { count, oldest_ms } = this.#outbox.waiting();
    if (count !== this.waiting || this.#outbox.unsaved().length > 0) this.#keep();
    this.waiting = count;
    this.oldest_ms = oldest_ms;
    this.saved_at = this.#outbox.saved_at;
    for (const { id } of this.items) {
      const unsaved = (this.#outbox.unsavedFor(id) ?? 0) > SLOW_MS;
      if (unsaved !== (this.unsaved[id] ?? false)) this.unsaved[id] = unsaved;
    }
  };

  /** What this tab kept goes on its way again; what another device has answered since stands. */
  #remember(answers: CurrentAnswer[]) {
    try {
      const memory = JSON.parse(sessionStorage.getItem(this.#place) ?? '') as Memory;
      this.at = Math.min(Math.max(0, memory.at), this.items.length - 1);
      for (const id of memory.flags) this.flags[id] = true;
      for (const kept of memory.unsaved) {
        const item = this.items.find((one) => one.id === kept.item);
        const current = answers.find((one) => one.item_id === kept.item);
        if (item && (memory.epoch === this.#epoch || mayStillSend(kept, current)))
          this.answer(item, kept.value, 'chosen');
      }
    } catch {
      // nothing remembered: the part begins at its first question
    }
  }

  #keep() {
    const flags = this.items.map((item) => item.id).filter((id) => this.flags[id]);
    const memory: Memory = { epoch: this.#epoch, at: this.at, flags, unsaved: this.#outbox.unsaved() };
    try {
      sessionStorage.setItem(this.#place, JSON.stringify(memory));
    } catch {
      // storage is refused here: answers go to the server all the same
    }
  }
}

/** Forgets what this tab kept of an attempt; what it keeps of another one stays that one's. */
export function forget(attempt: string) {
  try {
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith(`${KEY}${attempt}.`)) sessionStorage.removeItem(key);
    }
  } catch {
    // storage is refused here: nothing was kept
  }
}
