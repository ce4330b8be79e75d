import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { api } from './api/client';
import { delayBeforeTry, Live } from './live';

/** The sockets that the page has opened, in order. */
let opened: Socket[] = [];
/** Whether a socket opens by itself; one that does not is given up after eight seconds. */
let lineStands: boolean;
/** What the server answers when a ticket is asked for. */
let ticket: () => Response;
/** What the page does when the browser finds its network again. */
let online: () => void;

class Socket {
  static readonly OPEN = 1;
  readyState = 0;
  onopen: () => void = () => {};
  onmessage: (event: { data: string }) => void = () => {};
  onclose: (event: { code: number }) => void = () => {};

  constructor() {
    opened.push(this);
    if (lineStands) queueMicrotask(() => this.open());
  }

  open() {
    this.readyState = Socket.OPEN;
    this.onopen();
  }

  send() {}

  close(code = 1005) {
    this.readyState = 3;
    this.onclose({ code });
  }
}

const ours = (status: number, body: string, media = 'application/json') =>
  new Response(body, { status, headers: { 'x-jurat': '1', 'content-type': media } });
const refused = (status: number) => ours(status, '{"type":"/problems/a_code"}', 'application/problem+json');
const given = () => ours(200, '{"ticket":"t"}');

function follow() {
  const closed: number[] = [];
  const polls = { count: 0 };
  const live = new Live({
    ticket: (patience) => api.post('/attempt/socket-ticket', {}, patience),
    onMessage: () => {},
    poll: async () => (polls.count += 1),
    onClosed: (code) => closed.push(code),
  });
  return { live, closed, polls };
}

/** Lets `ms` pass, and what was asked be answered. */
const later = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  opened = [];
  lineStands = false;
  ticket = () => given();
  const nothing = { addEventListener: () => {}, removeEventListener: () => {} };
  vi.stubGlobal('window', { ...nothing, addEventListener: (_: string, does: () => void) => (online = does) });
  vi.stubGlobal('document', { ...nothing, visibilityState: 'visible' });
  vi.stubGlobal('location', { protocol: 'https:', host: 'jurat.example' });
  vi.stubGlobal('WebSocket', Socket);
  vi.stubGlobal('fetch', async () => ticket());
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A page whose socket stood and has closed with `code`. */
async function closedWith(code: number) {
  const page = follow();
  await later(0);
  opened[0]?.open();
  opened[0]?.close(code);
  await later(0);
  return page;
}

describe('a socket that has closed', () => {
  test('is opened again at once when the line broke', async () => {
    const { live } = await closedWith(1006);
    await later(500);
    expect(opened).toHaveLength(2);
    live.stop();
  });

  test('is opened again in a few seconds, not by all at once, when the server ends', async () => {
    const { live } = await closedWith(4012);
    await later(990);
    expect(opened).toHaveLength(1);
    await later(5_000);
    expect(opened).toHaveLength(2);
    expect(delayBeforeTry(0, 4012, 0)).toBe(1_000);
    expect(delayBeforeTry(0, 4012, 1)).toBe(5_000);
    live.stop();
  });

  test('leaves its place to newer pages for half a minute, and asks over HTTP meanwhile', async () => {
    const { live, polls } = await closedWith(1008);
    await later(29_000);
    expect(opened).toHaveLength(1);
    expect(polls.count).toBeGreaterThanOrEqual(5);
    live.stop();
  });

  test('is opened again without the wait when the network is back', async () => {
    ticket = () => refused(503);
    const { live } = follow();
    await later(30_000);
    ticket = () => given();
    online();
    await later(0);
    expect(opened).toHaveLength(1);
    live.stop();
  });

  test.each([
    [1008, 29_000],
    [4012, 990],
  ])('keeps the wait that the server wants when the network is back (%i)', async (code, wait_ms) => {
    const { live, polls } = await closedWith(code);
    online();
    await later(wait_ms);
    expect(opened).toHaveLength(1);
    expect(polls.count).toBeGreaterThan(0);
    live.stop();
  });

  test.each([4001, 4003, 4009])('stays closed when the right is lost (%i)', async (code) => {
    const { closed, polls } = await closedWith(code);
    await later(120_000);
    expect(opened).toHaveLength(1);
    expect(closed).toEqual([code]);
    expect(polls.count).toBe(0);
  });
});

describe('a page that may not listen', () => {
  test.each([
    [401, 4001],
    [403, 4003],
    [404, 4003],
  ])('asks for no second ticket after a %i', async (status, code) => {
    ticket = () => refused(status);
    const { closed } = follow();
    await later(120_000);
    expect(closed).toEqual([code]);
    expect(opened).toHaveLength(0);
  });

  test.each([200, 401, 403, 404, 451])(
    'comes back while something else answers in the place of the server (%i)',
    async (status) => {
      ticket = () => new Response('<html></html>', { status, headers: { 'content-type': 'text/html' } });
      const { live, closed } = follow();
      await later(60_000);
      lineStands = true;
      ticket = given;
      await later(9_000);
      expect(opened).toHaveLength(1);
      expect(closed).toEqual([]);
      live.stop();
    },
  );

  test('comes back for ever while the server cannot answer', async () => {
    ticket = () => refused(503);
    const { live, closed } = follow();
    await later(120_000);
    lineStands = true;
    ticket = () => given();
    await later(9_000);
    expect(opened).toHaveLength(1);
    expect(closed).toEqual([]);
    live.stop();
  });
});
