import type { Outcome, Vote } from '$lib/api/types';

export const OUTCOMES: readonly Outcome[] = ['validated', 'changed', 'refused', 'cancelled', 'rejected'];

export type VoteFaults = { outcome?: true; level?: true; reason?: true };

/** What a juror may vote: without a proposed level there is nothing to validate. */
export function possible(proposed: string | null): readonly Outcome[] {
  return proposed ? OUTCOMES : OUTCOMES.filter((one) => one !== 'validated');
}

/** Every fault of a vote; the server has the last word. */
export function voteFaults(outcome: Outcome | '', level: string, reason: string): VoteFaults {
  if (!outcome) return { outcome: true };
  return {
    ...(outcome === 'changed' && !level ? { level: true as const } : {}),
    ...(outcome !== 'validated' && !reason.trim() ? { reason: true as const } : {}),
  };
}

/** The vote as it is sent: only a changed level names one. */
export function voteOf(outcome: Outcome, level: string, reason: string): Vote {
  return { outcome, level: outcome === 'changed' ? level : null, reason: reason.trim() };
}
