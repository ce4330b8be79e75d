// One certification day in a real browser against the real server: everyone in a context of their own,
// from the creation of the centre to an employer who checks the code on the paper.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';
import { Administrator } from './admin.ts';
import { Candidate } from './candidate.ts';
import { Employer } from './employer.ts';
import { Invigilator } from './invigilator.ts';
import { Juror } from './juror.ts';
import { Manager } from './manager.ts';
import { proven, qrOf, textOf } from './paper.ts';
import { accessibleOnDarkPhone, openBrowser, person, photographAll } from './person.ts';
import { Server } from './server.ts';
import { accept, enterBy } from './staff.ts';
import { sure } from './sure.ts';
import { english, french, home, invigilate, jury } from './words.ts';

const room = { place: 'Lycée Ada-Lovelace', room: 'Room 12' };
const mona = { name: 'Mona Martin', email: 'mona@centre.example' };
const ines = { name: 'Inès Garnier', email: 'ines@centre.example' };
const jurors = [
  { name: 'Paule Président', email: 'paule@jury.example' },
  { name: 'Jules Juré', email: 'jules@jury.example' },
  { name: 'Rose Rapporteuse', email: 'rose@jury.example' },
] as const;

const eloise = 'Béranger Éloïse';
const gael = 'L’Hénaff Gaël';
const odul = 'Çelik Ödül';
const titles = 'Nom;Prénom;Date de naissance;Temps majoré';
const draft = `${titles}\nBéranger;Éloïse;31/02/1990;\nL’Hénaff;Gaël;07/11/1985;a third\nÇelik;Ödül;19/03/1992;\n`;
const list = `${titles}\nBéranger;Éloïse;28/02/1990;\nL’Hénaff;Gaël;07/11/1985;1/3\nCelic;Ödül;19/03/1992;\n`;

let server: Server;
let browser: Browser;

