import { later } from './patience';
import { asProblem, type Problem } from './problem';

/**
 * Something a page shows from the API, with its states: first load, loaded, reloading, failed. A failed
 * reload keeps what was loaded; one that may pass is tried again by itself. Begins to load when it is
 * made, also again when what `load` reads of the page's state changes (make it while a component starts).
 */
export class Resource<T> {
  data = $state.raw<T | undefined>(undefined);
  problem = $state.raw<Problem | undefined>(undefined);
  loading = $state(true);
  #load: () => Promise<T>;
  #turn = 0;
  #tries = 0;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(load: () => Promise<T>) {
    this.#load = load;
    $effect(() => {
      void this.#take(load());
      return () => this.#forget();
    });
  }

  /** Loads again, e.g. after a command. */
  reload = async (): Promise<void> => {
    await this.#take(this.#load());
  };

  /** Shows what an answer already told, without asking again. */
  set(data: T) {
    this.#forget();
    this.data = data;
    this.problem = undefined;
    this.loading = false;
  }

  async #take(coming: Promise<T>) {
    this.#forget();
    const turn = this.#turn;
    this.loading = true;
    try {
      const data = await coming;
      if (turn !== this.#turn) return;
      this.data = data;
      this.problem = undefined;
      this.#tries = 0;
    } catch (cause) {
      if (turn !== this.#turn) return;
      this.problem = asProblem(cause);
      if (this.problem.passing) this.#again = setTimeout(this.reload, later(this.#tries++, this.problem));
    }
    this.loading = false;
  }

  /** What is still coming counts no more. */
  #forget() {
    this.#turn += 1;
    clearTimeout(this.#again);
  }
}
