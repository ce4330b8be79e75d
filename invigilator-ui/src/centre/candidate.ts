import type { AttemptState, EnrolmentBody } from '$lib/api/types';
import { looksLikeEmail } from '$lib/desk/email';

export type CandidateFault = 'required' | 'birth_future' | 'bad_email' | 'bad_extra';
export type CandidateFaults = Partial<Record<keyof EnrolmentBody, CandidateFault>>;

const OLDEST = '1900-01-01';

/** Every fault of one candidate's fields; the server has the last word. */
export function candidateFaults(fields: EnrolmentBody, now: Date): CandidateFaults {
  const faults: CandidateFaults = {};
  if (!fields.family_name.trim()) faults.family_name = 'required';
  if (!fields.given_names.trim()) faults.given_names = 'required';
  if (!fields.birth_date) faults.birth_date = 'required';
  else if (fields.birth_date < OLDEST || fields.birth_date > now.toISOString().slice(0, 10))
    faults.birth_date = 'birth_future';
  if (fields.email.trim() && !looksLikeEmail(fields.email)) faults.email = 'bad_email';
  if (fields.extra_time.trim() && !isFraction(fields.extra_time)) faults.extra_time = 'bad_extra';
  return faults;
}

const CORRECTABLE: Record<AttemptState, boolean> = {
  enrolled: true,
  absent: true,
  checked_in: true,
  admitted: true,
  running: false,
  held: false,
  break: false,
  submitted: false,
  terminated: false,
  withdrawn: false,
  sealed: false,
  voided: false,
};

/** Whether the details may still be corrected: until the exam begins. */
export function mayCorrect(state: AttemptState): boolean {
  return CORRECTABLE[state];
}

function isFraction(text: string): boolean {
  const [, over, under] = /^\s*(\d{1,3})\s*\/\s*(\d{1,3})\s*$/.exec(text) ?? [];
  return Number(over) > 0 && Number(under) > 0;
}
