// A stage that is set over the API: a centre with its people, a room in which an exam goes on, and a panel with
// cases. Each test plays with candidates, jurors and cases of its own, so that all may play at once.

import type {
  Board,
  Centre,
  CentreCreated,
  CentreDetail,
  Invitation,
  Panel,
  PaperItem,
  Paper,
  Scheme,
  SessionDetail,
} from '../src/lib/api/types.ts';
import type { Identity } from './candidate.ts';
import { Caller } from './caller.ts';
import { password, type Server } from './server.ts';

export type Account = { name: string; email: string };

export const admin: Account = { name: 'Alix Admin', email: 'admin@jurat.example' };
export const manager: Account = { name: 'Mona Martin', email: 'mona@centre.example' };
export const invigilator: Account = { name: 'Inès Garnier', email: 'ines@centre.example' };
export const jurors = [
  { name: 'Paule Présidente', email: 'paule@jury.example' },
  { name: 'Jules Juré', email: 'jules@jury.example' },
  { name: 'Rose Rapporteuse', email: 'rose@jury.example' },
] as const satisfies readonly Account[];

const families = ['Alba', 'Bruno', 'Chloe', 'Dora', 'Emil', 'Fanny'] as const;
export type Family = (typeof families)[number];
/** Who sat already, for the jury. */
const past = ['Gaston', 'Hanna'] as const;

export const identity = (family: string): Identity => ({
  family,
  given: 'Camille',
  day: '28',
  month: '02',
  year: '1990',
});
const entry = (code: string, family: string) => ({
  session_code: code,
  family_name: family,
  given_names: 'Camille',
  birth_date: '1990-02-28',
});

export class World {
  private constructor(
    readonly url: string,
    readonly centre: Centre,
    readonly room: SessionDetail,
    readonly panel: Panel,
    private readonly watching: Caller,
  ) {}

  static async set({ url }: Server): Promise<World> {
    const boss = await signedIn(url, admin);
    const kind = { kind: 'professional', time_zone: 'Europe/Paris', external_id: '0751234A' };
    const made = await boss.post<CentreCreated>('/centres', {
      name: 'Greta du Sud',
      manager_email: manager.email,
      ...kind,
    });
    const mona = await accepted(boss, made.invitation, manager);
    const forInes = await mona.post<Invitation>(`/centres/${made.centre.id}/invitations`, {
      email: invigilator.email,
      role: 'invigilator',
    });
    const ines = await accepted(mona, forInes, invigilator);
    const room = await opened(mona, ines, made.centre.id, 'Room 12', families);
    const [panel] = await Promise.all([judged(boss, mona, ines, made.centre.id), admitted(ines, room)]);
    return new World(url, made.centre, room, panel, ines);
  }

  /** The attempt of a candidate of the room as the board tells it. */
  async row(family: Family) {
    const { rows } = await this.watching.get<Board>(`/sessions/${this.room.id}/board`);
    const row = rows.find((one) => one.family_name === family);
    if (!row) throw new Error(`no row of ${family}`);
    return row;
  }

  async tells(command: string, family: Family): Promise<void> {
    const { attempt_id } = await this.row(family);
    await commanded(this.watching, this.room.id, command, [attempt_id]);
  }
}

export async function signedIn(url: string, { email }: Account): Promise<Caller> {
  const caller = new Caller(url);
  await caller.post('/sign-in', { email, password });
  return caller;
}

async function accepted(host: Caller, { id, link }: Invitation, account: Account): Promise<Caller> {
  const display_name = account.name;
  await new Caller(host.url).post(`/invitations/${link.split('/').pop()}/accept`, {
    newcomer: { display_name, password },
  });
  await host.post(`/invitations/${id}/confirm`, { display_name });
  return signedIn(host.url, account);
}

/** A session of this minute whose door is open. */
async function opened(
  mona: Caller,
  ines: Caller,
  centre: string,
  room: string,
  names: readonly string[],
): Promise<SessionDetail> {
  const [scheme] = await mona.get<Scheme[]>('/schemes');
  const { members } = await mona.get<CentreDetail>(`/centres/${centre}`);
  const invigilators = members.filter((one) => one.role === 'invigilator').map((one) => one.person_id);
  const [date, time] = new Date().toLocaleString('sv-SE', { timeZone: 'Europe/Paris' }).split(' ');
  const plan = {
    scheme_id: scheme?.id,
    language: 'en',
    date,
    time: time?.slice(0, 5),
    place: 'Lycée Ada-Lovelace',
    room,
    invigilators,
    comment: '',
  };
  const { id } = await mona.post<SessionDetail>(`/centres/${centre}/sessions`, plan);
  for (const family_name of names) {
    const { given_names, birth_date } = entry('', family_name);
    await mona.post(`/sessions/${id}/enrolments`, {
      family_name,
      given_names,
      birth_date,
      email: '',
      external_id: '',
      extra_time: '',
    });
  }
  return ines.post<SessionDetail>(`/sessions/${id}/open`);
}

async function commanded(ines: Caller, session: string, command: string, attempts: string[]): Promise<void> {
  await ines.post(`/sessions/${session}/commands`, {
    command,
    attempts,
    ...(command === 'release' ? { credit: true } : {}),
  });
}

async function admitted(ines: Caller, { id }: SessionDetail): Promise<void> {
  const { rows } = await ines.get<Board>(`/sessions/${id}/board`);
  const attempts = rows.map((row) => row.attempt_id);
  for (const command of ['check_in', 'admit']) await commanded(ines, id, command, attempts);
}

/** A session that is over, with a case for each who sat, before a panel of three. */
async function judged(boss: Caller, mona: Caller, ines: Caller, centre: string): Promise<Panel> {
  const session = await opened(mona, ines, centre, 'Room 13', past);
  await admitted(ines, session);
  await Promise.all(past.map((family) => sits(boss.url, session.entry_code, family)));
  await ines.post(`/sessions/${session.id}/close`, { comment: '' });
  const people: string[] = [];
  for (const juror of jurors) {
    const invitation = await boss.post<Invitation>('/invitations', { email: juror.email, role: 'juror' });
    const caller = await accepted(boss, invitation, juror);
    people.push((await caller.get<{ id: string }>('/me')).id);
  }
  return boss.post<Panel>(`/sessions/${session.id}/panel`, { president: people[0], jurors: people.slice(1) });
}

/** Sits both parts: answers one question of each, and hands in. */
async function sits(url: string, code: string, family: string): Promise<void> {
  const seat = new Caller(url);
  await seat.post('/entry', entry(code, family));
  for (const part of [1, 2]) {
    const { epoch, items } = await seat.post<Paper>(`/attempt/parts/${part}/start`);
    const item = items.find(isChoice);
    if (item) await seat.put(`/attempt/answers/${item.id}`, { part, epoch, revision: 1, value: item.choices[0]?.id });
    await seat.post(`/attempt/parts/${part}/finish`);
  }
}

export function isChoice(item: PaperItem): boolean {
  return item.type === 'single_choice';
}
