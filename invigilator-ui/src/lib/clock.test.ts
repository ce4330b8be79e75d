import { describe, expect, test } from 'vitest';
import { anchorOf, bestAnchor, remaining } from './clock';
import { countdown, duration } from './i18n/dates';

describe('the clock in the page', () => {
  test('takes the middle of the exchange for the server’s instant', () => {
    const anchor = anchorOf({ c0: 1_000, c1: 1_100, s1: 50_040, s2: 50_060 });
    expect(anchor).toEqual({ server_ms: 50_050, local_ms: 1_050, round_trip_ms: 80 });
  });

  test('believes the exchange with the least round trip', () => {
    const slow = { c0: 0, c1: 900, s1: 9_000, s2: 9_000 };
    const quick = { c0: 1_000, c1: 1_010, s1: 20_005, s2: 20_005 };
    expect(bestAnchor([slow, quick, slow])?.server_ms).toBe(20_005);
    expect(bestAnchor([])).toBeUndefined();
  });

  test('counts what remains from the deadline, and stands still while held', () => {
    const deadline = '2027-03-01T11:00:00Z';
    const now = Date.parse('2027-03-01T10:58:30Z');
    expect(remaining(deadline, now)).toBe(90);
    expect(remaining(deadline, now, '2027-03-01T10:50:00Z')).toBe(600);
  });

  test('shows no negative time and rounds up, as the last second is still one', () => {
    expect(countdown(-5)).toBe('0:00');
    expect(countdown(0.2)).toBe('0:01');
    expect(countdown(3_849)).toBe('1:04:09');
    expect(duration(4_800)).toBe('1 h 20 min');
  });
});
