//! The way to `/api/v1`: one header against forged requests, a time-out on everything, problems as
//! typed errors, and a second try only where sending twice does no harm.
import { Problem, problemOf } from './problem';

const BASE = '/api/v1';
const TIME_OUT_MS = 15_000;
const RETRY_AFTER_MS = [300, 1_200];

export type Options = {
  /** Milliseconds until the request is given up. */
  timeout_ms?: number;
  /** How often a GET or PUT is sent again after a passing failure; 2 unless told. */
  retries?: number;
  signal?: AbortSignal;
  /** Goes out even when the page is being left. */
  keepalive?: boolean;
};

export const api = {
  get: <T>(path: string, options?: Options) => ask<T>('GET', path, undefined, options),
  put: <T>(path: string, body: unknown, options?: Options) => ask<T>('PUT', path, json(body), options),
  post: <T>(path: string, body?: unknown, options?: Options) => ask<T>('POST', path, json(body), options),
  remove: (path: string, options?: Options) => ask<void>('DELETE', path, undefined, options),
  /** Sends a file's bytes as they are. */
  upload: <T>(path: string, file: Blob, options?: Options) =>
    ask<T>('POST', path, { body: file, type: 'application/octet-stream' }, { timeout_ms: 60_000, ...options }),
};

/** The address of a document or file, for a link. */
export function address(path: string): string {
  return BASE + path;
}

type Body = { body: BodyInit; type: string } | undefined;
type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';

function json(body: unknown): Body {
  return body === undefined ? undefined : { body: JSON.stringify(body), type: 'application/json' };
}

async function ask<T>(method: Method, path: string, body: Body, options: Options = {}): Promise<T> {
  const mayRepeat = method === 'GET' || method === 'PUT';
  const retries = mayRepeat ? (options.retries ?? RETRY_AFTER_MS.length) : 0;
  for (let tried = 0; ; tried += 1) {
    try {
      return await once<T>(method, path, body, options);
    } catch (cause) {
      const again = cause instanceof Problem && cause.passing && cause.status !== 429;
      if (!again || tried >= retries || options.signal?.aborted) throw cause;
      await wait((RETRY_AFTER_MS[tried] ?? 2_000) * (0.5 + Math.random()));
    }
  }
}

async function once<T>(method: Method, path: string, body: Body, options: Options): Promise<T> {
  const limit = AbortSignal.timeout(options.timeout_ms ?? TIME_OUT_MS);
  const signal = options.signal ? AbortSignal.any([limit, options.signal]) : limit;
  let response: Response;
  try {
    response = await fetch(BASE + path, {
      method,
      headers: headers(method, body),
      body: body?.body,
      credentials: 'same-origin',
      cache: 'no-store',
      keepalive: options.keepalive,
      signal,
    });
    if (!response.ok) throw await problemOf(response);
    return (await content(response)) as T;
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    const late = limit.aborted;
    throw new Problem(late ? 'timeout' : 'network', 0, cause instanceof Error ? cause.message : '');
  }
}

function headers(method: Method, body: Body): Record<string, string> {
  const all: Record<string, string> = { Accept: 'application/json' };
  if (method !== 'GET') all['X-Jurat'] = '1';
  if (body) all['Content-Type'] = body.type;
  return all;
}

async function content(response: Response): Promise<unknown> {
  if (response.status === 204 || response.headers.get('content-length') === '0') return undefined;
  return response.json();
}

/** Waits without blocking anything. */
export function wait(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
