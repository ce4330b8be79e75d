//! The way of an answer from the keyboard to the server. Each change is sent within 400 ms, one request
//! an item at a time; what changed meanwhile goes with the next. A failure that may pass is tried
//! again for ever. "Saved" is what the server said, for that very value, and nothing else.
import { asProblem, type Problem } from '$lib/api/problem';
import type { AnswerValue, CurrentAnswer, Saved } from '$lib/api/types';
import { serverClock } from '$lib/clock';

export type Post = {
  save: (item: string, revision: number, value: AnswerValue) => Promise<Saved>;
  /** What the server holds, when it says that ours is not the newest. */
  current: (item: string) => Promise<CurrentAnswer | undefined>;
};

export type Hooks = {
  /** Something that a page shows has changed. */
  changed: () => void;
  /** The server has this answer now. */
  kept: (item: string, value: AnswerValue) => void;
  /** The server will not take this answer, nor any later one of this kind. */
  refused: (item: string, problem: Problem) => void;
};

/** An answer that the server lacks, with the newest revision that it was known to have. */
export type Unsaved = { item: string; value: AnswerValue; base: number };

type Line = {
  item: string;
  value: AnswerValue;
  /** The newest revision that was sent or restored. */
  revision: number;
  /** The newest revision that the server is known to have. */
  base: number;
  /** Counts the changes; `kept` is the one that the server has. */
  change: number;
  kept: number;
  /** The change that `revision` carried, so that a repeated request repeats its number. */
  sent: number;
  since_ms: number | undefined;
  saved_at: string | undefined;
  tries: number;
  sending: boolean;
  /** Why the server takes it not, whatever is tried. */
  refused: Problem | undefined;
  timer: ReturnType<typeof setTimeout> | undefined;
};

const TYPING_MS = 400;
const HELD_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 5_000;
/** A server that asks for a longer wait is asked again all the same: it is about an answer. */
const LONGEST_WAIT_MS = 10_000;
/** What the server refuses for now: a hold, and a page whose browser belongs to somebody else for a while. */
const FOR_NOW = ['held', 'meant_for_another'];

export class Outbox {
  #lines = new Map<string, Line>();
  #post: Post;
  #hooks: Hooks;
  #closed = false;
  /** When the server last confirmed an answer, by its clock. */
  saved_at: string | undefined;

  constructor(post: Post, hooks: Hooks) {
    this.#post = post;
    this.#hooks = hooks;
  }

  /** Begins from what the server holds. */
  restore(answers: CurrentAnswer[]) {
    for (const { item_id, revision, value } of answers) {
      const line = this.#line(item_id);
      line.value = value;
      line.revision = revision;
      line.base = revision;
    }
  }

