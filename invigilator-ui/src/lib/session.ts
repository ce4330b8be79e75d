//! What a session's state means for whoever looks at it.
import type { SessionState } from './api/types';

export type Phase = 'before' | 'during' | 'after';

const PHASES: Record<SessionState, Phase> = {
  planned: 'before',
  open: 'during',
  closed: 'after',
  validated: 'after',
};

/** Whether a session is still to come, goes on or is over. */
export function phaseOf({ state }: { state: SessionState }): Phase {
  return PHASES[state];
}
