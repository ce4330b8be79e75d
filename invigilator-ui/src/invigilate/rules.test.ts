import { describe, expect, test } from 'vitest';
import type { BoardRow } from '$lib/api/types';
import {
  bodyOf,
  isGuessing,
  byName,
  commandsFor,
  countBy,
  endAfter,
  endOf,
  fits,
  found,
  minutesFit,
  nextCommand,
  passes,
  roomEnds,
  STORM,
  timeLeft,
  triage,
} from './rules';

const NOW = Date.parse('2027-03-01T09:00:00Z');
const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();

function row(change: Partial<BoardRow> = {}): BoardRow {
  return {
    attempt_id: 'att_1',
    family_name: 'Lovelace',
    given_names: 'Ada',
    birth_date: '2001-04-30',
    external_id: 'E2027',
    extra_time: '',
    state: 'running',
    part: 1,
    version: 1,
    since: at(-600),
    reason: '',
    answered: 3,
    items: 16,
    started_at: at(-600),
    deadline: at(3000),
    break_until: null,
    held_since: null,
    reopened_left_s: null,
    allowed_s: 3600,
    extended_s: 0,
    presence: 'online',
    last_seen: at(-2),
    incidents: 0,
    second_devices: null,
    entered: true,
    allowed: ['hold', 'extend', 'terminate', 'withdraw', 'new_device'],
    ...change,
  };
}

describe('commands', () => {
  test('only those are offered that the server allows somebody, each with whom it allows', () => {
    const running = row();
    const held = row({
      attempt_id: 'att_2',
      state: 'held',
      allowed: ['release', 'extend', 'terminate', 'withdraw', 'new_device'],
    });
    const offers = Object.fromEntries(commandsFor([running, held]).map((offer) => [offer.command, offer.rows.length]));
    expect(offers).toEqual({ release: 1, hold: 1, extend: 2, new_device: 2, withdraw: 2, terminate: 2 });
  });

  test('nothing is offered that the server does not allow', () => {
    expect(commandsFor([row({ allowed: [] })])).toEqual([]);
    expect(nextCommand(row({ allowed: ['reopen'] }))).toBeUndefined();
    expect(fits('new_device', row({ allowed: ['withdraw'] }))).toBe(false);
  });

  test('what comes next is what the server allows', () => {
    expect(nextCommand(row({ allowed: ['check_in', 'mark_absent'] }))).toBe('check_in');
    expect(nextCommand(row({ allowed: ['release', 'terminate'] }))).toBe('release');
  });

  test('an end is taken back for a whole selection or not at all', () => {
    const over = row({ attempt_id: 'att_2', state: 'submitted', allowed: ['reopen'] });
    expect(commandsFor([over]).map((offer) => offer.command)).toEqual(['reopen']);
    expect(commandsFor([over, over]).map((offer) => offer.command)).toEqual(['reopen']);
    expect(commandsFor([over, row({ allowed: ['hold'] })]).map((offer) => offer.command)).toEqual(['hold']);
    expect(commandsFor([])).toEqual([]);
  });

  test('an extension may shorten but not be nothing; what is given may be nothing but not shorten', () => {
    const fit = (command: 'extend' | 'reopen') =>
      [-241, -5, 0, 0.5, 5, 240, 241].filter((minutes) => minutesFit(command, minutes));
    expect(fit('extend')).toEqual([-5, 5, 240]);
    expect(fit('reopen')).toEqual([0, 5, 240]);
    expect(minutesFit('reopen', NaN)).toBe(false);
  });

  test('a command says what it needs and nothing else', () => {
    const all = { reason: 'why', seconds: 300, credit: true };
    expect(bodyOf('new_device', ['att_1'], all)).toEqual({ command: 'new_device', attempts: ['att_1'] });
    expect(bodyOf('release', ['att_1'], all)).toEqual({ command: 'release', attempts: ['att_1'], credit: true });
    expect(bodyOf('reopen', ['att_1'], all)).toEqual({
      command: 'reopen',
      attempts: ['att_1'],
      seconds: 300,
      reason: 'why',
    });
  });
});

describe('time', () => {
  test('a running clock runs to its deadline', () => {
    expect(timeLeft(row(), NOW)).toEqual({ seconds: 3000, frozen: false });
  });

  test('a held clock stands, and its end moves on', () => {
    const held = row({ state: 'held', held_since: at(-120) });
    expect(timeLeft(held, NOW)).toEqual({ seconds: 3120, frozen: true });
    expect(timeLeft(held, NOW + 60_000)).toEqual({ seconds: 3120, frozen: true });
    expect(endOf(held, NOW + 60_000)).toBe(NOW + 3_180_000);
  });

  test('no clock without a running part', () => {
    expect(timeLeft(row({ state: 'break', deadline: at(3000) }), NOW)).toBeUndefined();
    expect(endAfter(row({ state: 'admitted', deadline: null }), 300, NOW)).toBeUndefined();
  });

  test('an extension adds to the end', () => {
    expect(endAfter(row(), 300, NOW)).toBe(NOW + 3_300_000);
  });

  test('the room has an ordinary end and a last one', () => {
    const ends = roomEnds(
      [row(), row({ extra_time: '1/3', deadline: at(4200) }), row({ extended_s: 600, deadline: at(3600) })],
      NOW,
    );
    expect(ends).toEqual({ standard: NOW + 3_000_000, last: NOW + 4_200_000, running: 3, held: 0 });
  });

  test('an empty room has no end', () => {
    expect(roomEnds([], NOW)).toEqual({ standard: undefined, last: undefined, running: 0, held: 0 });
  });
});

