// Printed matter: files that a page gives, what stands in them, the QR code on them.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { jurat } from './server.ts';

/** The file that a click downloads. */
export async function downloaded(page: Page, click: () => Promise<void>): Promise<string> {
  const download = page.waitForEvent('download');
  await click();
  return (await download).path();
}

/** The PDF that a click opens in a tab of its own. */
export async function opened(page: Page, click: () => Promise<void>): Promise<Buffer> {
  const popup = page.waitForEvent('popup');
  const response = page.context().waitForEvent('response', (one) => one.url().includes('.pdf'));
  await click();
  const address = (await response).url();
  await (await popup).close();
  const answer = await page.request.get(address);
  expect([answer.status(), answer.headers()['content-type']]).toEqual([200, 'application/pdf']);
  return answer.body();
}

/** The words of a PDF, however its lines break. */
export function textOf(pdf: string | Buffer): string {
  const [from, input] = typeof pdf === 'string' ? [pdf] : ['-', pdf];
  return execFileSync('pdftotext', [from, '-'], { encoding: 'utf8', input }).replace(/\s+/g, ' ');
}

/** What a phone reads of a PDF's first page, printed at 150 dots an inch. */
export function qrOf(pdf: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'jurat-qr-'));
  try {
    const picture = join(folder, 'page');
    execFileSync('pdftoppm', ['-r', '150', '-png', '-singlefile', pdf, picture]);
    return execFileSync('zbarimg', ['--raw', '-q', `${picture}.png`], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `jurat verify` on a PDF or a QR code's text, with the published keys alone. */
export function proven(what: string, keys: string): { status: number | null; told: string } {
  const done = spawnSync(jurat, ['verify', '--keys', keys, what], { encoding: 'utf8', cwd: tmpdir() });
  expect(done.error).toBeUndefined();
  return { status: done.status, told: `${done.stdout}${done.stderr}` };
}
