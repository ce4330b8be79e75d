import type { Outcome, Vote } from '$lib/api/types';
import { wordsOf } from '$lib/closed';

type Says = {
  /** Whether it names another level. */
  level: boolean;
  /** Whether it must say why. */
  reason: boolean;
  /** Whether the exam counts for nothing afterwards. */
  voids: boolean;
};

/** What each outcome says, in the order in which they are offered. */
export const SAYS: Record<Outcome, Says> = {
  validated: { level: false, reason: false, voids: false },
  changed: { level: true, reason: true, voids: false },
  refused: { level: false, reason: true, voids: false },
  cancelled: { level: false, reason: true, voids: true },
  rejected: { level: false, reason: true, voids: true },
};
export const OUTCOMES = wordsOf(SAYS);

export type VoteFaults = { outcome?: true; level?: true; reason?: true };

/** What a juror may vote: without a proposed level there is nothing to validate. */
export function possible(proposed: string | null): readonly Outcome[] {
  return proposed ? OUTCOMES : OUTCOMES.filter((one) => one !== 'validated');
}

/** Every fault of a vote; the server has the last word. */
export function voteFaults(outcome: Outcome | '', level: string, reason: string): VoteFaults {
  if (!outcome) return { outcome: true };
  return {
    ...(SAYS[outcome].level && !level ? { level: true as const } : {}),
    ...(SAYS[outcome].reason && !reason.trim() ? { reason: true as const } : {}),
  };
}

/** The vote as it is sent: only a changed level names one. */
export function voteOf(outcome: Outcome, level: string, reason: string): Vote {
  return { outcome, level: SAYS[outcome].level ? level : null, reason: reason.trim() };
}
