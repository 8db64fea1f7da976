import type { z } from 'zod';
import type { Actor } from '#src/accounts/actor';
import type { Scope } from '#src/accounts/scopes';
import type { Context } from '#src/context';

/**
 * One line of the API's table: who may call it, what it takes, what it answers, the verb. `bind-endpoints.ts` serves it and `openapi.ts`
 * describes it, both from here. Schemas of what comes in are strict objects: an unknown field is a fault with a pointer.
 *
 * `answers` names every success: status → schema of the JSON body, `null` for none, or the media types of a body that is not JSON.
 */
export interface Endpoint {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** Express path: `/v1/articles/:id`. */
  path: string;
  summary: string;
  scope: Scope;
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  /** A body that is streamed to the verb as `call.upload` instead of being parsed. */
  upload?: Upload;
  answers: Answers;
  run(ctx: Context, call: Call<unknown, unknown, unknown>): Promise<AnyReply>;
}

export interface Call<Params, Query, Body> {
  params: Params;
  query: Query;
  body: Body;
  upload: AsyncIterable<Buffer>;
  /** The version of `If-Match`; null when absent or `*`. One that names no version of ours is -1, which no row has. */
  ifMatch: number | null;
  actor: Actor;
  /** Aborted when the caller goes away. */
  signal: AbortSignal;
}

export interface Upload {
  types: readonly string[];
  maxBytes: number;
}

type Answer = z.ZodType | readonly string[] | null;
export type Answers = Record<number, Answer>;

export interface Reply<Status extends number, Body> extends ReplyHeaders {
  kind: 'json';
  status: Status;
  body: Body;
}

/** A body that is not JSON: whole, or made piece by piece (CSV, server-sent events). */
export interface MediaReply<Status extends number> extends ReplyHeaders {
  kind: 'media';
  status: Status;
  type: string;
  content: string | Buffer | AsyncIterable<string | Buffer>;
}

export type AnyReply = Reply<number, unknown> | MediaReply<number>;

interface ReplyHeaders {
  /** The row's version: sent as the ETag. */
  etag?: number | undefined;
  location?: string | undefined;
  headers?: Record<string, string> | undefined;
}

export function reply<Status extends number, Body>(status: Status, body: Body, headers: ReplyHeaders = {}): Reply<Status, Body> {
  return { kind: 'json', status, body, ...headers };
}

export function replyMedia<Status extends number>(
  status: Status,
  type: string,
  content: MediaReply<Status>['content'],
  headers: ReplyHeaders = {},
): MediaReply<Status> {
  return { kind: 'media', status, type, content, ...headers };
}

type Read<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;
type ReplyTo<Table extends Answers> = {
  [Status in keyof Table & number]: Table[Status] extends z.ZodType
    ? Reply<Status, z.input<Table[Status]>>
    : Table[Status] extends null
      ? Reply<Status, null>
      : MediaReply<Status>;
}[keyof Table & number];

interface Definition<Params, Query, Body, Table extends Answers> extends Omit<Endpoint, 'params' | 'query' | 'body' | 'answers' | 'run'> {
  params?: Params & z.ZodType;
  query?: Query & z.ZodType;
  body?: Body & z.ZodType;
  answers: Table;
  run(ctx: Context, call: Call<Read<Params>, Read<Query>, Read<Body>>): Promise<ReplyTo<Table>>;
}

/** Ties the verb's types to the schemas; the table itself forgets them. */
export function endpoint<const Table extends Answers, Params = undefined, Query = undefined, Body = undefined>(
  definition: Definition<Params, Query, Body, Table>,
): Endpoint {
  return definition;
}
