//! The socket that tells. It is opened with a one-time ticket, opened again with jitter for ever, and
//! never trusted alone: `poll` runs beside it, so that a lost message heals by itself, and every five
//! seconds in its place while it is closed. `onFreshness` says since when nothing confirmed what the
//! page shows.
import { wait, type Options } from './api/client';
import { asProblem } from './api/problem';
import type { LiveMessage, Ticket } from './api/types';

export type LiveState = 'connecting' | 'live' | 'offline';

export type LiveOptions = {
  /** Asks for a ticket, with the patience that a socket has. */
  ticket: (patience: Options) => Promise<Ticket>;
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
/** Numbers with which a socket closes: those of the server, and the browser's own for a line that broke. */
const CLOSED = { broken: 1006, crowded: 1008, notSignedIn: 4001, forbidden: 4003, fenced: 4009, draining: 4012 };
/** Coming back has no sense. */
const FINAL_CODES = [CLOSED.notSignedIn, CLOSED.forbidden, CLOSED.fenced];

/** Closed by a server that wants the wait: nothing shortens it. */
const PATIENT_CODES = [CLOSED.crowded, CLOSED.draining];

/**
 * Milliseconds until the next try: full jitter, from 0.3 s to 8 s. A server that ends is given the time to start again
 * and is not asked by all at once; who has more sockets than are kept open leaves them to the newest pages.
 */
export function delayBeforeTry(tries: number, code = CLOSED.broken, chance = Math.random()): number {
  if (code === CLOSED.draining) return 1_000 + chance * 4_000;
  if (code === CLOSED.crowded) return 30_000 + chance * 30_000;
  return 100 + chance * Math.min(8_000, 300 * 2 ** tries);
}

/** What the server told; nothing when it is not a message of ours. */
function messageOf(text: string): LiveMessage | undefined {
  try {
    return JSON.parse(text) as LiveMessage;
  } catch {
    return undefined;
  }
}

/** What a refusal over HTTP means for the socket. */
function codeOf(cause: unknown): number {
  const { status } = asProblem(cause);
  if (status === 401) return CLOSED.notSignedIn;
  return status === 403 || status === 404 ? CLOSED.forbidden : CLOSED.broken;
}

export class Live {
  #options: LiveOptions;
  #socket: WebSocket | undefined;
  #seq: number | undefined;
  #tries = 0;
  #stopped = false;
  /** How many polls wait for their answer. */
  #polling = 0;
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
      const code = await this.#attend();
      if (FINAL_CODES.includes(code)) this.#end(code);
      if (this.#stopped) return;
      this.#tell('offline');
      const hurried = new Promise<void>((wake) => (this.#wake = PATIENT_CODES.includes(code) ? undefined : wake));
      await Promise.race([wait(delayBeforeTry(this.#tries, code)), hurried]);
      this.#tries += 1;
    }
  }

  /** Opens the socket and returns when it has closed, with what number. */
  async #attend(): Promise<number> {
    let ticket: Ticket;
    try {
      ticket = await this.#options.ticket({ timeout_ms: 8_000, retries: 0 });
    } catch (cause) {
      return codeOf(cause);
    }
    if (this.#stopped) return CLOSED.broken;
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const address = `${scheme}://${location.host}/api/v1/live?ticket=${encodeURIComponent(ticket.ticket)}`;
    const socket = new WebSocket(address, PROTOCOL);
    this.#socket = socket;
    return new Promise<number>((closed) => {
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
        closed(event.code);
      };
    });
  }

  #hear(text: string) {
    const message = messageOf(text);
    if (!message) return;
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
    this.#polling += 1;
    try {
      await this.#options.poll();
      this.#fresh();
    } catch (cause) {
      // not fresh: the page says since when
      const code = codeOf(cause);
      if (FINAL_CODES.includes(code)) this.#end(code);
    } finally {
      this.#polling -= 1;
    }
  }

  /** A sign of life; without a socket the poll is one. */
  #beat() {
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify({ type: 'heartbeat', seq: this.#seq ?? 0 }));
    } else if (this.#polling === 0) {
      void this.#poll();
    }
  }

  #hurry = () => {
    if (document.visibilityState !== 'visible') return;
    this.#tries = 0;
    this.#wake?.();
    void this.#poll();
  };

  #end(code: number) {
    if (this.#stopped) return;
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
