import { t } from '$lib/i18n/exam';

/** Instants at which the time left is said, in seconds before the end. */
export const THRESHOLDS_S = [15 * 60, 5 * 60, 60];

/** "12 minutes", or seconds below two minutes: as one would say it. */
export function spoken(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  return whole < 120 ? t('n_seconds', { n: whole }) : t('n_minutes', { n: Math.round(whole / 60) });
}

/** What to say when the time left went from one value to another, if anything. */
export function announcement(before_s: number, now_s: number, allowed_s: number): 'half' | 'left' | undefined {
  const crossed = (mark: number) => before_s > mark && now_s <= mark;
  if (THRESHOLDS_S.some((mark) => mark < allowed_s && crossed(mark))) return 'left';
  return crossed(allowed_s / 2) ? 'half' : undefined;
}
