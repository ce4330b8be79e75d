import { fr } from '../i18n/problems.fr';
import { t } from '../i18n/problems';

type Known = keyof typeof fr;

/** Why a request did not do what was asked: the server's problem+json, or what failed on the way. */
export class Problem extends Error {
  /** When it came, by the performance clock. */
  readonly at_ms = performance.now();

  constructor(
    /** The stable word of the reason, e.g. `entry_refused`; also `network`, `timeout` and `between`. */
    readonly code: string,
    /** HTTP status of the server's own answer; 0 when none came. */
    readonly status: number,
    readonly detail: string,
    /** Whatever else the problem carried, e.g. `errors` or `blockers`. */
    readonly extra: Readonly<Record<string, unknown>> = {},
    /** How long the server wants to be left alone, ms; nothing when it did not say. */
    readonly wait_ms?: number,
  ) {
    super(detail || code);
    this.name = 'Problem';
  }

  /** Whether the same request may succeed when it is sent again. */
  get passing(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }

  /** How much of the server's wait is left, whole seconds. */
  get wait_left_s(): number {
    return Math.max(0, Math.ceil(((this.wait_ms ?? 0) - (performance.now() - this.at_ms)) / 1_000));
  }

  /** Whether no answer of the server came: nothing, or one that is not its own. */
  get onTheWay(): boolean {
    return this.code === 'network' || this.code === 'timeout' || this.code === 'between';
  }

  /** What to tell the person, in their language. */
  get text(): string {
    if (this.code in fr) return t(this.code as Known);
    return t(byStatus(this.status));
  }
}

/**
 * Something between us and the server answered in its place. `what` it answered is for whoever looks after
 * the network; its status is not the server's and decides nothing.
 */
export function between(what: string): Problem {
  return new Problem('between', 0, what);
}

/** The problem that the server's problem+json tells; nothing when it is none. */
export function problemFrom(status: number, body: unknown, wait_ms?: number): Problem | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { type, title, detail, status: _, ...extra } = body as Record<string, unknown>;
  const code = /^\/problems\/(\w+)$/.exec(String(type))?.[1];
  return code === undefined ? undefined : new Problem(code, status, String(detail ?? title ?? ''), extra, wait_ms);
}

/** Any failure as a problem, so that a page has one thing to show. */
export function asProblem(cause: unknown): Problem {
  if (cause instanceof Problem) return cause;
  return new Problem('unexpected', 0, cause instanceof Error ? cause.message : String(cause));
}

function byStatus(status: number): Known {
  if (status === 0) return 'network';
  if (status === 401) return 'not_signed_in';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not_found';
  if (status === 409) return 'refused';
  if (status === 413) return 'too_large';
  if (status === 429) return 'too_many_attempts';
  if (status === 503) return 'unavailable';
  return status < 500 ? 'unreadable' : 'unexpected';
}
