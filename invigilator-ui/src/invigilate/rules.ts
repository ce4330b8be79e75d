//! What the board works out by itself: which commands fit whom, what time is left, who needs help.
//! Values only: no page, no network, no clock.
import type { AttemptState, BoardRow, CommandBody } from '$lib/api/types';

export type Command = CommandBody['command'];

/** In the order of the day; what cannot be undone comes last. */
export const COMMANDS: readonly Command[] = [
  'check_in',
  'admit',
  'release',
  'hold',
  'extend',
  'mark_absent',
  'reinstate',
  'new_device',
  'withdraw',
  'terminate',
  'reopen',
];

const WITH_REASON: readonly Command[] = ['hold', 'extend', 'terminate', 'reinstate', 'withdraw', 'reopen'];
const NEXT: readonly Command[] = ['check_in', 'admit', 'release', 'hold', 'reinstate'];

/** Whether the server would take the command for this person now, as it said with the row. */
export function fits(command: Command, row: BoardRow): boolean {
  return row.allowed.includes(command);
}

/** The commands that fit at least one of these people, each with those it fits. */
export function commandsFor(rows: readonly BoardRow[]): { command: Command; rows: BoardRow[] }[] {
  return COMMANDS.map((command) => ({ command, rows: rows.filter((row) => fits(command, row)) })).filter(
    (offer) => offer.rows.length > 0,
  );
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

export function needsReason(command: Command): boolean {
  return WITH_REASON.includes(command);
}

// ---- time ----------------------------------------------------------------------------------------

/** Seconds left of the running part; `frozen` while the clock stands. Nothing when no part runs. */
export function timeLeft(row: BoardRow, now_ms: number): { seconds: number; frozen: boolean } | undefined {
  if (!row.deadline || (row.state !== 'running' && row.state !== 'held')) return undefined;
  const frozen = row.state === 'held' && row.held_since !== null;
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

const URGENCY: readonly AlertKind[] = ['offline', 'nothing_answered', 'second_device', 'held_long', 'break_over', 'not_started'];

/** Who needs help, the most urgent kind first, then the longest waiting. A storm is one alert. */
export function triage(rows: readonly BoardRow[], now_ms: number, limits: Limits = LIMITS): Alert[] {
  const alerts = rows.flatMap((row) => alertsOf(row, now_ms, limits));
  const ordered = alerts.sort((a, b) => urgency(a) - urgency(b) || a.since_ms - b.since_ms);
  return URGENCY.flatMap((kind) => gather(ordered.filter((alert) => alert.kind === kind)));
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
  if (refused && isWatched(row.state) && (now_ms - refused) / 1000 <= limits.refused_s) {
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

/** Whether another device at the seat still matters: the exam is not over for this person. */
export function isWatched(state: AttemptState): boolean {
  return !['submitted', 'terminated', 'withdrawn', 'sealed', 'voided'].includes(state);
}

export function isOffline(row: BoardRow): boolean {
  return row.presence === 'offline' || row.presence === 'none';
}

function urgency(alert: Alert): number {
  return URGENCY.indexOf(alert.kind);
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
  return fold(search).split(/\s+/).every((word) => text.includes(word));
}

function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim();
}

/** How many people stand where. */
export function countBy(rows: readonly BoardRow[], filters: readonly Filter[]): Record<string, number> {
  return Object.fromEntries(filters.map((one) => [one, rows.filter((row) => passes(row, one)).length]));
}
