import { asProblem, type Problem } from './problem';

/**
 * Something a page shows from the API, with its states: first load, loaded, reloading, failed. A failed
 * reload keeps what was loaded. Begins to load when it is made, also again when what `load` reads of
 * the page's state changes (make it while a component starts).
 */
export class Resource<T> {
  data = $state.raw<T | undefined>(undefined);
  problem = $state.raw<Problem | undefined>(undefined);
  loading = $state(true);
  #load: () => Promise<T>;
  #turn = 0;

  constructor(load: () => Promise<T>) {
    this.#load = load;
    $effect(() => {
      void this.#take(load());
    });
  }

  /** Loads again, e.g. after a command. */
  reload = async (): Promise<void> => {
    await this.#take(this.#load());
  };

  /** Shows what an answer already told, without asking again. */
  set(data: T) {
    this.#turn += 1;
    this.data = data;
    this.problem = undefined;
    this.loading = false;
  }

  async #take(coming: Promise<T>) {
    const turn = ++this.#turn;
    this.loading = true;
    try {
      const data = await coming;
      if (turn !== this.#turn) return;
      this.data = data;
      this.problem = undefined;
    } catch (cause) {
      if (turn !== this.#turn) return;
      this.problem = asProblem(cause);
    }
    this.loading = false;
  }
}
