import { asProblem, type Problem } from './api/problem';

/**
 * What a person sends with a press: whether it is on its way, and why it was not done. While one is on its way a
 * second press does nothing. A failure stands until the next try, or until it is forgotten.
 */
export class Sending {
  busy = $state(false);
  problem = $state.raw<Problem>();

  /** Does the work; a failure is kept and told to `failed`, and thrown no further. */
  async run(work: () => Promise<unknown>, failed?: (problem: Problem) => unknown): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = undefined;
    try {
      await work();
    } catch (cause) {
      this.problem = asProblem(cause);
      await failed?.(this.problem);
    } finally {
      this.busy = false;
    }
  }

  /** The failure was dealt with. */
  forget = () => {
    this.problem = undefined;
  };
}

/** Work that ends by leaving the page is busy until the page is gone. */
export const leaving = new Promise<never>(() => {});
