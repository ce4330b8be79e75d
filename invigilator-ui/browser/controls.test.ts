// The shared controls in Chromium, keyboard first, by role and name. Vite serves them alone: no server, no page of a role.

import { svelte } from '@sveltejs/vite-plugin-svelte';
import { fileURLToPath } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';
import { createServer, type ViteDevServer } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { accessible, button, dialog, field, openBrowser, person, photographAll, sees } from './person.ts';
import { sure } from './sure.ts';
import { optional, problems, ui } from './words.ts';

let vite: ViteDevServer | undefined;
let browser: Browser | undefined;
let page: Page;

beforeAll(async () => {
  const root = fileURLToPath(new URL('..', import.meta.url));
  vite = await createServer({
    root,
    configFile: false,
    logLevel: 'error',
    cacheDir: 'node_modules/.vite-controls',
    plugins: [svelte({ configFile: false })],
    resolve: { alias: { $lib: `${root}src/lib` } },
    server: { host: '127.0.0.1', port: 0, hmr: false },
  });
  await vite.listen();
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await vite?.close();
});

beforeEach(async () => {
  const url = sure(vite?.resolvedUrls?.local[0], 'the page of the controls');
  page = await person(sure(browser, 'the browser'), url, 'controls');
  await page.goto('browser/controls/');
  await page.getByRole('heading', { name: 'Controls' }).waitFor();
});

afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await photographAll();
  await page.context().close();
});

const press = async (...keys: string[]) => {
  for (const key of keys) await page.keyboard.press(key);
};
const focused = (one: Locator) => one.evaluate((element) => element === document.activeElement);
const holdsFocus = (one: Locator) => expect.poll(() => focused(one)).toBe(true);
const done = () => page.getByRole('status', { name: 'Done' }).innerText();
const says = (text: string) => expect.poll(done).toBe(text);
/** What a screen reader says after the name. */
const described = (one: Locator) =>
  one.evaluate((element) =>
    (element.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent.trim() ?? '')
      .join(' '),
  );

test('axe finds no fault with the controls, nor with their faults', async () => {
  await accessible(page);
  await button(page, 'Save').press('Enter');
  await accessible(page);
});

test('a busy button keeps its focus and takes no second press', async () => {
  const send = button(page, 'Send');
  await send.focus();
  await press('Enter', 'Enter', 'Space');
  await says('pressed');
  expect(await send.getAttribute('aria-disabled')).toBe('true');
  await holdsFocus(send);
  await button(page, 'End').press('Enter');
  await send.press('Space');
  await says('pressed; pressed');
});

test('a button of an icon alone has a name, and one that leads elsewhere is a link', async () => {
  await button(page, 'Throw away').press('Space');
  await says('thrown');
  await page.getByRole('link', { name: 'Elsewhere', exact: true }).press('Enter');
  expect(new URL(page.url()).hash).toBe('#here');
  expect(await button(page, 'Not now').isDisabled()).toBe(true);
});

test('a form tells all its faults at once, each at its field, and takes the focus to the first', async () => {
  const [name, room] = [field(page, 'Name'), field(page, 'Room')];
  expect(await described(name)).toBe('As on the card');
  await button(page, 'Save').press('Enter');
  await holdsFocus(name);
  expect(await described(name)).toBe('As on the card Missing');
  expect(await described(room)).toBe('Missing');
  expect(await room.getAttribute('aria-invalid')).toBe('true');
  await page.keyboard.type('Ada');
  await press('Enter');
  await holdsFocus(room);
  await press('R');
  expect(await room.getAttribute('aria-invalid')).toBeNull();
  await button(page, 'Save').press('Enter');
  await says('Ada, Room 11, false');
});

test('required is what must be filled in, optional what may be left empty, and the rest neither', async () => {
  const required = (label: string) => field(page, label).evaluate((one: HTMLInputElement) => one.required);
  expect(await Promise.all(['Name', 'Room'].map(required))).toEqual([true, true]);
  const others = [optional('Note'), optional('Second room'), 'Whom', 'Find'];
  expect(await Promise.all(others.map(required))).toEqual([false, false, false, false]);
});

