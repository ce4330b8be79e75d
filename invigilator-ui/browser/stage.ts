// One server, one browser and one world for all tests of a file.

import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { openBrowser, person } from './person.ts';
import { Server } from './server.ts';
import { World } from './world.ts';

export type Stage = {
  readonly world: World;
  /** A browser of its own with one page. */
  tab: (who: string, more?: BrowserContextOptions) => Promise<Page>;
};

/** Sets the stage before the first test of the file and clears it after the last. */
export function stage(settings?: Record<string, string>): Stage {
  let server: Server | undefined;
  let browser: Browser | undefined;
  let world: World | undefined;
  const set = <T>(one: T | undefined): T => {
    if (one === undefined) throw new Error('the stage is not set');
    return one;
  };
  beforeAll(async () => {
    server = await Server.start(settings);
    [world, browser] = await Promise.all([World.set(server), openBrowser()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });
  return {
    get world() {
      return set(world);
    },
    tab: (who, more) => person(set(browser), set(server).url, who, more),
  };
}
