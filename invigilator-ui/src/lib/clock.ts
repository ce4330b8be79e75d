//! The server's clock in this page. It is anchored to `performance.now()`, which no one can set, by the
//! sample of least round trip; what is shown is always painted from the anchor, never counted down.
import { api, wait } from './api/client';

/** The three instants of one exchange, and when its answer came (`c1`, performance clock, ms). */
export type Sample = { c0: number; c1: number; s1: number; s2: number };
/** The server's time at one instant of the performance clock. */
export type Anchor = { server_ms: number; local_ms: number; round_trip_ms: number };

const SAMPLES = 5;
const EVERY_MS = 60_000;
/** What no answer takes: a server that lies so far from the anchor has moved its clock, or the device slept. */
const STEP_MS = 3_000;

/** The anchor that one exchange gives: the server's middle lies at the middle of the exchange. */
export function anchorOf(sample: Sample): Anchor {
  const thinking = Math.max(0, sample.s2 - sample.s1);
  return {
    server_ms: (sample.s1 + sample.s2) / 2,
    local_ms: (sample.c0 + sample.c1) / 2,
    round_trip_ms: Math.max(0, sample.c1 - sample.c0 - thinking),
  };
}

/** The anchor of the exchange with the least round trip: the least uncertain one. */
export function bestAnchor(samples: Sample[]): Anchor | undefined {
  const anchors = samples.map(anchorOf);
  return anchors.reduce<Anchor | undefined>(
    (best, one) => (!best || one.round_trip_ms < best.round_trip_ms ? one : best),
    undefined,
  );
}

/** Seconds from the server's now until an instant; while held, until the hold began. */
export function remaining(deadline: string, now_ms: number, held_since: string | null = null): number {
  const at = held_since ? Date.parse(held_since) : now_ms;
  return (Date.parse(deadline) - at) / 1000;
}

export class ServerClock {
  #anchor: Anchor | undefined;
  #exact = false;

  /** Milliseconds since 1970 by the server's clock. */
  now(): number {
    const anchor = this.#anchor;
    return anchor
      ? anchor.server_ms + (performance.now() - anchor.local_ms)
      : performance.timeOrigin + performance.now();
  }

  /**
   * A first anchor from an answer that carries `server_now`. An exact one is given up for it only when the two
   * lie further apart than an answer takes; then it is measured anew.
   */
  hint(server_now: string) {
    const server_ms = Date.parse(server_now);
    if (this.#exact && Math.abs(server_ms - this.now()) < STEP_MS) return;
    const stepped = this.#exact;
    this.#anchor = { server_ms, local_ms: performance.now(), round_trip_ms: Infinity };
    this.#exact = false;
    if (stepped) void this.sync();
  }

  /** Takes a new anchor. Fails silently: the one before goes on. */
  async sync(samples = SAMPLES): Promise<void> {
    const taken: Sample[] = [];
    for (let n = 0; n < samples; n += 1) {
      const sample = await exchange();
      if (sample) taken.push(sample);
      else await wait(200);
    }
    const best = bestAnchor(taken);
    if (!best) return;
    this.#anchor = best;
    this.#exact = true;
  }

  /** Keeps the clock right until the returned function is called: now, each minute, and on coming back. */
  keep(): () => void {
    const again = () => document.visibilityState === 'visible' && void this.sync();
    void this.sync();
    const timer = setInterval(again, EVERY_MS);
    document.addEventListener('visibilitychange', again);
    window.addEventListener('online', again);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', again);
      window.removeEventListener('online', again);
    };
  }
}

async function exchange(): Promise<Sample | undefined> {
  const c0 = performance.now();
  try {
    const answer = await api.get('/time', { c0: Math.round(c0) }, { retries: 0, timeout_ms: 4_000 });
    return { c0, c1: performance.now(), s1: answer.s1, s2: answer.s2 };
  } catch {
    return undefined;
  }
}

export const serverClock = new ServerClock();
