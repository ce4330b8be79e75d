//! The keys under which the server does a POST once (`Idempotency-Key`). A POST whose answer never came
//! may have been done: pressed again, the same one goes under the same key.

/** Pressed later than that, it is meant anew. */
const FORGOTTEN_AFTER_MS = 30_000;

type Open = { key: string; since_ms: number };
const open = new Map<string, Open>();

/** The key for a POST: that of the last try, when its answer never came, or a new one. */
export function keyFor(path: string, body?: BodyInit, now_ms = performance.now()): string {
  const what = nameOf(path, body);
  const before = what === undefined ? undefined : open.get(what);
  if (what !== undefined) open.delete(what);
  return before && now_ms - before.since_ms < FORGOTTEN_AFTER_MS ? before.key : newKey();
}

/** Nobody knows whether it was done. */
export function leftOpen(key: string, path: string, body?: BodyInit, now_ms = performance.now()) {
  const what = nameOf(path, body);
  if (what !== undefined) open.set(what, { key, since_ms: now_ms });
}

/** A file's bytes name nothing: the next one may be another. */
function nameOf(path: string, body: BodyInit | undefined): string | undefined {
  if (body === undefined) return path;
  return typeof body === 'string' ? `${path} ${body}` : undefined;
}

function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
