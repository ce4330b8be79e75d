import { circleAlert, circleCheck, info, pause, triangleAlert } from './icons';

/** What a message or state means to the eye; always beside an icon and a text. */
export type Tone = 'neutral' | 'accent' | 'info' | 'ok' | 'warn' | 'danger' | 'hold';

export const TONE_ICONS: Record<Tone, string> = {
  neutral: info,
  accent: info,
  info,
  ok: circleCheck,
  warn: triangleAlert,
  danger: circleAlert,
  hold: pause,
};
