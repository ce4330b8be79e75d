import type { t } from '$lib/i18n/invigilate';
import type { Command } from './rules';

type Key = Parameters<typeof t>[0];
const keys = <const K extends Key>(...all: K[]) => all;

/** Reasons to tap instead of writing, by command. */
export const REASONS: Record<Command, readonly ReasonKey[]> = {
  check_in: [],
  admit: [],
  release: [],
  hold: keys('hold_1', 'hold_2', 'hold_3', 'hold_4', 'hold_5'),
  extend: keys('extend_1', 'extend_2', 'extend_3', 'extend_4'),
  terminate: keys('terminate_1', 'terminate_2', 'terminate_3', 'terminate_4'),
  reopen: keys('reopen_1', 'reopen_2', 'reopen_3'),
  reinstate: keys('reinstate_1', 'reinstate_2'),
  withdraw: keys('withdraw_1', 'withdraw_2', 'withdraw_3'),
  mark_absent: [],
  new_device: [],
};

type ReasonKey =
  | `hold_${1 | 2 | 3 | 4 | 5}`
  | `extend_${1 | 2 | 3 | 4}`
  | `terminate_${1 | 2 | 3 | 4}`
  | `reopen_${1 | 2 | 3}`
  | `reinstate_${1 | 2}`
  | `withdraw_${1 | 2 | 3}`;
