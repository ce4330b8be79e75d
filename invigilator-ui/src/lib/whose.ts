//! Watches whether this browser still belongs to whom the page was opened for. The server refuses what is
//! meant for another in any case; this tells the person before they have written for nothing.
import { addressee, standing, type Addressee } from './api/addressee.svelte';
import { api } from './api/client';
import type { AttemptView, Me } from './api/types';

const CHANNEL = 'jurat.whose';
/** A look that takes longer tells nothing. */
const LOOK_MS = 5_000;
/** A window that is seen again says so twice. */
const TOGETHER_MS = 200;
/** A page that has stopped looks so often whether it is theirs again. */
const STOPPED_LOOKS_MS = 3_000;

export function personOf(me: Me): Addressee {
  return { kind: 'person', id: me.id, name: me.display_name };
}

export function seatOf(view: AttemptView): Addressee {
  const { attempt_id: attempt, epoch } = view;
  return { kind: 'seat', attempt, epoch, name: `${view.given_names} ${view.family_name}` };
}

/** Compares who is there with whom the page is for: it stops, goes on, or is loaded anew at the seat taken again. */
export function found(present: Addressee | undefined) {
  const { now } = addressee;
  if (!now) return;
  switch (standing(now, present)) {
    case 'same':
      return addressee.resume();
    case 'another':
      return addressee.stop();
    case 'newer_seat':
      return location.reload();
    case 'nobody':
      return; // the page finds out by itself, and says so in its own words
  }
}

let looked_ms = -Infinity;

/** Asks who is there now. An answer that does not come changes nothing. */
async function look() {
  const { now } = addressee;
  if (!now) return;
  looked_ms = performance.now();
  try {
    found(await whoIsThere(now));
  } catch {
    // the next write, or the next look, will tell
  }
}

function whoIsThere(whom: Addressee): Promise<Addressee | undefined> {
  return whom.kind === 'person' ? person() : seat();
}

async function person(): Promise<Addressee | undefined> {
  const me = await api.get('/me', {}, { whoIsThere: true, retries: 0, timeout_ms: LOOK_MS });
  return me && personOf(me);
}

async function seat(): Promise<Addressee | undefined> {
  const view = await api.get('/attempt', {}, { whoIsThere: true, retries: 0, timeout_ms: LOOK_MS });
  return view && seatOf(view);
}

/**
 * The browser's way back shows a page as it was left. Unless it is still theirs it is loaded anew, so that
 * nobody reads what another has left.
 */
export async function comeBack() {
  const { now } = addressee;
  if (!now) return;
  const present = await whoIsThere(now).catch(() => undefined);
  if (standing(now, present) === 'same') addressee.resume();
  else location.reload();
}

/** A link to a document that was looked after, on its way. */
let opening: HTMLAnchorElement | undefined;

/** A document is opened by the browser's cookie alone: first the page looks whether that is still theirs. */
async function openOwn(event: MouseEvent) {
  const link = (event.target as Element).closest?.<HTMLAnchorElement>('a[href^="/api/"]');
  if (!link || !addressee.now || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (link === opening) return;
  event.preventDefault();
  await look();
  if (addressee.stopped) return;
  opening = link;
  link.click();
  opening = undefined;
}

/** Looks when the page is seen again, when another page says that somebody came or went, and while it has stopped. */
export function watch() {
  const seen = () => {
    if (document.visibilityState === 'visible' && performance.now() - looked_ms > TOGETHER_MS) void look();
  };
  document.addEventListener('visibilitychange', seen);
  window.addEventListener('focus', seen);
  window.addEventListener('pageshow', (event) => event.persisted && void comeBack());
  setInterval(() => addressee.stopped && seen(), STOPPED_LOOKS_MS);
  channel?.addEventListener('message', () => void look());
  document.addEventListener('click', (event) => void openOwn(event));
}

const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(CHANNEL);

/** Tells the other pages of this browser that somebody has come or gone. */
export function announce() {
  channel?.postMessage('changed');
}