  /** Takes a change. Typing waits a little for the next letter; a choice goes at once. */
  put(item: string, value: AnswerValue, how: 'typed' | 'chosen') {
    const line = this.#line(item);
    line.value = value;
    line.change += 1;
    line.since_ms ??= performance.now();
    line.refused = undefined;
    this.#hooks.changed();
    if (line.sending) return;
    if (how === 'chosen') void this.#send(line);
    else line.timer ??= setTimeout(() => void this.#send(line), TYPING_MS);
  }

  /** Sends at once what waits, e.g. when the network is back or the hold is over. */
  flush() {
    for (const line of this.#waiting()) {
      line.tries = 0;
      if (!line.sending) void this.#send(line);
    }
  }

  /** What the server has not confirmed: how many, and for how long the oldest has waited. */
  waiting(): { count: number; oldest_ms: number } {
    const lines = this.#waiting();
    const now = performance.now();
    const oldest_ms = lines.reduce((oldest, line) => Math.max(oldest, now - (line.since_ms ?? now)), 0);
    return { count: lines.length, oldest_ms };
  }

  /** For how long the server has lacked the answer to an item, ms; nothing when it has it. */
  unsavedFor(item: string): number | undefined {
    const line = this.#lines.get(item);
    if (!line || !isUnsaved(line)) return undefined;
    return line.refused ? Infinity : performance.now() - (line.since_ms ?? performance.now());
  }

  /** What the server lacks, also what it refused: for a reload of the page, and to be read. */
  unsaved(): Unsaved[] {
    const lines = [...this.#lines.values()].filter(isUnsaved);
    return lines.map(({ item, value, base }) => ({ item, value, base }));
  }

  /** Sends nothing more. */
  close() {
    this.#closed = true;
    for (const line of this.#lines.values()) clearTimeout(line.timer);
  }

  async #send(line: Line): Promise<void> {
    clearTimeout(line.timer);
    line.timer = undefined;
    if (this.#closed || line.sending || !isWaiting(line)) return;
    line.sending = true;
    const { change, value } = line;
    if (line.sent !== change) {
      line.sent = change;
      line.revision += 1;
    }
    try {
      const saved = await this.#post.save(line.item, line.revision, value);
      line.base = Math.max(line.base, saved.revision);
      this.#kept(line, change, value, saved.saved_at);
    } catch (cause) {
      await this.#failed(line, change, asProblem(cause));
    }
    line.sending = false;
    this.#hooks.changed();
    if (isWaiting(line) && line.timer === undefined) this.#again(line, 0);
  }

  #kept(line: Line, change: number, value: AnswerValue, at: string) {
    line.kept = change;
    line.tries = 0;
    line.saved_at = at;
    line.since_ms = line.change === change ? undefined : performance.now();
    this.saved_at = at;
    this.#hooks.kept(line.item, value);
  }

  async #failed(line: Line, change: number, problem: Problem) {
    if (problem.code === 'stale_revision') return this.#catchUp(line, change);
    if (FOR_NOW.includes(problem.code)) return this.#again(line, HELD_RETRY_MS);
    if (problem.passing) return this.#again(line, delayOf(line.tries++, problem));
    line.refused = problem;
    line.since_ms = undefined;
    this.#hooks.refused(line.item, problem);
  }

  /** The server has a newer revision: ours again (its answer was lost), or one to go beyond. */
  async #catchUp(line: Line, change: number) {
    try {
      const current = await this.#post.current(line.item);
      line.base = Math.max(line.base, current?.revision ?? 0);
      if (current && line.change === change && same(current.value, line.value)) {
        line.revision = current.revision;
        this.#kept(line, change, current.value, new Date(serverClock.now()).toISOString());
        return;
      }
      line.revision = Math.max(line.revision, current?.revision ?? 0);
      line.sent = -1;
      this.#again(line, 0);
    } catch (cause) {
      this.#again(line, delayOf(line.tries++, asProblem(cause)));
    }
  }

  #again(line: Line, ms: number) {
    if (this.#closed) return;
    clearTimeout(line.timer);
    line.timer = setTimeout(() => void this.#send(line), ms);
  }

  #waiting(): Line[] {
    return [...this.#lines.values()].filter(isWaiting);
  }

  #line(item: string): Line {
    let line = this.#lines.get(item);
    if (!line) {
      line = emptyLine(item);
      this.#lines.set(item, line);
    }
    return line;
  }
}

function emptyLine(item: string): Line {
  return {
    item,
    value: null,
    revision: 0,
    base: 0,
    change: 0,
    kept: 0,
    sent: 0,
    since_ms: undefined,
    saved_at: undefined,
    tries: 0,
    sending: false,
    refused: undefined,
    timer: undefined,
  };
}

function isUnsaved(line: Line): boolean {
  return line.change > line.kept;
}

function isWaiting(line: Line): boolean {
  return isUnsaved(line) && !line.refused;
}

/**
 * Full jitter, at most five seconds, and not before the server wants it: a room that comes back does not come
 * in one wave.
 */
function delayOf(tries: number, problem: Problem): number {
  const jitter = 150 + Math.random() * Math.min(LONGEST_RETRY_MS, 400 * 2 ** Math.min(tries, 6));
  return jitter + Math.min(problem.wait_ms ?? 0, LONGEST_WAIT_MS);
}

/**
 * Whether what a tab kept of an earlier seat may still be sent: the server has nothing newer than the tab
 * knew, else the answer was given anew at another device.
 */
export function mayStillSend(kept: Unsaved, current: CurrentAnswer | undefined): boolean {
  return (current?.revision ?? 0) <= kept.base;
}

/** Whether two answers say the same; the order of a record's keys says nothing. */
export function same(one: AnswerValue, other: AnswerValue): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: AnswerValue): string {
  if (value === null || typeof value === 'string' || Array.isArray(value)) return JSON.stringify(value);
  return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
