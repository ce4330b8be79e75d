import { expect, test } from 'vitest';
import type { JournalKind } from '$lib/api/types';
import { fill } from './index.svelte';
import { happened } from './journal';
import { en } from './journal.en';
import { fr } from './journal.fr';

test('a device that was refused at a seat is told in words', () => {
  const said = happened({ kind: 'second_device_refused', word: 'second_device_refused' });
  expect([fr.second_device_refused, en.second_device_refused]).toContain(said);
});

test('what a newer program wrote is said to be unknown, with its word', () => {
  const word = 'something_newer';
  const unknown = [fill(fr.unknown, { word }, 'fr'), fill(en.unknown, { word }, 'en')];
  expect(unknown).toContain(happened({ kind: null, word }));
  // the page was opened before the server became newer
  const newerServer = JSON.parse(`"${word}"`) as JournalKind;
  expect(unknown).toContain(happened({ kind: newerServer, word }));
});
