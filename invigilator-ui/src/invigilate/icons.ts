import { ban, idCard, logOut, monitor, pause, play, timer, userCheck, userX } from '$lib/ui/icons';
import type { Command } from './rules';

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
};
