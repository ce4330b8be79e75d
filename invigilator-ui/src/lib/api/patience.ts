//! When a request is sent again, and when a page asks again. Pure: the failure and chance are values.
import type { Problem } from './problem';

const FIRST_MS = 1_000;
const LONGEST_MS = 8_000;
const SOON_MS = [300, 1_200];
/** A person who waits for an answer is not kept longer; the page tells them to come back. */
const LONGEST_WAIT_MS = 10_000;

/** Whether a moment later the answer may be another one. */
export function mayPass(problem: Problem): boolean {
  if (problem.code === 'still_running') return true;
  if ((problem.wait_ms ?? 0) > LONGEST_WAIT_MS) return false;
  return problem.status === 429 ? problem.wait_ms !== undefined : problem.passing;
}

/** Milliseconds until a request is sent again for which somebody waits. */
export function soon(tries: number, problem: Problem, chance = Math.random()): number {
  return afterWait(problem, (SOON_MS[tries] ?? 2_000) * (0.5 + chance));
}

/** Milliseconds until a page asks again by itself what it could not load: longer each time, and not all pages at once. */
export function later(tries: number, problem: Problem, chance = Math.random()): number {
  return afterWait(problem, Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(tries, 3)) * (0.5 + chance / 2));
}

/** What the server wants goes first. */
function afterWait(problem: Problem, ms: number): number {
  return Math.max(ms, problem.wait_ms ?? 0);
}
