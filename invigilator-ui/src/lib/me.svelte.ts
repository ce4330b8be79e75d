import { api } from './api/client';
import { Problem } from './api/problem';
import type { Me, Role } from './api/types';

let current = $state.raw<Me | undefined>(undefined);

/** Who is signed in. */
export const me = {
  get now(): Me | undefined {
    return current;
  },
  /** Whether one holds the role, on the platform or in a centre. */
  has(role: Role): boolean {
    return current !== undefined && (current.roles.includes(role) || current.memberships.some((one) => one.role === role));
  },
  set(person: Me | undefined) {
    current = person;
  },
  /** Asks who is signed in. Nobody: goes to the sign-in, and from there back here. */
  async require(): Promise<Me> {
    current = await api.get<Me | undefined>('/me');
    if (current) return current;
    location.assign(`/?next=${encodeURIComponent(location.pathname + location.search)}`);
    throw new Problem('not_signed_in', 401, '');
  },
  async signOut(): Promise<void> {
    try {
      await api.post('/sign-out');
    } catch (cause) {
      if (!(cause instanceof Problem && cause.status === 401)) throw cause;
    }
    current = undefined;
    location.assign('/');
  },
};
