//! Closed lists of words: a table with an entry for each does not compile when one is left out.

/** The words of a closed list, in the order of such a table. */
export function wordsOf<Word extends string>(table: Readonly<Record<Word, unknown>>): readonly Word[] {
  return Object.keys(table) as Word[];
}

/** Stands where no case of a closed list is left: one that is forgotten does not compile. */
export function noneLeft(left: never): string {
  return String(left);
}
