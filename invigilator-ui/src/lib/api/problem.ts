import { fr } from '../i18n/problems.fr';
import { t } from '../i18n/problems';

type Known = keyof typeof fr;

/** Why a request did not do what was asked: the server's problem+json, or the network's failure. */
export class Problem extends Error {
  constructor(
    /** The stable word of the reason, e.g. `entry_refused`; also `network` and `timeout`. */
    readonly code: string,
    /** HTTP status; 0 when no answer came. */
    readonly status: number,
    readonly detail: string,
    /** Whatever else the problem carried, e.g. `errors` or `blockers`. */
    readonly extra: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail || code);
    this.name = 'Problem';
  }

  /** Whether the same request may succeed when it is sent again. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }

  /** What to tell the person, in their language. */
  get text(): string {
    if (this.code in fr) return t(this.code as Known);
    return t(byStatus(this.status));
  }
}

/** Reads the problem from an answer that is not a success; never fails. */
export async function problemOf(response: Response): Promise<Problem> {
  try {
    const body = (await response.json()) as Record<string, unknown>;
    const { type, title, detail, status: _, ...extra } = body;
    const code = String(type ?? '').split('/').pop() || byStatus(response.status);
    return new Problem(code, response.status, String(detail ?? title ?? ''), extra);
  } catch {
    return new Problem(byStatus(response.status), response.status, '');
  }
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
