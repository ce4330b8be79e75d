import type { CentreBody } from '$lib/api/types';
import { looksLikeEmail } from '$lib/desk/email';

export type CentreFault = 'required' | 'bad_zone' | 'bad_email';
export type CentreFaults = Partial<Record<keyof CentreBody, CentreFault>>;

/** The zones that a browser knows, by name. */
export const zones: readonly string[] = Intl.supportedValuesOf('timeZone');

/** Every fault of a new centre; the server has the last word. */
export function centreFaults(fields: CentreBody): CentreFaults {
  const faults: CentreFaults = {};
  if (!fields.name.trim()) faults.name = 'required';
  if (!fields.time_zone.trim()) faults.time_zone = 'required';
  else if (!isZone(fields.time_zone.trim())) faults.time_zone = 'bad_zone';
  if (!fields.manager_email.trim()) faults.manager_email = 'required';
  else if (!looksLikeEmail(fields.manager_email)) faults.manager_email = 'bad_email';
  return faults;
}

function isZone(name: string): boolean {
  if (!name.includes('/') && name !== 'UTC') return false;
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}
