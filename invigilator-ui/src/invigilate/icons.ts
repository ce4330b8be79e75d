import {
  ban,
  coffee,
  hourglass,
  idCard,
  lockOpen,
  logOut,
  monitor,
  pause,
  play,
  timer,
  userCheck,
  userX,
  wifiOff,
} from '$lib/ui/icons';
import type { Tone } from '$lib/ui/tones';
import type { AlertKind, Command } from './rules';

/** The sign of each command, the same on row, bar and dialog. */
export const COMMAND_ICONS: Record<Command, string> = {
  check_in: idCard,
  admit: userCheck,
  release: play,
  hold: pause,
  extend: timer,
  mark_absent: userX,
  reinstate: userCheck,
  new_device: monitor,
  withdraw: logOut,
  terminate: ban,
  reopen: lockOpen,
};

/** How each need looks, the same in the list of needs and on the candidate's row. */
export const ALERT_LOOKS: Record<AlertKind, [tone: Tone, icon: string]> = {
  offline: ['danger', wifiOff],
  nothing_answered: ['danger', hourglass],
  held_long: ['hold', pause],
  break_over: ['warn', coffee],
  not_started: ['warn', timer],
  second_device: ['warn', monitor],
};
