//! A journal as it is read back. What is there stays, whatever fails.
import { untrack } from 'svelte';
import type { Part } from '../api/client';
import type { JournalEntry } from '../api/types';
import { Sending } from '../sending.svelte';

export type Asked = { before?: number; answers: boolean };

/** How long after something has happened the newest entries are asked for, together with what happens meanwhile. */
const LATER_MS = 5_000;

/** The newest page, then the pages before it, one at each press. */
export class Journal {
  /** Oldest first. */
  entries: readonly JournalEntry[] = $state.raw([]);
  /** Whether there are earlier ones. */
  more = $state(false);
  loaded = $state(false);
  /** Loading the newest page. */
  readonly looking = new Sending();
  /** Loading the page before what is there. */
  readonly turning = new Sending();
  #answers = $state(false);
  /** Whether saved answers are among the entries that are there. */
  #answersThere = false;
  #again = false;
  #mark: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly ask: (asked: Asked) => Promise<Part<JournalEntry>>) {}

  /** Loads the newest page, and looks again when something was heard until the returned function is called. */
  start(): () => void {
    // an effect that starts it must not begin anew whenever something is on its way
    untrack(() => void this.look());
    return () => clearTimeout(this.#timer);
  }

  /** Whether each saved answer is shown too. */
  get answers(): boolean {
    return this.#answers;
  }

  set answers(shown: boolean) {
    this.#answers = shown;
    void this.look();
  }

  /** Loads the newest page, once more when asked again meanwhile. */
  look = async (): Promise<void> => {
    this.#again = true;
    if (this.looking.busy) return;
    while (this.#again) {
      this.#again = false;
      await this.looking.run(() => this.#newest());
    }
  };

  /** What moves when something happens has this value now. */
  hear(mark: string) {
    const known = this.#mark;
    this.#mark = mark;
    if (known === undefined || known === mark || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.look();
    }, LATER_MS);
  }

  /** Loads the page before what is there. */
  earlier = (): Promise<void> =>
    this.turning.run(async () => {
      const before = this.entries[0]?.seq;
      if (before === undefined || !this.more) return;
      const answers = this.#answersThere;
      const page = await this.ask({ before, answers });
      // another beginning came meanwhile, which this page does not join
      if (this.entries[0]?.seq !== before || this.#answersThere !== answers) return;
      this.entries = [...page.items, ...this.entries];
      this.more = page.more;
    });

  async #newest() {
    const answers = this.#answers;
    const page = await this.ask({ answers });
    const first = page.items[0]?.seq ?? 0;
    const joins = answers === this.#answersThere && page.more && first <= (this.entries.at(-1)?.seq ?? -1);
    if (joins) {
      this.entries = [...this.entries.filter((one) => one.seq < first), ...page.items];
    } else {
      this.entries = page.items;
      this.more = page.more;
    }
    this.#answersThere = answers;
    this.loaded = true;
  }
}
