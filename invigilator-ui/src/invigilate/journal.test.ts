import { describe, expect, test } from 'vitest';
import { authorOf } from './journal';

const words = { system: 'the system', jury: 'the jury', candidate: 'the candidate' };

describe('the author of an entry', () => {
  test('is the system when the clock did it', () => {
    expect(authorOf({ actor: 'system', actor_name: '' }, words)).toBe('the system');
  });

  test('is the jury, of whom nobody is named', () => {
    expect(authorOf({ actor: 'jury', actor_name: '' }, words)).toBe('the jury');
  });

  test('is the person who has an account', () => {
    expect(authorOf({ actor: 'per_1', actor_name: 'Inès Garnier' }, words)).toBe('Inès Garnier');
  });

  test('is the candidate, and not the system, when nobody with an account did it', () => {
    expect(authorOf({ actor: 'att_1', actor_name: '' }, words)).toBe('the candidate');
  });
});
