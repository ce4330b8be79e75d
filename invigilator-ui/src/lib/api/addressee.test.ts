import { afterEach, expect, test } from 'vitest';
import { addressee, headerOf, standing, type Addressee } from './addressee.svelte';

const person = (id: string): Addressee => ({ kind: 'person', id, name: id });
const seat = (attempt: string, epoch: number): Addressee => ({ kind: 'seat', attempt, epoch, name: attempt });

afterEach(() => addressee.close());

test('a request names a person, or a seat with its epoch', () => {
  expect(headerOf(person('per_1'))).toBe('per_1');
  expect(headerOf(seat('att_1', 2))).toBe('att_1;epoch=2');
});

test('a page is for whom it was opened, whoever comes later', () => {
  addressee.open(person('per_1'));
  addressee.open(person('per_2'));
  expect(addressee.now).toEqual(person('per_1'));
});

test('a page for nobody does not stop', () => {
  addressee.stop();
  expect(addressee.stopped).toBe(false);
});

test.each([
  [person('per_1'), person('per_1'), 'same'],
  [person('per_1'), person('per_2'), 'another'],
  [person('per_1'), undefined, 'nobody'],
  [seat('att_1', 1), seat('att_1', 1), 'same'],
  [seat('att_1', 1), seat('att_1', 2), 'newer_seat'],
  [seat('att_1', 1), seat('att_2', 1), 'another'],
  [seat('att_1', 1), undefined, 'nobody'],
] as const)('who is there is compared with whom the page is for (%#)', (whom, present, expected) => {
  expect(standing(whom, present)).toBe(expected);
});
