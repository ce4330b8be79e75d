//! Paths of the API as its description writes them, and the types that follow from one: what fills its gaps, what may
//! be asked, what is sent, what is answered. `schema.d.ts` is that description.
import type { paths } from './schema';

/** Where every path of the pages begins. */
export const BASE = '/api/v1';

export type Verb = 'get' | 'put' | 'post' | 'delete';

type Under<Full> = Full extends `${typeof BASE}${infer Rest}` ? Rest : never;
type Known = Under<keyof paths>;
type Operation<V extends Verb, P extends string> = `${typeof BASE}${P}` extends infer Full extends keyof paths
  ? Extract<paths[Full][V], { responses: unknown }>
  : never;

/** The paths at which the server knows the verb. */
export type PathOf<V extends Verb> = { [P in Known]: [Operation<V, P>] extends [never] ? never : P }[Known];
/** Those of a verb that ask for the version that a change was made on, or not. */
export type Versioned = { [P in PathOf<'put'>]: Operation<'put', P> extends Guarded ? P : never }[PathOf<'put'>];
/** Those to which a file's bytes are sent as they are. */
export type Upload = { [P in PathOf<'post'>]: Operation<'post', P> extends Bytes ? P : never }[PathOf<'post'>];
/** Those that answer with a list, whose next part may be linked. */
export type List = { [P in PathOf<'get'>]: Told<'get', P> extends readonly unknown[] ? P : never }[PathOf<'get'>];
/** One of a list. */
export type One<P extends List> = Told<'get', P> extends readonly (infer Row)[] ? Row : never;

type Guarded = { parameters: { header: { 'If-Match': string } } };
type Bytes = { requestBody: { content: { 'application/octet-stream': unknown } } };
type Json<Body> = { content: { 'application/json': Body } };

/** What is answered when all goes well; `undefined` for an answer without content. */
export type Told<V extends Verb, P extends string> = Success<Operation<V, P>['responses']>;
type Success<Answers> = { [S in keyof Answers & (200 | 201 | 204)]: Content<Answers[S]> }[keyof Answers &
  (200 | 201 | 204)];
type Content<Answer> = Answer extends Json<infer Body> ? Body : Answer extends { content?: never } ? undefined : never;

/** What a request is given, by name: what fills the path's gaps, what is asked for in its query, and the `body`. */
export type Given<V extends Verb, P extends string> = Gaps<Operation<V, P>> &
  Query<Operation<V, P>> &
  Sent<Operation<V, P>>;
type Gaps<O> = O extends { parameters: { path: infer Parts } } ? Parts : unknown;
type Query<O> = O extends { parameters: { query?: infer Asked } }
  ? [NonNullable<Asked>] extends [never]
    ? unknown
    : NonNullable<Asked>
  : unknown;
type Sent<O> = O extends Bytes
  ? { body: Blob }
  : O extends { requestBody: Json<infer Body> }
    ? { body: Body }
    : { body?: undefined };

/** The arguments after a path: what it is given may be left out where nothing has to be. */
export type Arguments<What, Options> =
  Record<never, never> extends What ? [given?: What, options?: Options] : [given: What, options?: Options];

/** The address that a path means: its gaps filled, whatever fills them escaped, and the rest as its query. */
export function pathTo(path: string, given: Readonly<Record<string, unknown>> = {}): string {
  const left = new Map(
    Object.entries(given).filter(([name, value]) => name !== 'body' && value !== undefined && value !== null),
  );
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const part = String(left.get(name) ?? '');
    left.delete(name);
    // An empty or dotted part would lead to another path.
    if (/^\.{0,2}$/.test(part)) throw new TypeError(`${path} needs its ${name}`);
    return encodeURIComponent(part);
  });
  const query = new URLSearchParams([...left].map(([name, value]) => [name, String(value)]));
  return query.size > 0 ? `${filled}?${query}` : filled;
}
