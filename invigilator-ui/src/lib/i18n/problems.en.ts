import type { SameKeys } from './index.svelte';
import type { fr } from './problems.fr';

export const en: SameKeys<typeof fr> = {
  network: 'The server does not answer. Check the connection, then try again.',
  timeout: 'The server takes too long to answer. Try again.',
  unexpected: 'Something unexpected went wrong. Try again; if it goes on, tell the person in charge.',
  unreadable: 'The request was not understood. Check what was entered.',
  refused: 'This is not possible right now.',
  unavailable: 'The service is unavailable for the moment. Try again shortly.',

  not_signed_in: 'You are no longer signed in. Sign in again.',
  forbidden: 'You do not have the right to do this.',
  not_found: 'Not found: the address is wrong or you have no access to it.',
  bad_credentials: 'Wrong e-mail address or password.',
  too_many_attempts: 'Too many tries. Wait a few minutes before the next one.',
  bad_password: 'This is not the password of this account.',
  weak_password: 'Choose a password of at least 12 characters.',
  missing_header: 'The request came from an outdated page. Reload the page.',
  too_large: 'The file is too large.',

  entry_refused: 'No enrolment matches. Check the session code, the names and the birth date.',
  already_open: 'This exam is already open on another device. Call the invigilator.',
  too_late: 'The time of this part is over.',
  held: 'Your exam is on hold: nothing can be saved for now.',
  not_running: 'This part is not running.',
  stale_revision: 'This answer was changed elsewhere.',
  fenced: 'Your exam was opened on another device. Call the invigilator.',
  part_closed: 'This part is already handed in.',
  wrong_shape: 'This answer does not have the expected form.',

  duplicate: 'This candidate is already enrolled in this session.',
  list_has_errors: 'The list has errors: nothing was imported.',
  list_changed: 'The file has changed since the preview. Check it again before importing.',
  unreadable_list: 'This file could not be read.',
  session_has_blockers: 'The session cannot be closed: some candidates have not finished.',
  session_not_open: 'The session is not open.',
  session_closed: 'The session is closed.',
  already_decided: 'This case is already decided.',
  panel_has_open_cases: 'The panel cannot be closed: some cases await a decision.',
};
