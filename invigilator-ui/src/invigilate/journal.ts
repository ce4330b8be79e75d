//! What the journal tells, in words. Values only.
import type { JournalEntry } from '$lib/api/types';

/** Who did it. Only the clock's work is the system's; who has no account is the candidate. */
export function authorOf(entry: Pick<JournalEntry, 'actor' | 'actor_name'>, words: { system: string; candidate: string }): string {
  return entry.actor === 'system' ? words.system : entry.actor_name || words.candidate;
}
