import type { JournalKind } from '$lib/api/types';
import { catalogue } from './index.svelte';
import { en } from './journal.en';
import { fr } from './journal.fr';

const t = catalogue({ fr, en });

/** What an entry of a journal tells. A page may be older than the server that it asks, and the server than
 *  the one that wrote the entry: then it is said to be unknown, with its word. */
export function happened(entry: { kind: JournalKind | null; word: string }): string {
  return entry.kind && entry.kind in fr ? t(entry.kind) : t('unknown', { word: entry.word });
}
