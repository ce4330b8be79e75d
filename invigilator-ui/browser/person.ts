// One person at one browser: a context of its own, and an eye for accessibility on every page.

import AxeBuilder from '@axe-core/playwright';
import { mkdirSync } from 'node:fs';
import { chromium, type Browser, type BrowserContextOptions, type Locator, type Page } from 'playwright-core';
import { expect } from 'vitest';

const quiet = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--disable-quic',
];
const results = new URL('../test-results/', import.meta.url).pathname;
const everyone = new Map<string, Page>();

export async function openBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', ...quiet] });
}

/** A new browser context for `who` with one page; English unless told. */
export async function person(
  browser: Browser,
  url: string,
  who: string,
  more: BrowserContextOptions = {},
): Promise<Page> {
  const usual = { locale: 'en-GB', viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' } as const;
  const context = await browser.newContext({ baseURL: url, ...usual, ...more });
  context.setDefaultTimeout(15_000);
  return tab(await context.newPage(), who);
}

/** Another tab of the same browser: it has the same cookies. */
export async function anotherTab(page: Page, who: string): Promise<Page> {
  return tab(await page.context().newPage(), who);
}

function tab(page: Page, who: string): Page {
  page.on('pageerror', (error) => {
    throw error;
  });
  everyone.set(who, page);
  return page;
}

/** Keeps a picture of every page, to see where a day went wrong. */
export async function photographAll(): Promise<void> {
  mkdirSync(results, { recursive: true });
  for (const [who, page] of everyone) {
    await page.screenshot({ path: `${results}${who}.png`, fullPage: true }).catch(() => undefined);
  }
}

/** Waits until all of these are seen. */
export async function sees(...all: Locator[]): Promise<void> {
  for (const one of all) await one.waitFor();
}

/** The heading with just this name. */
export function heading(page: Page, name: string): Locator {
  return page.getByRole('heading', { name, exact: true });
}

/** The button with just this name. */
export function button(within: Page | Locator, name: string): Locator {
  return within.getByRole('button', { name, exact: true });
}

/** The link with just this name. */
export function link(within: Page | Locator, name: string): Locator {
  return within.getByRole('link', { name, exact: true });
}

/** The text field with just this label. */
export function field(within: Page | Locator, label: string): Locator {
  return within.getByLabel(label, { exact: true });
}

/** The dialog with just this title. */
export function dialog(page: Page, title: string): Locator {
  return page.getByRole('dialog', { name: title, exact: true });
}

/** The page as it stands now has no fault that axe can find (WCAG 2.2 A and AA). */
export async function accessible(page: Page): Promise<void> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ')}`);
  expect(told, page.url()).toEqual([]);
}

/** The same holds on a phone, in the dark. */
export async function accessibleOnDarkPhone(page: Page): Promise<void> {
  const usual = page.viewportSize();
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 390, height: 844 });
  await accessible(page);
  if (usual) await page.setViewportSize(usual);
  await page.emulateMedia({ colorScheme: 'light' });
}
