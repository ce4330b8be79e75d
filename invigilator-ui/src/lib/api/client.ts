//! The way to `/api/v1`: one header against forged requests, one that says for whom the page was opened,
//! a time-out on everything, problems as typed errors, and no belief in answers that are not the server's.
//! A passing failure is tried again, which does no harm: GET and PUT mean the same twice, and a POST
//! carries an `Idempotency-Key`, under which the server does it once.
import { addressee, headerOf } from './addressee.svelte';
import { contentOf } from './answer';
import { keyFor, leftOpen } from './keys';
import { mayPass, soon } from './patience';
import {
  BASE,
  pathTo,
  type Arguments,
  type Given,
  type List,
  type One,
  type PathOf,
  type Told,
  type Upload,
  type Verb,
  type Versioned,
} from './path';
import { Problem } from './problem';

const TIME_OUT_MS = 15_000;
const RETRIES = 2;

export type Options = {
  /** Milliseconds until the request is given up. */
  timeout_ms?: number;
  /** How often it is sent again after a passing failure; 2 unless told. A POST with 0 has no key. */
  retries?: number;
  signal?: AbortSignal;
  /** The version that a change was made on, for `If-Match`. */
  version?: number;
  /** Goes out even when the page is being left. */
  keepalive?: boolean;
  /** Asks who is there now, whoever it is; the one thing that a page asks which has stopped. */
  whoIsThere?: boolean;
};

/** What comes after a path: what it is given, by name, and how it is sent. */
type Rest<V extends Verb, P extends string> = Arguments<Given<V, P>, Options>;

/** A path as the API's description writes it; the types of what it is given and of what it answers follow. */
export const api = {
  get: <P extends PathOf<'get'>>(path: P, ...[given, options]: Rest<'get', P>) =>
    ask<Told<'get', P>>('GET', path, given, options),
  /** A whole list, gathered part by part as its links lead. */
  all: <P extends List>(path: P, ...[given, options]: Rest<'get', P>) => gather<One<P>>(path, given, options),
  /** One part of a list, and whether a link leads on. */
  part: <P extends List>(path: P, ...[given, options]: Rest<'get', P>) => partOf<One<P>>(path, given, options),
  put: <P extends Exclude<PathOf<'put'>, Versioned>>(path: P, ...[given, options]: Rest<'put', P>) =>
    ask<Told<'put', P>>('PUT', path, given, options),
  /** Changes what was seen as `version`; a 412 says that somebody else was faster. */
  putOver: <P extends Versioned>(version: number, path: P, given: Given<'put', P>) =>
    ask<Told<'put', P>>('PUT', path, given, { version, retries: 0 }),
  post: <P extends Exclude<PathOf<'post'>, Upload>>(path: P, ...[given, options]: Rest<'post', P>) =>
    ask<Told<'post', P>>('POST', path, given, options),
  remove: <P extends PathOf<'delete'>>(path: P, ...[given, options]: Rest<'delete', P>) =>
    ask<Told<'delete', P>>('DELETE', path, given, options),
  /** Sends a file's bytes as they are. */
  upload: <P extends Upload>(path: P, given: Given<'post', P>) =>
    ask<Told<'post', P>>('POST', path, given, { timeout_ms: 60_000 }),
};

/** The address of a document or file, for a link. */
export function address<P extends PathOf<'get'>>(path: P, ...[given]: Arguments<Given<'get', P>, never>): string {
  return BASE + pathTo(path, given);
}

type Body = { body: BodyInit; type: string } | undefined;
type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';
type Names = Readonly<Record<string, unknown>>;

/** A file goes as it is, all else as JSON. */
function bodyOf({ body }: Names): Body {
  if (body === undefined) return undefined;
  if (body instanceof Blob) return { body, type: 'application/octet-stream' };
  return { body: JSON.stringify(body), type: 'application/json' };
}

/** A part of a list. */
export type Part<T> = { items: T[]; /** Whether the list goes on. */ more: boolean };

/** What was answered, and where the list goes on. */
type Answer<T> = { content: T; next?: string };

async function ask<T>(method: Method, path: string, given: Names = {}, options?: Options): Promise<T> {
  return (await patiently<T>(method, pathTo(path, given), bodyOf(given), options)).content;
}

async function partOf<T>(path: string, given: Names = {}, options?: Options): Promise<Part<T>> {
  const { content, next } = await patiently<T[]>('GET', pathTo(path, given), undefined, options);
  return { items: content, more: next !== undefined };
}

async function gather<T>(path: string, given: Names = {}, options?: Options): Promise<T[]> {
  const whole: T[] = [];
  for (let at: string | undefined = pathTo(path, given); at !== undefined;) {
    const part: Answer<T[]> = await patiently<T[]>('GET', at, undefined, options);
    whole.push(...part.content);
    at = part.next;
  }
  return whole;
}

async function patiently<T>(method: Method, path: string, body: Body, options: Options = {}): Promise<Answer<T>> {
  const retries = options.retries ?? RETRIES;
  const key = method === 'POST' && retries > 0 ? keyFor(path, body?.body) : undefined;
  for (let tried = 0; ; tried += 1) {
    try {
      return await once<T>(method, path, body, { ...options, key });
    } catch (cause) {
      if (!(cause instanceof Problem)) throw cause;
      if (!mayPass(cause) || tried >= retries || options.signal?.aborted) {
        if (key && cause.onTheWay) leftOpen(key, path, body?.body);
        throw cause;
      }
      await wait(soon(tried, cause));
    }
  }
}

async function once<T>(
  method: Method,
  path: string,
  body: Body,
  options: Options & { key?: string },
): Promise<Answer<T>> {
  if (addressee.stopped && !options.whoIsThere) throw new Problem('meant_for_another', 409, '');
  const limit = AbortSignal.timeout(options.timeout_ms ?? TIME_OUT_MS);
  const signal = options.signal ? AbortSignal.any([limit, options.signal]) : limit;
  try {
    const response = await fetch(BASE + path, {
      method,
      headers: headers(method, body, options),
      body: body?.body,
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'manual',
      keepalive: options.keepalive,
      signal,
    });
    return { content: (await contentOf(response)) as T, next: nextOf(response) };
  } catch (cause) {
    if (!(cause instanceof Problem)) {
      throw new Problem(limit.aborted ? 'timeout' : 'network', 0, cause instanceof Error ? cause.message : '');
    }
    if (cause.code === 'meant_for_another') addressee.stop();
    throw cause;
  }
}

function headers(
  method: Method,
  body: Body,
  { key, version, whoIsThere }: Options & { key?: string },
): Record<string, string> {
  const all: Record<string, string> = { Accept: 'application/json' };
  if (method !== 'GET') all['X-Jurat'] = '1';
  if (addressee.now && !whoIsThere) all['X-Jurat-For'] = headerOf(addressee.now);
  if (key) all['Idempotency-Key'] = key;
  if (version !== undefined) all['If-Match'] = `"${version}"`;
  if (body) all['Content-Type'] = body.type;
  return all;
}

/** The address of the next part of a list (RFC 8288). */
function nextOf(response: Response): string | undefined {
  const [, address] = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get('link') ?? '') ?? [];
  return address?.slice(BASE.length);
}

/** Waits without blocking anything. */
export function wait(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
