//! What the board works out by itself: which commands fit whom, what time is left, who needs help.
//! Values only: no page, no network, no clock.
import type { AttemptState, BoardRow, CommandBody } from '$lib/api/types';
import { wordsOf } from '$lib/closed';
import { STATES } from './states';

export type Command = CommandBody['command'];

/** What a command asks of whoever gives it. */
type Needs = {
  /** A reason, for the minutes alone or told to the candidate as well. */
  reason?: 'kept' | 'told';
  /** Minutes: some, either way; or none at all up to some more. */
  minutes?: 'moved' | 'given';
  /** Whether the person is compared with their document. */
  identity?: true;
  /** Whether it is asked if the time of the hold is given back. */
  credit?: true;
  /** Whether it ends something or takes back an end: asked twice, or not offered beside what is done every day. */
  grave?: 'ends' | 'takes_back';
};

/** In the order of the day; what cannot be undone comes last. */
export const NEEDS: Record<Command, Needs> = {
  check_in: { identity: true },
  admit: {},
  release: { credit: true },
  hold: { reason: 'told' },
  extend: { reason: 'kept', minutes: 'moved' },
  mark_absent: {},
  reinstate: { reason: 'kept', identity: true },
  new_device: {},
  withdraw: { reason: 'told' },
  terminate: { reason: 'told', grave: 'ends' },
  reopen: { reason: 'told', minutes: 'given', grave: 'takes_back' },
};
export const COMMANDS = wordsOf(NEEDS);

const NEXT: readonly Command[] = ['check_in', 'admit', 'release', 'hold', 'reinstate'];

/** Whether the server would take the command for this person now, as it said with the row. */
export function fits(command: Command, row: BoardRow): boolean {
  return row.allowed.includes(command);
}

/** The commands that fit at least one of these people, each with those it fits; an end is taken back only for all of them. */
export function commandsFor(rows: readonly BoardRow[]): { command: Command; rows: BoardRow[] }[] {
  const offers = COMMANDS.map((command) => ({ command, rows: rows.filter((row) => fits(command, row)) }));
  const least = (command: Command) => (NEEDS[command].grave === 'takes_back' ? rows.length : 1);
  return offers.filter((offer) => offer.rows.length >= Math.max(1, least(offer.command)));
}

/** What usually comes next for a person. */
export function nextCommand(row: BoardRow): Command | undefined {
  return NEXT.find((command) => fits(command, row));
}

/** What a dialog has gathered for a command. */
export type Particulars = { reason: string; seconds: number; credit: boolean };

/** The body of a command: what it needs, and nothing else. */
export function bodyOf(command: Command, attempts: string[], { reason, seconds, credit }: Particulars): CommandBody {
  switch (command) {
    case 'check_in':
    case 'mark_absent':
    case 'admit':
    case 'new_device':
      return { command, attempts };
    case 'reinstate':
    case 'hold':
    case 'terminate':
    case 'withdraw':
      return { command, attempts, reason };
    case 'release':
      return { command, attempts, credit };
    case 'extend':
    case 'reopen':
      return { command, attempts, seconds, reason };
  }
}

/** The largest length of an extension or of what is given with a reopening. */
const LARGEST_MIN = 240;

/** Whether the server takes so many minutes for the command. */
export function minutesFit(command: Command, minutes: number): boolean {
  if (!Number.isInteger(minutes) || Math.abs(minutes) > LARGEST_MIN) return false;
  return NEEDS[command].minutes === 'given' ? minutes >= 0 : minutes !== 0;
}

// ---- time ----------------------------------------------------------------------------------------

/** Seconds left of the running part; `frozen` while the clock stands. Nothing when no part runs. */
export function timeLeft(row: BoardRow, now_ms: number): { seconds: number; frozen: boolean } | undefined {
  const { clock } = STATES[row.state];
  if (!row.deadline || !clock) return undefined;
  const frozen = clock === 'stands' && row.held_since !== null;
  const at = frozen && row.held_since ? Date.parse(row.held_since) : now_ms;
  return { seconds: (Date.parse(row.deadline) - at) / 1000, frozen };
}

/** When the part ends (ms since 1970), supposing that a hold is released now with its time given back. */
export function endOf(row: BoardRow, now_ms: number): number | undefined {
  const left = timeLeft(row, now_ms);
  return left && now_ms + left.seconds * 1000;
}

/** When the part would end after an extension by so many seconds. */
export function endAfter(row: BoardRow, seconds: number, now_ms: number): number | undefined {
  const end = endOf(row, now_ms);
  return end === undefined ? undefined : end + seconds * 1000;
}

/** The ends of the room: of those with the ordinary time, and of the very last. */
export type RoomEnds = { standard: number | undefined; last: number | undefined; running: number; held: number };

export function roomEnds(rows: readonly BoardRow[], now_ms: number): RoomEnds {
  const working = rows.filter((row) => timeLeft(row, now_ms));
  const latest = (some: readonly BoardRow[]) =>
    some.length ? Math.max(...some.map((row) => endOf(row, now_ms) ?? 0)) : undefined;
  const held = working.filter((row) => row.state === 'held').length;
  return {
    standard: latest(working.filter((row) => !row.extra_time && !row.extended_s && row.state === 'running')),
    last: latest(working),
    running: working.length - held,
    held,
  };
}

