import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { anchorOf, bestAnchor, remaining, ServerClock } from './clock';
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
    expect(duration(4_800)).toBe('1\u00a0h 20\u00a0min');
  });
});

describe('an answer that carries the server’s instant', () => {
  const at = (ms: number) => new Date(ms).toISOString();
  const NOON = Date.parse('2027-03-01T12:00:00Z');
  /** The server's clock when the performance clock began, and how often it was asked for. */
  let server_ms: number;
  let asked: number;

  const server = () => server_ms + performance.now();

  beforeEach(() => {
    vi.useFakeTimers();
    server_ms = NOON - performance.now();
    asked = 0;
    vi.stubGlobal('fetch', async () => {
      asked += 1;
      const body = JSON.stringify({ s1: server(), s2: server() });
      return new Response(body, { headers: { 'x-jurat': '1', 'content-type': 'application/json' } });
    });
  });

  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  test('sets a clock that was never measured, again and again, without asking', () => {
    const clock = new ServerClock();
    clock.hint(at(NOON + 60_000));
    expect(clock.now()).toBe(NOON + 60_000);
    vi.advanceTimersByTime(5_000);
    expect(clock.now()).toBe(NOON + 65_000);
    clock.hint(at(NOON + 64_000));
    expect(clock.now()).toBe(NOON + 64_000);
    expect(asked).toBe(0);
  });

  test('leaves a measured clock alone when they lie no further apart than an answer takes', async () => {
    const clock = new ServerClock();
    await clock.sync();
    clock.hint(at(server() - 2_900));
    expect(clock.now()).toBe(server());
    clock.hint(at(server() + 2_900));
    expect(clock.now()).toBe(server());
    expect(asked).toBe(5);
  });

  test.each([+3_600_000, -3_600_000])(
    'sets a measured clock at once when the server’s was moved by %i ms, and measures it anew',
    async (step_ms) => {
      const clock = new ServerClock();
      await clock.sync();
      server_ms += step_ms;
      clock.hint(at(server() - 400));
      expect(clock.now(), 'right within what an answer takes').toBe(server() - 400);
      clock.hint(at(server() - 300));
      expect(clock.now()).toBe(server() - 300);
      await vi.waitFor(() => expect(asked).toBe(10));
      await vi.waitFor(() => expect(clock.now()).toBe(server()));
    },
  );
});
