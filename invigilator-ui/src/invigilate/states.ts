//! What the board makes of each state of an attempt. A state that is left out does not compile.
import type { AttemptState } from '$lib/api/types';
import type { t } from '$lib/i18n/invigilate';
import type { Command } from './rules';

type Key = Parameters<typeof t>[0];

type Fact = {
  /** Whether the person is in the room and their device should be heard. */
  here: boolean;
  /** Whether the exam is over for this person. */
  over: boolean;
  /** Whether the clock of a part runs or stands; nothing when there is none. */
  clock?: 'runs' | 'stands';
  /** What stands under the state: since when, after which part since when, or why. */
  under?: 'since' | 'after' | 'why';
  /** As what the minutes count the person. */
  counted: 'absent' | 'present' | 'submitted' | 'ended';
  /** Why the session cannot close over it, and what usually clears the way; who still works is waited for. */
  against?: { words: Extract<Key, `block_${string}`>; way?: Command };
};

export const STATES: Record<AttemptState, Fact> = {
  enrolled: { here: false, over: false, counted: 'absent' },
  absent: { here: false, over: false, counted: 'absent' },
  checked_in: { here: true, over: false, counted: 'present', against: { words: 'block_checked_in', way: 'withdraw' } },
  admitted: { here: true, over: false, counted: 'present', against: { words: 'block_admitted', way: 'withdraw' } },
  running: { here: true, over: false, clock: 'runs', counted: 'present', against: { words: 'block_running' } },
  held: {
    here: true,
    over: false,
    clock: 'stands',
    under: 'since',
    counted: 'present',
    against: { words: 'block_held', way: 'release' },
  },
  break: {
    here: true,
    over: false,
    under: 'after',
    counted: 'present',
    against: { words: 'block_break', way: 'withdraw' },
  },
  submitted: { here: false, over: true, counted: 'submitted' },
  terminated: { here: false, over: true, under: 'why', counted: 'ended' },
  withdrawn: { here: false, over: true, under: 'why', counted: 'ended' },
  sealed: { here: false, over: true, counted: 'present' },
  voided: { here: false, over: true, counted: 'present' },
};
