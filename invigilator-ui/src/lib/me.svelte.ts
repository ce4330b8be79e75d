import { addressee } from './api/addressee.svelte';
import { api } from './api/client';
import { heard } from './api/heard';
import { Problem } from './api/problem';
import type { Me, Role } from './api/types';
import { announce, found, personOf } from './whose';

let current = $state.raw<Me | undefined>(undefined);
let failing = $state.raw<Problem | undefined>(undefined);

/** Who is signed in: for whom this page was opened, until it is loaded anew. */
export const me = {
  get now(): Me | undefined {
    return current;
  },
  /** Why nobody knows yet who is signed in; what may pass is being tried again. */
  get problem(): Problem | undefined {
    return failing;
  },
  /** Whether one holds the role, on the platform or in a centre. */
  has(role: Role): boolean {
    return (
      current !== undefined && (current.roles.includes(role) || current.memberships.some((one) => one.role === role))
    );
  },
  /** Takes who has just signed in. */
  set(person: Me) {
    take(person);
    announce();
  },
  /** Asks who is signed in until the server has answered. Nobody is an answer. */
  async ask(): Promise<Me | undefined> {
    const person = await heard(
      () => api.get('/me'),
      (problem) => (failing = problem),
    );
    if (person) take(person);
    return person;
  },
  /** Asks who is signed in. Nobody: goes to the sign-in, and from there back here. */
  async require(): Promise<Me> {
    const person = await this.ask();
    if (person) return person;
    location.assign(`/?next=${encodeURIComponent(location.pathname + location.search)}`);
    throw new Problem('not_signed_in', 401, '');
  },
  async signOut(): Promise<void> {
    try {
      await api.post('/sign-out');
    } catch (cause) {
      if (!(cause instanceof Problem && cause.code === 'not_signed_in')) throw cause;
    }
    announce();
    location.assign('/');
  },
};

/** Another one than the page was opened for stops it, and is not taken. */
function take(person: Me) {
  addressee.open(personOf(person));
  found(personOf(person));
  if (!addressee.stopped) current = person;
}
