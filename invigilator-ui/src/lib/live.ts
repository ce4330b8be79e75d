//! The socket that tells. It is opened with a one-time ticket, opened again with jitter for ever, and
//! never trusted alone: `poll` runs beside it, so that a lost message heals by itself. `onFreshness`
//! says since when nothing confirmed what the page shows.
import { api, wait } from './api/client';
import type { LiveMessage, Ticket } from './api/types';

export type LiveState = 'connecting' | 'live' | 'offline';

export type LiveOptions = {
  /** The path that gives a ticket, e.g. `/sessions/ses_x/socket-ticket`. */
  ticket: string;
  onMessage: (message: LiveMessage) => void;
  /** Loads over HTTP what the page shows; also called for `resync`. A failure is one more silence. */
  poll: () => Promise<unknown>;
  onState?: (state: LiveState) => void;
  /** Called with `performance.now()` each time the server has confirmed what is shown. */
  onFreshness?: (at_ms: number) => void;
  /** Called when coming back has no sense: signed out, forbidden, open on another device. */
  onClosed?: (code: number) => void;
  poll_ms?: number;
};

const PROTOCOL = 'jurat.v1';
const HEARTBEAT_MS = 5_000;
const POLL_MS = 12_000;
const FINAL_CODES = [4001, 4003, 4009];

/** Milliseconds until the next try: full jitter, from 0.3 s to 8 s. */
export function delayBeforeTry(tries: number, chance = Math.random()): number {
  const limit = Math.min(8_000, 300 * 2 ** tries);
  return 100 + chance * limit;
}

export class Live {
  #options: LiveOptions;
  #socket: WebSocket | undefined;
  #seq: number | undefined;
  #tries = 0;
  #stopped = false;
  #timers: ReturnType<typeof setInterval>[] = [];
  #wake: (() => void) | undefined;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#timers = [
      setInterval(() => this.#beat(), HEARTBEAT_MS),
      setInterval(() => void this.#poll(), (options.poll_ms ?? POLL_MS) * (0.9 + Math.random() * 0.2)),
    ];
    window.addEventListener('online', this.#hurry);
    document.addEventListener('visibilitychange', this.#hurry);
    void this.#run();
  }

  /** Ends it; the page is left. */
  stop() {
    this.#stopped = true;
    this.#timers.forEach(clearInterval);
    window.removeEventListener('online', this.#hurry);
    document.removeEventListener('visibilitychange', this.#hurry);
    this.#wake?.();
    this.#socket?.close(1000);
  }

  async #run() {
    while (!this.#stopped) {
      this.#tell('connecting');
      await this.#attend();
      if (this.#stopped) return;
      this.#tell('offline');
      await Promise.race([wait(delayBeforeTry(this.#tries)), new Promise<void>((wake) => (this.#wake = wake))]);
      this.#tries += 1;
    }
  }

  /** Opens the socket and returns when it has closed. */
  async #attend(): Promise<void> {
    let ticket: Ticket;
    try {
      ticket = await api.post<Ticket>(this.#options.ticket, undefined, { timeout_ms: 8_000, retries: 0 });
    } catch {
      return;
    }
    if (this.#stopped) return;
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const address = `${scheme}://${location.host}/api/v1/live?ticket=${encodeURIComponent(ticket.ticket)}`;
    const socket = new WebSocket(address, PROTOCOL);
    this.#socket = socket;
    await new Promise<void>((closed) => {
      const limit = setTimeout(() => socket.close(), 8_000);
      socket.onopen = () => {
        clearTimeout(limit);
        this.#tries = 0;
        this.#tell('live');
        this.#beat();
      };
      socket.onmessage = (event) => this.#hear(String(event.data));
      socket.onclose = (event) => {
        clearTimeout(limit);
        if (FINAL_CODES.includes(event.code)) this.#end(event.code);
        closed();
      };
    });
  }

  #hear(text: string) {
    const message = JSON.parse(text) as LiveMessage;
    this.#fresh();
    if (message.type === 'resync') return void this.#poll();
    if (message.type === 'hello') {
      const missed = this.#seq !== undefined && this.#seq !== message.seq;
      this.#seq = message.seq;
      if (missed) void this.#poll();
    } else if ('seq' in message) {
      this.#seq = message.seq;
    }
    this.#options.onMessage(message);
  }

  async #poll() {
    try {
      await this.#options.poll();
      this.#fresh();
    } catch {
      // not fresh: the page says since when
    }
  }

  #beat() {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#socket.send(JSON.stringify({ type: 'heartbeat', seq: this.#seq ?? 0 }));
  }

  #hurry = () => {
    if (document.visibilityState !== 'visible') return;
    this.#tries = 0;
    this.#wake?.();
    void this.#poll();
  };

  #end(code: number) {
    this.stop();
    this.#tell('offline');
    this.#options.onClosed?.(code);
  }

  #tell(state: LiveState) {
    this.#options.onState?.(state);
  }

  #fresh() {
    this.#options.onFreshness?.(performance.now());
  }
}
