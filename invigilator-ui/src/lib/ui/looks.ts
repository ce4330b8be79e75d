import type { AttemptState } from '../api/types';
import { ban, circle, circleCheck, coffee, idCard, lock, logOut, pause, play, userCheck, userX, x } from './icons';
import type { Tone } from './tones';

/** What a state is to the eye, beside its word. */
export type Look = readonly [tone: Tone, icon: string];

/** The states of an attempt, wherever they are shown. */
export const ATTEMPT_LOOKS: Readonly<Record<AttemptState, Look>> = {
  enrolled: ['neutral', circle],
  absent: ['neutral', userX],
  checked_in: ['info', idCard],
  admitted: ['info', userCheck],
  running: ['accent', play],
  held: ['hold', pause],
  break: ['warn', coffee],
  submitted: ['ok', circleCheck],
  terminated: ['danger', ban],
  withdrawn: ['neutral', logOut],
  sealed: ['ok', lock],
  voided: ['danger', x],
};
