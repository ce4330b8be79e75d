//! What happened to an attempt, as a jury reads it: answers saved one after the other are one line.
import type { CaseEvent, JournalKind } from '$lib/api/types';

export type Moment = {
  number: number;
  at: string;
  until: string;
  /** Absent where a newer program wrote it. */
  kind: JournalKind | null;
  word: string;
  weighs: boolean;
  saved: number;
  part: number;
  seconds: number;
  reason: string;
};

export function moments(entries: readonly CaseEvent[]): Moment[] {
  const all: Moment[] = [];
  for (const entry of [...entries].sort((a, b) => a.number - b.number)) {
    const last = all.at(-1);
    if (entry.kind === 'answer_saved' && last?.kind === 'answer_saved') {
      last.saved += 1;
      last.until = entry.at;
    } else {
      all.push(momentOf(entry));
    }
  }
  return all;
}

function momentOf(entry: CaseEvent): Moment {
  const body = (entry.body ?? {}) as Record<string, unknown>;
  return {
    number: entry.number,
    at: entry.at,
    until: entry.at,
    kind: entry.kind,
    word: entry.word,
    weighs: entry.weighs,
    saved: 1,
    part: Number(body.part ?? 0),
    seconds: Number(body.seconds ?? 0),
    reason: typeof body.reason === 'string' ? body.reason : '',
  };
}
