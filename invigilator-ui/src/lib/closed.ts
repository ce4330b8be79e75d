//! Closed lists of words: a table with an entry for each does not compile when one is left out.

/** The words of a closed list, in the order of such a table. */
export function wordsOf<Word extends string>(table: Readonly<Record<Word, unknown>>): readonly Word[] {
  return Object.keys(table) as Word[];
}
