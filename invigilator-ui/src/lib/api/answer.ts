//! What of an answer is believed. Between the browser and the server stand proxies, school filters and
//! the log-in pages of networks, and each may answer in the server's place with any status. Ours is
//! what carries our header, as JSON, and an error as problem+json; of the rest nothing is believed.
import { between, type Problem, problemFrom } from './problem';

/** The header that the server adds to every answer. */
const MARK = 'x-jurat';

/** The content of a success that is ours; nothing for 204. Anything else is thrown as a problem. */
export async function contentOf(response: Response): Promise<unknown> {
  if (response.type === 'opaqueredirect' || !response.headers.has(MARK)) throw between(whatCame(response));
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return undefined;
  if (media(response) !== 'application/json') throw between(whatCame(response));
  return json(response);
}

async function problemOf(response: Response): Promise<Problem> {
  if (media(response) !== 'application/problem+json') return between(whatCame(response));
  const body = await json(response);
  return problemFrom(response.status, body, waitOf(response)) ?? between(whatCame(response));
}

/** A body that was cut off on its way is no JSON. */
async function json(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    if (cause instanceof SyntaxError) throw between(whatCame(response));
    throw cause;
  }
}

/** How long the server wants to be left alone, ms (`Retry-After` in seconds). */
function waitOf(response: Response): number | undefined {
  const seconds = Number(response.headers.get('retry-after') ?? NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined;
}

function media(response: Response): string {
  return (response.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/** For whoever looks after the network: `HTTP 403, text/html`. */
function whatCame(response: Response): string {
  if (response.type === 'opaqueredirect') return 'HTTP 3xx';
  return [`HTTP ${response.status}`, media(response)].filter(Boolean).join(', ');
}
