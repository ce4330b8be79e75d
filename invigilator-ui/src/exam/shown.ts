//! Which page an attempt is shown as. A state without its page does not compile.
import type { AttemptState, AttemptView } from '$lib/api/types';

/** From the door to the start. */
export type Stage = 'enrolled' | 'checked_in' | 'admitted';
/** How an exam may be over. */
export type End = 'submitted' | 'terminated' | 'withdrawn' | 'absent' | 'sealed' | 'voided';
type Shown = { page: 'waiting'; stage: Stage } | { page: 'running' | 'held' | 'break' } | { page: 'ended'; end: End };

const SHOWN: Record<AttemptState, Shown> = {
  enrolled: { page: 'waiting', stage: 'enrolled' },
  checked_in: { page: 'waiting', stage: 'checked_in' },
  admitted: { page: 'waiting', stage: 'admitted' },
  running: { page: 'running' },
  held: { page: 'held' },
  break: { page: 'break' },
  submitted: { page: 'ended', end: 'submitted' },
  terminated: { page: 'ended', end: 'terminated' },
  withdrawn: { page: 'ended', end: 'withdrawn' },
  absent: { page: 'ended', end: 'absent' },
  sealed: { page: 'ended', end: 'sealed' },
  voided: { page: 'ended', end: 'voided' },
};

/** What the candidate is shown. That the session has closed is no news to who had handed in. */
export function shown({ state, ended }: Pick<AttemptView, 'state' | 'ended'>): Shown {
  return SHOWN[state === 'sealed' ? ended : state];
}
