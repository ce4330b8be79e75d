import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { addressee } from './api/addressee.svelte';
import { comeBack, found, personOf, seatOf } from './whose';
import type { AttemptView, Me } from './api/types';

const alba = { attempt_id: 'att_alba', epoch: 1, given_names: 'Alba', family_name: 'Rossi' } as AttemptView;
const bruno = { attempt_id: 'att_bruno', epoch: 1, given_names: 'Bruno', family_name: 'Neri' } as AttemptView;
/** Whose seat the browser's cookie is. */
let seat: AttemptView | undefined;
const reload = vi.fn();

beforeEach(() => {
  vi.stubGlobal('location', { reload });
  vi.stubGlobal('fetch', async () => {
    const heads = { 'x-jurat': '1', 'content-type': 'application/json' };
    return seat
      ? new Response(JSON.stringify(seat), { headers: heads })
      : new Response(null, { status: 204, headers: heads });
  });
  addressee.open(seatOf(alba));
});

afterEach(() => {
  addressee.close();
  reload.mockClear();
  vi.unstubAllGlobals();
});

test('a page that has stopped goes on when it is theirs again, and is loaded anew at a seat taken again', () => {
  found(seatOf(bruno));
  expect(addressee.stopped).toBe(true);
  found(undefined);
  expect(addressee.stopped).toBe(true);
  found(seatOf(alba));
  expect(addressee.stopped).toBe(false);
  found(seatOf({ ...alba, epoch: 2 }));
  expect(reload).toHaveBeenCalledOnce();
});

test('the way back shows what was left to whom it belongs', async () => {
  seat = alba;
  await comeBack();
  expect(reload).not.toHaveBeenCalled();
});

test.each([bruno, { ...alba, epoch: 2 }, undefined])(
  'the way back shows nobody what another has left (%#)',
  async (present) => {
    seat = present;
    await comeBack();
    expect(reload).toHaveBeenCalledOnce();
  },
);

test('a page of a person stops when another person has signed in', () => {
  addressee.close();
  addressee.open(personOf({ id: 'per_1', display_name: 'Ines' } as Me));
  found(personOf({ id: 'per_2', display_name: 'Mona' } as Me));
  expect(addressee.stopped).toBe(true);
  expect(addressee.now?.name).toBe('Ines');
});
