//! How the parts of an exam are named. An exam of a single part is not told in parts.
import type { AttemptView } from '$lib/api/types';
import { t } from '$lib/i18n/exam';

type Parted = Pick<AttemptView, 'parts'>;

/** The words for a part, or those for an exam of one part. */
export function partWords(
  { parts }: Parted,
  key: 'part_n' | 'start_part' | 'finish' | 'finish_title' | 'receipt' | 'held_left',
  part: number,
): string {
  return parts.length > 1 ? t(key, { n: part }) : t(`${key}_only`);
}

/** The part among all, or the exam. */
export function partOfAll({ parts }: Parted, part: number): string {
  return parts.length > 1 ? t('part_of', { n: part, max: parts.length }) : t('part_n_only');
}
