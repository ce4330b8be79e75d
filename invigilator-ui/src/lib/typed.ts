//! What a person has typed on this page and the server may not have: shown when the page has stopped.

export type Typed = { label: string; text: string };

let own: (() => Typed[]) | undefined;

/** A page that knows better than its fields what is not saved says so, until the returned function is called. */
export function keeps(list: () => Typed[]): () => void {
  own = list;
  return () => {
    if (own === list) own = undefined;
  };
}

/** What was typed: what the page says, or else what stands in its fields. A password is nobody's to read. */
export function typed(): Typed[] {
  return own ? own() : [...document.querySelectorAll<Control>(CONTROLS)].filter(isTyped).map(read);
}

type Control = HTMLInputElement | HTMLTextAreaElement;
const CONTROLS = 'textarea, input:is([type="text"], [type="email"], :not([type]))';

function isTyped(control: Control): boolean {
  const secret = control.autocomplete.includes('password');
  return !secret && !control.readOnly && !control.disabled && control.value.trim() !== '';
}

function read(control: Control): Typed {
  const label = control.labels?.[0]?.textContent ?? control.getAttribute('aria-label') ?? '';
  return { label: label.replace(/\s+/g, ' ').trim(), text: control.value };
}