/** "1/3" of a fraction is a mark; nothing for the ordinary time. */
export function hasExtraTime(row: { extra_time: string }): boolean {
  return row.extra_time !== '' && row.extra_time !== '0' && !row.extra_time.startsWith('0/');
}

// ---- who needs help ------------------------------------------------------------------------------

export type Limits = { offline_s: number; held_s: number; near_s: number; not_started_s: number; refused_s: number };
export const LIMITS: Limits = { offline_s: 30, held_s: 600, near_s: 900, not_started_s: 300, refused_s: 600 };

export type AlertKind = 'offline' | 'nothing_answered' | 'second_device' | 'held_long' | 'break_over' | 'not_started';
export type Alert = { key: string; kind: AlertKind; rows: BoardRow[]; since_ms: number };

/** From so many people at once, one cause in the room is likelier than one each. */
export const STORM = 5;

/** The lower, the more urgent. */
const URGENCY: Record<AlertKind, number> = {
  offline: 0,
  nothing_answered: 1,
  second_device: 2,
  held_long: 3,
  break_over: 4,
  not_started: 5,
};

/** Who needs help, the most urgent kind first, then the longest waiting. A storm is one alert. */
export function triage(rows: readonly BoardRow[], now_ms: number, limits: Limits = LIMITS): Alert[] {
  const alerts = rows.flatMap((row) => alertsOf(row, now_ms, limits));
  const ordered = alerts.sort((a, b) => urgency(a) - urgency(b) || a.since_ms - b.since_ms);
  return wordsOf(URGENCY).flatMap((kind) => gather(ordered.filter((alert) => alert.kind === kind)));
}

function alertsOf(row: BoardRow, now_ms: number, limits: Limits): Alert[] {
  const found: Alert[] = [];
  const raise = (kind: AlertKind, since_ms: number) =>
    found.push({ key: `${row.attempt_id} ${kind} ${since_ms}`, kind, rows: [row], since_ms });
  const since = Date.parse(row.since);
  const waits = (now_ms - since) / 1000;
  const seen = row.last_seen ? Date.parse(row.last_seen) : since;
  const left = timeLeft(row, now_ms);
  if (row.state === 'running' && isOffline(row) && (now_ms - seen) / 1000 > limits.offline_s) raise('offline', seen);
  if (row.state === 'running' && row.items > 0 && row.answered === 0 && left && left.seconds <= limits.near_s) {
    raise('nothing_answered', Date.parse(row.deadline ?? row.since) - limits.near_s * 1000);
  }
  if (row.state === 'held' && waits > limits.held_s) raise('held_long', since);
  if (row.break_until && now_ms > Date.parse(row.break_until)) raise('break_over', Date.parse(row.break_until));
  if (row.state === 'admitted' && waits > limits.not_started_s) raise('not_started', since);
  const refused = row.second_devices && Date.parse(row.second_devices.last_at);
  // one alert for a row of refusals, however many; it comes back when they begin anew
  if (refused && !STATES[row.state].over && (now_ms - refused) / 1000 <= limits.refused_s) {
    raise('second_device', Math.floor(refused / ANEW_MS) * ANEW_MS);
  }
  return found;
}

/** Refusals at a seat within such a span of time are one matter. */
const ANEW_MS = 15 * 60_000;

/** Refused entries from which on somebody guesses rather than mistypes. */
const GUESSING = 20;

/** Whether so many entries were refused that it is more than typing errors. */
export function isGuessing(refused: { count: number }): boolean {
  return refused.count >= GUESSING;
}

export function isOffline(row: BoardRow): boolean {
  return row.presence === 'offline' || row.presence === 'none';
}

function urgency(alert: Alert): number {
  return URGENCY[alert.kind];
}

function gather(alerts: Alert[]): Alert[] {
  const [first] = alerts;
  if (!first || alerts.length < STORM) return alerts;
  return [{ ...first, key: `room ${first.kind} ${first.since_ms}`, rows: alerts.flatMap((alert) => alert.rows) }];
}

// ---- finding people ------------------------------------------------------------------------------

export type Filter = 'all' | 'offline' | AttemptState;

/** People by name; the order never depends on what they do. */
export function byName(a: BoardRow, b: BoardRow): number {
  return (
    a.family_name.localeCompare(b.family_name, 'fr', { sensitivity: 'base' }) ||
    a.given_names.localeCompare(b.given_names, 'fr', { sensitivity: 'base' }) ||
    (a.attempt_id < b.attempt_id ? -1 : 1)
  );
}

export function passes(row: BoardRow, filter: Filter): boolean {
  if (filter === 'all') return true;
  if (filter === 'offline') return row.state === 'running' && isOffline(row);
  return row.state === filter;
}

/** Whether each word of the search begins or stands in the names or the number; accents do not matter. */
export function found(row: BoardRow, search: string): boolean {
  const text = fold(`${row.family_name} ${row.given_names} ${row.external_id}`);
  return fold(search)
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim();
}

/** How many people stand where. */
export function countBy(rows: readonly BoardRow[], filters: readonly Filter[]): Record<string, number> {
  return Object.fromEntries(filters.map((one) => [one, rows.filter((row) => passes(row, one)).length]));
}
