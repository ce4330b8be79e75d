import { wait } from './client';
import { later } from './patience';
import { asProblem, type Problem } from './problem';

/** Asks until the server itself has answered. Tells each failure that may pass, and when it has passed. */
export async function heard<T>(ask: () => Promise<T>, failing: (problem: Problem | undefined) => void): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      const told = await ask();
      failing(undefined);
      return told;
    } catch (cause) {
      const problem = asProblem(cause);
      failing(problem);
      if (!problem.passing) throw problem;
      await wait(later(tries, problem));
    }
  }
}
