//! What the journal tells, in words. Values only.
import type { JournalEntry } from '$lib/api/types';

/** Who did it. Only the clock's work is the system's; of a jury nobody is named; who has no account is the candidate. */
export function authorOf(
  entry: Pick<JournalEntry, 'actor' | 'actor_name'>,
  words: { system: string; jury: string; candidate: string },
): string {
  if (entry.actor === 'system' || entry.actor === 'jury') return words[entry.actor];
  return entry.actor_name || words.candidate;
}