beforeAll(async () => {
  server = await Server.start();
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const tab = (who: string, more?: BrowserContextOptions) => person(browser, server.url, who, more);

test('a certification day, from an empty server to a revoked certificate', async () => {
  onTestFailed(photographAll);

  // A centre, its manager, its invigilator.
  const admin = new Administrator(await tab('administrator'));
  await admin.signIn();
  const forMona = await admin.createCentre('Greta du Sud', mona);
  const manager = new Manager(await tab('manager'));
  await accept(manager.page, forMona, mona, admin.page);
  await enterBy(manager.page, home.to_centre);
  const invigilator = new Invigilator(await tab('invigilator'));
  await accept(invigilator.page, await manager.inviteInvigilator(ines), ines, manager.page);

  // A session and its list.
  await manager.planSession({ ...room, room: 'Room 11' }, ines);
  await manager.moves(room);
  await manager.readFaultyList(draft, [
    { row: 2, column: 'Date de naissance', value: '31/02/1990' },
    { row: 3, column: 'Temps majoré', value: 'a third' },
  ]);
  await manager.importList(list, [eloise, gael, 'Celic Ödül']);
  await manager.corrects('Celic Ödül', 'Çelik', odul);
  expect(textOf(await manager.print('attendance'))).toContain('Béranger');

  // Two candidates come in.
  const code = await invigilator.openSession(room);
  const knowing = new Candidate(await tab('candidate-1'), english);
  const beginner = new Candidate(await tab('candidate-2', { locale: 'fr-FR' }), french);
  await knowing.enter(code, { family: 'beranger', given: 'eloise', day: '28', month: '2', year: '1990' });
  await beginner.enter(code, { family: 'lhenaff', given: 'gael', day: '07', month: '11', year: '1985' });
  await knowing.waits();
  await beginner.waits();
  for (const name of [eloise, gael]) {
    await invigilator.checkIdentity(name);
    await invigilator.admit(name);
  }

  // Part 1, which is disturbed.
  await Promise.all([knowing.startPart(1), beginner.startPart(1)]);
  const all = () => true;
  const easiest = (item: { difficulty: number }) => item.difficulty === 1;
  await Promise.all([knowing.answers(1, 6, all), beginner.answers(1, 6, easiest)]);
  await knowing.reloads();
  await invigilator.seesProgress(eloise, 3);
  await Promise.all([knowing, invigilator].map((one) => accessibleOnDarkPhone(one.page)));
  await invigilator.hold(gael, invigilate.hold_2);
  await beginner.isHeld(invigilate.hold_2);
  await invigilator.release(gael);
  await beginner.isAt(7);
  const before = await beginner.secondsLeft();
  expect(before, 'a third more of an hour').toBeGreaterThan(75 * 60);
  await invigilator.extend(gael, invigilate.extend_1);
  await expect.poll(() => beginner.secondsLeft()).toBeGreaterThan(before + 4 * 60);
  await invigilator.writeIncident(gael, 'The screen went dark; the cable was loose.');
  await invigilator.tellTheRoom('The windows stay closed: there is work in the yard.');
  await Promise.all([knowing, beginner].map((one) => one.reads('The windows stay closed: there is work in the yard.')));

  // The rest of part 1, the break, part 2.
  await Promise.all([knowing.answers(7, 32, all), beginner.answers(7, 32, easiest)]);
  await Promise.all([knowing.handsIn(1), beginner.handsIn(1)]);
  await invigilator.seesState(eloise, 'attempt_break');
  await Promise.all([knowing.startPart(2), beginner.startPart(2)]);
  await invigilator.mayNotClose(eloise, gael);
  await Promise.all([knowing.answers(1, 32, all), beginner.answers(1, 32, easiest)]);
  const receipts = await Promise.all([knowing.handsIn(2), beginner.handsIn(2)]);
  await invigilator.seesState(eloise, 'attempt_submitted');
  await invigilator.seesState(gael, 'attempt_submitted');
  await Promise.all([knowing.leaves(), beginner.leaves()]);

  // The end of the session.
  const minutes = textOf(await invigilator.close(odul, 'A calm morning.'));
  for (const word of ['Çelik', 'A calm morning.', 'the cable was loose']) expect(minutes).toContain(word);
  expect(receipts.every(Boolean)).toBe(true);

  // The jury.
  const links = await admin.inviteJurors([...jurors]);
  const pages = [await tab('juror-1'), await tab('juror-2'), await tab('juror-3')] as const;
  for (const [seat, page] of pages.entries()) {
    await accept(page, sure(links[seat], 'the link'), sure(jurors[seat], 'the juror'), admin.page);
  }
  await admin.convenePanel([...jurors]);
  const [president, member] = [new Juror(pages[0]), new Juror(pages[1])];
  await president.openPanel();
  await member.openPanel();
  const cases = await president.cases();
  expect(cases, 'who is absent is no case').toHaveLength(2);
  const first = sure(
    cases.find((one) => one.level !== jury.no_level),
    'a case with a level',
  );
  const second = sure(
    cases.find((one) => one.level === jury.no_level),
    'a case without',
  );
  const { level } = first;
  await member.openCase(first.number);
  await member.readsWithoutName('Béranger');
  await member.validates(level, 'Sure in every domain.');
  await president.openCase(first.number);
  await president.seesVotesCast(1, 'Sure in every domain.');
  await president.validates(level, 'The answers speak.');
  await president.seesDecision('Sure in every domain.', 'The answers speak.');
  await member.openCase(second.number);
  await member.cancels('The screen went dark for a while.');
  await president.openCase(second.number);
  await president.seesVotesCast(1, 'The screen went dark for a while.');
  await president.refuses('The time was given back; too little was answered.');
  await member.openCase(second.number);
  await member.seesVotesCast(2, 'The time was given back; too little was answered.');
  await president.decides();
  await president.seesDecision(
    'The screen went dark for a while.',
    'The time was given back; too little was answered.',
  );
  await president.closesPanel();

  // The results.
  await knowing.enter(code, { family: 'Beranger', given: 'Eloise', day: '28', month: '02', year: '1990' });
  await knowing.readsResult('outcome_validated', level);
  await beginner.enter(code, { family: 'L Henaff', given: 'Gael', day: '7', month: '11', year: '1985' });
  await beginner.readsResult('outcome_refused');

  // The certificate, its code, and who may check it.
  const certificate = await manager.takeCertificate(eloise);
  const address = qrOf(certificate.file);
  expect(address).toMatch(new RegExp(`^${server.url}/c/${certificate.code}`, 'i'));
  const employer = new Employer(await tab('employer', { javaScriptEnabled: false }), await tab('axe'));
  await employer.check(address, 'Éloïse Béranger', level);
  const keys = join(server.folder, 'jwks.json');
  writeFileSync(keys, await (await fetch(`${server.url}/.well-known/jwks.json`)).text());
  for (const what of [certificate.file, address]) {
    const { status, told } = proven(what, keys);
    expect(status, told).toBe(0);
    expect(told).toContain('Béranger');
  }
  await admin.revoke(eloise);
  await employer.seesItRevoked();
});
