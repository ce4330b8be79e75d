import { local } from '$lib/i18n/index.svelte';
import { t } from '$lib/i18n/jury';
import type { CaseSummary, Level, Score } from '$lib/api/types';

/** A level's name, or that there is none. */
export function levelName(levels: readonly Level[], id: string | null): string {
  const level = levels.find((one) => one.id === id);
  return level ? local(level.title) : (id ?? t('no_level'));
}

/** A share as whole per cent, never rounded up to a threshold that was not reached. */
export function percent(share: number): number {
  return Math.floor(share * 100 + 1e-9);
}

/** What a part is called; an exam of a single part is not told in parts. */
export function partName({ parts }: Pick<Score, 'parts'>, part: number): string {
  return parts.length > 1 ? t('part_n', { n: part }) : t('part_n_only');
}

/** The next case that still wants my vote, after this one and then from the start. */
export function nextToVote(cases: readonly CaseSummary[], after: number): CaseSummary | undefined {
  const open = cases.filter((one) => !one.my_vote && !one.outcome).sort((a, b) => a.number - b.number);
  return open.find((one) => one.number > after) ?? open.find((one) => one.number !== after);
}