describe('triage', () => {
  const kinds = (rows: BoardRow[]) => triage(rows, NOW).map((alert) => alert.kind);

  test('another device at a seat is one alert, however often it was refused', () => {
    const refused = (count: number, seconds: number) => ({
      count,
      devices: 1,
      first_at: at(-3600),
      last_at: at(seconds),
    });
    expect(kinds([row({ second_devices: refused(6000, -10) })])).toEqual(['second_device']);
    expect(kinds([row({ second_devices: refused(1, -700) })])).toEqual([]);
    expect(kinds([row({ state: 'submitted', second_devices: refused(1, -10) })])).toEqual([]);
    const keys = [refused(1, -10), refused(40, -1)].map(
      (second_devices) => triage([row({ second_devices })], NOW)[0]?.key,
    );
    expect(keys[0]).toBe(keys[1]);
  });

  test('a few refused entries are typing errors, many are not', () => {
    expect([1, 19, 20].map((count) => isGuessing({ count }))).toEqual([false, false, true]);
  });

  test('a calm room says nothing', () => {
    expect(
      kinds([row(), row({ state: 'submitted', presence: 'offline' }), row({ state: 'enrolled', presence: 'none' })]),
    ).toEqual([]);
  });

  test('offline counts after thirty seconds, while the clock runs', () => {
    expect(kinds([row({ presence: 'offline', last_seen: at(-29) })])).toEqual([]);
    expect(kinds([row({ presence: 'offline', last_seen: at(-31) })])).toEqual(['offline']);
    expect(kinds([row({ state: 'held', since: at(-60), presence: 'offline', last_seen: at(-300) })])).toEqual([]);
  });

  test('a break is overrun when the server says that it is over', () => {
    expect(kinds([row({ state: 'break', since: at(-600), break_until: at(0) })])).toEqual([]);
    expect(kinds([row({ state: 'break', since: at(-600), break_until: at(-1) })])).toEqual(['break_over']);
  });

  test('the urgent come first, then the longest waiting', () => {
    const rows = [
      row({ attempt_id: 'b', state: 'break', break_until: at(-2000) }),
      row({ attempt_id: 'h', state: 'held', since: at(-700) }),
      row({ attempt_id: 'n', answered: 0, deadline: at(300) }),
      row({ attempt_id: 'o1', presence: 'offline', last_seen: at(-40) }),
      row({ attempt_id: 'o2', presence: 'offline', last_seen: at(-90) }),
    ];
    expect(triage(rows, NOW).map((alert) => alert.rows[0]?.attempt_id)).toEqual(['o2', 'o1', 'n', 'h', 'b']);
  });

  test('a storm is one alert with everybody in it', () => {
    const rows = Array.from({ length: STORM }, (_, n) =>
      row({ attempt_id: `att_${n}`, presence: 'offline', last_seen: at(-60 - n) }),
    );
    const alerts = triage(rows, NOW);
    expect(alerts).toHaveLength(1);
    expect(alerts[0]?.rows).toHaveLength(STORM);
    expect(alerts[0]?.since_ms).toBe(NOW - 64_000);
  });

  test('an alert keeps its key while it lasts', () => {
    const offline = row({ presence: 'offline', last_seen: at(-60) });
    expect(triage([offline], NOW)[0]?.key).toBe(triage([offline], NOW + 30_000)[0]?.key);
  });
});

describe('finding', () => {
  test('accents and order of the words do not matter', () => {
    const person = row({ family_name: 'Dubois-Lefèvre', given_names: 'Éloïse' });
    expect(found(person, 'eloise lefevre')).toBe(true);
    expect(found(person, '  ')).toBe(true);
    expect(found(person, 'E2027')).toBe(true);
    expect(found(person, 'ada')).toBe(false);
  });

  test('people stand by name, whatever they do', () => {
    const rows = [
      row({ family_name: 'Émile' }),
      row({ family_name: 'Zola' }),
      row({ family_name: 'Diallo', state: 'held' }),
    ];
    expect(rows.sort(byName).map((one) => one.family_name)).toEqual(['Diallo', 'Émile', 'Zola']);
  });

  test('counters count what the filters show', () => {
    const rows = [row(), row({ presence: 'offline' }), row({ state: 'held' })];
    const counts = countBy(rows, ['all', 'running', 'held', 'offline']);
    expect(counts).toEqual({ all: 3, running: 2, held: 1, offline: 1 });
    expect(rows.filter((one) => passes(one, 'offline'))).toHaveLength(counts.offline ?? 0);
  });
});
