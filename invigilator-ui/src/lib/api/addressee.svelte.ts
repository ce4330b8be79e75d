//! For whom this page was opened. It holds for that person or seat until it is loaded anew, whatever
//! becomes of the browser's cookies meanwhile: every request says so, and a page whose browser
//! belongs to somebody else has stopped and sends nothing.

export type Addressee =
  { kind: 'person'; id: string; name: string } | { kind: 'seat'; attempt: string; epoch: number; name: string };

/** Who is there now, beside for whom a page was opened. */
export type Standing = 'same' | 'another' | 'newer_seat' | 'nobody';

let current = $state.raw<Addressee | undefined>(undefined);
let stopped = $state(false);

export const addressee = {
  get now(): Addressee | undefined {
    return current;
  },
  /** Whether the browser was found to belong to somebody else. */
  get stopped(): boolean {
    return stopped;
  },
  /** The page is from now on for this person or seat; of two, for the one that came first. */
  open(whom: Addressee) {
    current ??= whom;
  },
  /** The page is for nobody: the seat was given up, and anybody may come in by the door. */
  close() {
    current = undefined;
    stopped = false;
  },
  stop() {
    stopped = current !== undefined;
  },
  /** It is theirs again: the page goes on where it stopped. */
  resume() {
    stopped = false;
  },
};

/** What a request says in `X-Jurat-For`. */
export function headerOf(whom: Addressee): string {
  return whom.kind === 'person' ? whom.id : `${whom.attempt};epoch=${whom.epoch}`;
}

/** How who is `present` stands to whom the page is for. A seat taken again has a higher epoch. */
export function standing(whom: Addressee, present: Addressee | undefined): Standing {
  if (!present) return 'nobody';
  if (headerOf(whom) === headerOf(present)) return 'same';
  const sameSeat = whom.kind === 'seat' && present.kind === 'seat' && whom.attempt === present.attempt;
  return sameSeat ? 'newer_seat' : 'another';
}
