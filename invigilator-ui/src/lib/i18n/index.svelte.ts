//! Two typed catalogues, French and English. An area of the product has `<area>.fr.ts`, `<area>.en.ts`
//! and a short `<area>.ts` that joins them: `export const t = catalogue({ fr, en })`.

export type Language = 'fr' | 'en';
export const LANGUAGES = ['fr', 'en'] as const;
/** What each language calls itself. */
export const NAMES: Record<Language, string> = { fr: 'Français', en: 'English' };

/** A text, or one by number: `{ one, other }`, chosen by `n`. */
export type Entry = string | { readonly one: string; readonly other: string };
export type Entries = Readonly<Record<string, Entry>>;
/** What the English catalogue must hold: the keys of the French one. */
export type SameKeys<F extends Entries> = { readonly [K in keyof F]: F[K] extends string ? string : Entry };

type Holes<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Holes<Rest> : never;
type HolesOf<E> = E extends { one: infer O; other: infer P } ? 'n' | Holes<O> | Holes<P> : Holes<E>;
type Values<E> = [HolesOf<E>] extends [never] ? [] : [values: Record<HolesOf<E>, string | number>];
export type Translate<F extends Entries> = <K extends keyof F & string>(key: K, ...values: Values<F[K]>) => string;

const STORED = 'jurat.language';
let current = $state<Language>(firstLanguage());

/** The language of the page; reading it in a template follows the switch. */
export const language = {
  get now(): Language {
    return current;
  },
  choose(next: Language) {
    current = next;
    keep(next);
    showOnDocument();
  },
};

/** Tells the document which language it speaks. */
export function showOnDocument() {
  document.documentElement.lang = current;
}

/** Joins the two catalogues of an area into its `t()`. */
export function catalogue<const F extends Entries>(both: { fr: F; en: SameKeys<F> }): Translate<F> {
  return (key, ...values) => fill(both[current][key] as Entry, values[0] ?? {}, current);
}

/** The text in the reader's language, of a pair that the server sent. */
export function local(text: { fr: string; en: string }): string {
  return text[current] || text.fr || text.en;
}

/** Fills the holes `{name}` of an entry. */
export function fill(entry: Entry, values: Record<string, string | number>, language: Language): string {
  const chosen = typeof entry === 'string' ? entry : byNumber(entry, Number(values.n), language);
  const text = language === 'fr' ? bindSigns(chosen) : chosen;
  return text.replace(/\{(\w+)\}/g, (hole, name: string) => {
    const value = values[name];
    if (value === undefined) return hole;
    return typeof value === 'number' ? formatNumber(value, language) : value;
  });
}

/** French sets a space before these signs, at which no line may break. */
function bindSigns(text: string): string {
  return text.replace(/ (?=[;:!?»])|(?<=«) /g, '\u00a0');
}

function byNumber(entry: { one: string; other: string }, n: number, language: Language): string {
  return new Intl.PluralRules(language).select(n) === 'one' ? entry.one : entry.other;
}

function formatNumber(value: number, language: Language): string {
  return new Intl.NumberFormat(language).format(value);
}

function firstLanguage(): Language {
  const stored = readStored();
  if (stored) return stored;
  const wanted = typeof navigator === 'undefined' ? ['fr'] : navigator.languages;
  for (const tag of wanted) {
    const known = LANGUAGES.find((one) => tag.toLowerCase().startsWith(one));
    if (known) return known;
  }
  return 'en';
}

function readStored(): Language | undefined {
  try {
    const stored = localStorage.getItem(STORED);
    return LANGUAGES.find((one) => one === stored);
  } catch {
    return undefined; // storage is refused here: the browser's language serves
  }
}

function keep(next: Language) {
  try {
    localStorage.setItem(STORED, next);
  } catch {
    // storage is refused here: the choice lasts as long as the page
  }
}
