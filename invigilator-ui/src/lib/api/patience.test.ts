import { expect, test, vi } from 'vitest';
import { later, mayPass, soon } from './patience';
import { between, Problem } from './problem';

const told = (code: string, status: number, wait_ms?: number) => new Problem(code, status, '', {}, wait_ms);

test('a request is sent again when its failure may pass', () => {
  for (const problem of [
    between(''),
    told('network', 0),
    told('unavailable', 503, 1_000),
    told('still_running', 409),
    told('too_fast', 429, 500),
  ]) {
    expect(mayPass(problem), problem.code).toBe(true);
  }
});

test('what the server has decided is not asked again', () => {
  for (const problem of [
    told('forbidden', 403),
    told('meant_for_another', 409),
    told('too_late', 409),
    told('too_many_attempts', 429),
  ]) {
    expect(mayPass(problem), problem.code).toBe(false);
  }
});

test('nobody is kept waiting for a minute before the page says why', () => {
  expect(mayPass(told('busy', 503, 60_000))).toBe(false);
});

test('the wait that the server wants is kept', () => {
  expect(soon(0, told('busy', 503, 4_000), 0)).toBe(4_000);
  expect(later(0, told('busy', 503, 20_000), 1)).toBe(20_000);
});

test('a page asks again within eight seconds, and not all pages at once', () => {
  expect(later(0, between(''), 0)).toBe(500);
  expect(later(50, between(''), 0)).toBe(4_000);
  expect(later(50, between(''), 1)).toBe(8_000);
});

test('what is left of the wait that the server told runs out', () => {
  vi.useFakeTimers();
  const problem = told('too_many_attempts', 429, 30_000);
  expect(problem.wait_left_s).toBe(30);
  vi.advanceTimersByTime(28_500);
  expect(problem.wait_left_s).toBe(2);
  vi.advanceTimersByTime(60_000);
  expect(problem.wait_left_s).toBe(0);
  vi.useRealTimers();
});
