import { describe, expect, test } from 'vitest';
import { dateOf } from './birth';
import { announcement } from './spoken';

describe('the time left', () => {
  test('is said at half time, 15, 5 and 1 minute, and at no other second', () => {
    const said: number[] = [];
    for (let left = 3_600; left > 0; left -= 1) if (announcement(left, left - 1, 3_600)) said.push(left - 1);
    expect(said).toEqual([1_800, 900, 300, 60]);
  });

  test('is said once when the page slept over several thresholds', () => {
    expect(announcement(1_000, 30, 3_600)).toBe('left');
  });

  test('is not said again after an extension moved it back', () => {
    expect(announcement(50, 350, 3_600)).toBeUndefined();
  });
});

test('a birth date is a day that exists', () => {
  expect(dateOf('30', '4', '2001')).toBe('2001-04-30');
  expect(dateOf('31', '4', '2001')).toBeUndefined();
  expect(dateOf('29', '02', '2004')).toBe('2004-02-29');
  expect(dateOf('1', '1', '99')).toBeUndefined();
  expect(dateOf('', '', '')).toBeUndefined();
});
