// The real server, started as people start it, on a free port and an empty folder.

import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const jurat = new URL('../../target/debug/jurat', import.meta.url).pathname;

export const password = 'correct horse battery';

export class Server {
  private constructor(
    readonly url: string,
    readonly folder: string,
    private readonly child: ChildProcess,
  ) {}

  /** Creates the administrator admin@jurat.example, then serves; `settings` are variables of the environment. */
  static async start(settings: Record<string, string> = {}): Promise<Server> {
    const folder = mkdtempSync(join(tmpdir(), 'jurat-browser-'));
    const env = { JURAT_DATA: folder, JURAT_LISTEN: '127.0.0.1:0', JURAT_ADMIN_PASSWORD: password };
    const admin = ['admin', 'create', '--email', 'admin@jurat.example', '--name', 'Alix Admin'];
    execFileSync(jurat, admin, { env, stdio: 'ignore' });
    const child = spawn(jurat, ['serve'], { env: { ...env, ...settings }, stdio: ['ignore', 'ignore', 'pipe'] });
    const address = await new Promise<string>((resolve, reject) => {
      child.on('exit', (code) => reject(new Error(`jurat serve ended with ${code}`)));
      createInterface({ input: child.stderr }).on('line', (line) => {
        const fields = (JSON.parse(line) as { fields: { address?: string } }).fields;
        if (fields.address) resolve(fields.address);
      });
    });
    return new Server(`http://${address}`, folder, child);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGTERM');
    await ended;
    rmSync(this.folder, { recursive: true });
  }
}
