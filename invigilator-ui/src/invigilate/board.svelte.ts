//! The room as the page knows it: each seat is a state of its own, so that a change paints one row.
import { api } from '$lib/api/client';
import { asProblem, Problem } from '$lib/api/problem';
import type {
  Blocker,
  Board,
  BoardRow,
  ClockAlarm,
  Incident,
  LiveMessage,
  Notice,
  RefusedAtDoor,
  SchemePart,
  SessionDetail,
} from '$lib/api/types';
import { serverClock } from '$lib/clock';
import { Live, type LiveState } from '$lib/live';
import { me } from '$lib/me.svelte';
import { byName, found, passes, type Filter } from './rules';

const FLASH_MS = 1_600;
/** Without a word from the server for so long, what is shown is old. Longer while the socket stands. */
const STALE_MS = { live: 35_000, otherwise: 9_000 };

export class Seat {
  row: BoardRow;
  selected = $state(false);
  /** Set for a moment when something that matters has changed. */
  changed = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(row: BoardRow) {
    this.row = $state.raw(row);
  }

  /** Takes a newer row. An older one is left, whatever way it came. */
  take(row: BoardRow) {
    if (row.version < this.row.version) return;
    const matters =
      row.state !== this.row.state || row.deadline !== this.row.deadline || row.incidents > this.row.incidents;
    this.row = row;
    if (!matters) return;
    this.changed = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.changed = false), FLASH_MS);
  }
}

export class RoomBoard {
  session: SessionDetail | undefined = $state.raw();
  parts: SchemePart[] = $state.raw([]);
  seats: Seat[] = $state.raw([]);
  /** Over whom the session cannot close, as the server said when the board was last read. */
  blockers: Blocker[] = $state.raw([]);
  incidents: Incident[] = $state.raw([]);
  notices: Notice[] = $state.raw([]);
  /** Entries with the code of this session that match nobody. */
  refused: RefusedAtDoor | null = $state.raw(null);
  /** The server's clock was set, and nobody has accepted it. */
  clock: ClockAlarm | null = $state.raw(null);
  problem: Problem | undefined = $state.raw();
  link: LiveState = $state('connecting');
  seq = $state(0);
  filter: Filter = $state('all');
  search = $state('');
  /** `performance.now()` at the last word from the server. */
  #fresh_ms = $state(performance.now());
  #live: Live | undefined;
  #stops: (() => void)[] = [];
  #seatOf = new Map<string, Seat>();

  readonly rows: readonly BoardRow[] = $derived(this.seats.map((seat) => seat.row));
  /** What passes filter and search; who is selected is never hidden. */
  readonly shown: readonly Seat[] = $derived(
    this.seats.filter((seat) => seat.selected || (passes(seat.row, this.filter) && found(seat.row, this.search))),
  );
  readonly selected: readonly Seat[] = $derived(this.seats.filter((seat) => seat.selected));

  constructor(readonly id: string) {}

  /** Loads the board and follows it until the returned function is called. */
  start(): () => void {
    this.#stops = [serverClock.keep()];
    void this.load();
    this.#follow();
    return () => {
      this.#live?.stop();
      this.#stops.forEach((stop) => stop());
    };
  }

  #follow() {
    this.#live ??= new Live({
      ticket: (patience) => api.post('/sessions/{session}/socket-ticket', { session: this.id }, patience),
      onMessage: (message) => this.hear(message),
      poll: () => this.#fetch(),
      onState: (state) => (this.link = state),
      onFreshness: () => this.#refreshed(),
      onClosed: () => void this.#lost(),
      poll_ms: 15_000,
    });
  }

  load = async (): Promise<void> => {
    try {
      await this.#fetch();
      this.problem = undefined;
      this.#follow();
    } catch (cause) {
      if (!this.session) this.problem = asProblem(cause);
    }
  };

  async #fetch() {
    const board = await api.get('/sessions/{session}/board', { session: this.id }, { retries: 0, timeout_ms: 10_000 });
    serverClock.hint(board.server_now);
    this.take(board);
    this.#refreshed();
  }

  /** The right to watch is gone: so is what was shown. Who is signed out goes to the sign-in. */
  async #lost() {
    this.#live = undefined;
    this.session = undefined;
    try {
      await me.require();
      this.problem = new Problem('forbidden', 403, '');
    } catch (cause) {
      this.problem = asProblem(cause);
    }
  }

  /** Milliseconds since the server last spoke, when that is too long ago. */
  staleFor(): number | undefined {
    const silent = performance.now() - this.#fresh_ms;
    return silent > (this.link === 'live' ? STALE_MS.live : STALE_MS.otherwise) ? silent : undefined;
  }

  take(board: Board) {
    this.session = board.session;
    this.parts = board.parts;
    this.blockers = board.blockers;
    this.incidents = board.incidents;
    this.notices = board.notices;
    this.refused = board.entries_refused ?? null;
    this.clock = board.clock ?? null;
    this.seq = Math.max(this.seq, board.seq);
    this.#takeRows(board.rows, true);
  }

  hear(message: LiveMessage) {
    if ('seq' in message) this.seq = Math.max(this.seq, message.seq);
    switch (message.type) {
      case 'hello':
        return serverClock.hint(message.server_now);
      case 'rows':
        return this.#takeRows(message.rows, false);
      case 'incident':
        return this.addIncident(message.incident);
      case 'notice':
        return this.addNotice(message.notice);
      case 'entries_refused':
        this.refused = message.entries_refused;
        return;
      case 'session':
        this.session = message.session;
        return;
      case 'clock':
        return this.#hearClock(message.server_now, message.clock ?? null);
      case 'resync':
        return; // the link sees to it
      case 'attempt':
        return; // for the candidate
    }
  }

  #hearClock(server_now: string, alarm: ClockAlarm | null) {
    serverClock.hint(server_now);
    this.clock = alarm;
  }

  addIncident(incident: Incident) {
    if (!this.incidents.some((one) => one.id === incident.id)) this.incidents = [...this.incidents, incident];
  }

  addNotice(notice: Notice) {
    if (!this.notices.some((one) => one.number === notice.number && one.attempt_id === notice.attempt_id))
      this.notices = [...this.notices, notice];
  }

  seat(attempt: string | null): Seat | undefined {
    return attempt ? this.#seatOf.get(attempt) : undefined;
  }

  select(seats: readonly Seat[]) {
    const chosen = new Set(seats);
    for (const seat of this.seats) seat.selected = chosen.has(seat);
  }

  /** Rows keep their seats; the list itself changes only when somebody comes or goes. */
  #takeRows(rows: readonly BoardRow[], whole: boolean) {
    const seats = whole
      ? this.seats.filter((seat) => rows.some((row) => row.attempt_id === seat.row.attempt_id))
      : [...this.seats];
    for (const row of rows) {
      const known = this.#seatOf.get(row.attempt_id);
      if (known && seats.includes(known)) {
        known.take(row);
        continue;
      }
      const seat = new Seat(row);
      this.#seatOf.set(row.attempt_id, seat);
      seats.push(seat);
    }
    const same = seats.length === this.seats.length && seats.every((seat, at) => seat === this.seats[at]);
    if (!same) this.seats = seats.sort((a, b) => byName(a.row, b.row));
  }

  #refreshed() {
    this.#fresh_ms = performance.now();
  }
}

export function nameOf(row: { family_name: string; given_names: string }): string {
  return `${row.family_name} ${row.given_names}`;
}