test('a password is shown on demand, and the button says so', async () => {
  const password = field(page, 'Password');
  await password.fill('secret');
  expect(await password.getAttribute('type')).toBe('password');
  await password.focus();
  await press('Tab', 'Enter');
  expect(await password.getAttribute('type')).toBe('text');
  await holdsFocus(button(page, ui.hide_password));
});

test('a box is ticked and a choice is made by the keyboard', async () => {
  const agreed = page.getByRole('checkbox', { name: 'Agreed', exact: true });
  await agreed.press('Space');
  expect(await agreed.isChecked()).toBe(true);
  const reasons = page.getByRole('group', { name: 'Reason', exact: true });
  await press('Tab', 'Space', 'ArrowDown');
  expect(await reasons.getByRole('radio', { name: 'Power', exact: true }).isChecked()).toBe(true);
  await press('Tab');
  await holdsFocus(button(page, 'Save'));
});

test('arrows move between tabs, of which one alone is in the order of the keyboard', async () => {
  const tab = (name: string | RegExp) => page.getByRole('tablist', { name: 'Views' }).getByRole('tab', { name });
  await tab('First').focus();
  await press('ArrowRight');
  await holdsFocus(tab('Second'));
  await sees(page.getByRole('tabpanel', { name: 'Second' }).getByText('What is second'));
  await press('ArrowRight', 'ArrowRight');
  await holdsFocus(tab('First'));
  await press('End');
  await holdsFocus(tab('Third'));
  expect(await tab('Third').getAttribute('aria-selected')).toBe('true');
  await press('Home', 'Tab');
  await holdsFocus(button(page, 'Write'));
});

test('a dialog begins at what is to be filled in, keeps the focus inside, and gives it back', async () => {
  const write = button(page, 'Write');
  await write.press('Enter');
  const writing = dialog(page, 'Writing');
  await holdsFocus(field(writing, 'Text'));
  await accessible(page);
  for (let n = 0; n < 4; n += 1) {
    await press('Tab');
    // Out of the dialog the one way is to the browser's own bars.
    expect(await page.evaluate(() => document.activeElement?.matches('body, dialog, dialog *'))).toBe(true);
  }
  await press('Escape');
  await writing.waitFor({ state: 'detached' });
  await holdsFocus(write);
  await says('closed');
});

test('a dialog that must be answered does not close by Escape', async () => {
  await button(page, 'Answer').press('Enter');
  const answering = dialog(page, 'Answering');
  await holdsFocus(answering.getByRole('heading', { name: 'Answering' }));
  await press('Escape', 'Escape');
  await sees(answering);
  expect(await button(answering, ui.close).count()).toBe(0);
  await button(answering, 'Understood').press('Enter');
  await answering.waitFor({ state: 'detached' });
});

test('what cannot be taken back is asked for; a failure stands in the question until it is done', async () => {
  const remove = button(page, 'Remove');
  await remove.press('Enter');
  const question = dialog(page, 'Remove it?');
  await button(question, ui.cancel).press('Enter');
  await question.waitFor({ state: 'detached' });
  await holdsFocus(remove);
  await says('');
  await press('Enter');
  await button(question, 'Remove it').press('Enter');
  await sees(question.getByRole('alert').getByText(problems.session_not_open));
  await accessible(page);
  await holdsFocus(button(question, 'Remove it'));
  await press('Enter');
  await question.waitFor({ state: 'detached' });
  await says('removed');
  await holdsFocus(remove);
});

test('a failure that was left does not stand in the next question', async () => {
  const question = dialog(page, 'Remove it?');
  await button(page, 'Remove').press('Enter');
  await button(question, 'Remove it').press('Enter');
  await sees(question.getByRole('alert'));
  await press('Escape');
  await page.getByText('It does not come back.').waitFor({ state: 'detached' });
  await button(page, 'Remove').press('Enter');
  await sees(button(question, 'Remove it'));
  expect(await question.getByRole('alert').count()).toBe(0);
});

test('a toast is said without taking the focus, and is put away by the keyboard', async () => {
  const keep = button(page, 'Keep');
  await keep.press('Enter');
  const said = page.getByRole('status').getByText('It is kept', { exact: true });
  await said.waitFor();
  await holdsFocus(keep);
  await accessible(page);
  await button(page, ui.close).press('Enter');
  await said.waitFor({ state: 'detached' });
});
