//! A line of a timeline, and what an entry of a journal tells of it. Values only.
import type { JournalKind } from '../api/types';

/** What entries of the journal and events of a case have in common. */
export type Entry = {
  at: string;
  /** Absent where a newer program wrote it. */
  kind: JournalKind | null;
  word: string;
  body?: unknown;
};

export type Moment = {
  number: number;
  at: string;
  until: string;
  kind: JournalKind | null;
  word: string;
  /** How many saved answers are in it. */
  saved: number;
  weighs: boolean;
  /** Whom it is about, where that is not plain. */
  whom: string;
  /** Who did it, where that is told. */
  by: string;
  part?: number;
  count?: number;
  devices?: number;
  seconds?: number;
  /** What somebody wrote. */
  texts: string[];
};

type Beside = Partial<Pick<Moment, 'weighs' | 'whom' | 'by'>>;

/** What people write in an entry, in the order in which it is shown. */
const TEXTS = ['reason', 'note', 'text', 'comment'];

export function momentOf(number: number, { at, kind, word, body }: Entry, beside: Beside = {}): Moment {
  const told = (body ?? {}) as Record<string, unknown>;
  const amount = (name: string) => (typeof told[name] === 'number' ? told[name] : undefined);
  return {
    number,
    at,
    until: at,
    kind,
    word,
    saved: 1,
    weighs: false,
    whom: '',
    by: '',
    ...beside,
    part: amount('part'),
    count: amount('count'),
    devices: amount('devices'),
    // what is reopened without more time adds none
    seconds: amount('seconds') || undefined,
    texts: TEXTS.map((name) => told[name]).filter((text): text is string => typeof text === 'string' && text !== ''),
  };
}

/** Answers saved one after the other, oldest first, are one line. */
export function gathered(moments: readonly Moment[]): Moment[] {
  const all: Moment[] = [];
  for (const one of moments) {
    const last = all.at(-1);
    if (one.kind === 'answer_saved' && last?.kind === 'answer_saved' && one.part === last.part) {
      all[all.length - 1] = { ...last, saved: last.saved + one.saved, until: one.until };
    } else {
      all.push(one);
    }
  }
  return all;
}
