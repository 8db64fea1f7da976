import type { ErrorRequestHandler, Request, Response } from 'express';
import type { Context } from '#src/context';
import { isDatabaseAway } from '#src/db/client';
import { type Fault, Refusal, type RefusalCode } from '#src/errors';
import { errorPage } from '#src/http/error-page';

/** The only place that knows status codes of refusals. */
const statuses: Record<RefusalCode | 'bad-json' | 'internal', [number, string]> = {
  'bad-json': [400, 'The body cannot be read'],
  'not-signed-in': [401, 'Who are you?'],
  'not-allowed': [403, 'Not allowed'],
  'not-found': [404, 'Not found'],
  'wrong-state': [409, 'Not in this state'],
  'checks-blocked': [409, 'The checks block it'],
  'recipients-changed': [409, 'The number of recipients is another'],
  'already-sending': [409, 'It is being sent already'],
  suppressed: [409, 'The address is suppressed'],
  conflict: [409, 'Conflict'],
  gone: [410, 'Gone'],
  'version-changed': [412, 'Somebody else changed it'],
  'too-large': [413, 'Too large'],
  'unsupported-type': [415, 'Unsupported media type'],
  invalid: [422, 'The input does not fit'],
  'too-many-requests': [429, 'Too many requests'],
  internal: [500, 'Something broke on our side'],
  unavailable: [503, 'Unavailable for the moment'],
};
type ProblemCode = keyof typeof statuses;

/** RFC 9457, with our `code` and the faults of the input. */
interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: ProblemCode;
  instance: string;
  errors: Fault[];
}

export interface Problem {
  status: number;
  headers: Record<string, string>;
  body: ProblemBody & Record<string, unknown>;
}

/** Every problem's code with its status and title, for the documentation. */
export const problemTitles: readonly (readonly [code: string, status: number, title: string])[] = Object.entries(statuses).map(
  ([code, [status, title]]) => [code, status, title],
);

/** What the caller may know of `error`: all of a refusal, nothing of a bug. */
export function problemOf(error: unknown, requestId: string): Problem {
  const { code, detail, faults, extra } = explain(error);
  const [status, title] = statuses[code];
  const { retryAfterSeconds, ...members } = extra;
  const headers: Record<string, string> = { 'Content-Type': 'application/problem+json; charset=utf-8', 'Cache-Control': 'no-store' };
  if (status === 429 || status === 503)
    headers['Retry-After'] = `${typeof retryAfterSeconds === 'number' ? retryAfterSeconds : status === 429 ? 60 : 5}`;
  if (status === 401) headers['WWW-Authenticate'] = 'Bearer realm="Israel Briefing"';
  const body = { ...members, type: `/docs#${code}`, title, status, detail, code, instance: `urn:uuid:${requestId}`, errors: faults };
  return { status, headers, body };
}

/** The last middleware: a problem for programs, a page for people. Bugs are logged with their cause. */
export function answerProblems(ctx: Context): ErrorRequestHandler {
  return (error: unknown, request: Request, response: Response, _next) => {
    const requestId = String(response.locals['requestId']);
    const problem = problemOf(error, requestId);
    if (problem.status >= 500)
      ctx.log.error({ err: error, requestId, method: request.method, route: routeOf(request) }, problem.body.title);
    if (response.headersSent) {
      response.destroy(); // half an answer must not look like a whole one
      return;
    }
    response.status(problem.status).set(problem.headers);
    const isForPeople = !request.path.startsWith('/v1/') && request.accepts(['json', 'html']) === 'html';
    if (isForPeople) response.type('html').send(errorPage(ctx, request, problem));
    else response.send(JSON.stringify(problem.body));
  };
}

type Explained = { code: ProblemCode; detail: string; faults: Fault[]; extra: Record<string, unknown> };

function explain(error: unknown): Explained {
  if (error instanceof Refusal) return { code: error.code, detail: error.message, faults: error.faults, extra: error.extra };
  const { code, type } = (error ?? {}) as { code?: unknown; type?: unknown };
  if (isDatabaseAway(error)) return told('unavailable', 'The database does not answer. Try again in a few seconds.');
  if (code === '53100' || code === 'ENOSPC') return told('unavailable', 'The disk is full.', { retryAfterSeconds: 60 });
  if (code === '25006' || code === '57014') return told('unavailable', 'The database is busy. Try again in a few seconds.');
  if (code === '22021' || code === '22P05') return told('invalid', 'A text has a NUL character, which cannot be stored.');
  if (typeof code === 'string' && code.startsWith('Z_'))
    return told('bad-json', 'The body is not compressed as its Content-Encoding says.');
  if (typeof type === 'string') return bodyProblem(type) ?? told('internal', internalDetail);
  return error instanceof URIError ? told('not-found', 'The address cannot be read.') : told('internal', internalDetail);
}

const told = (code: ProblemCode, detail: string, extra = {}): Explained => ({ code, detail, faults: [], extra });
const internalDetail = 'What you asked for may not have been done. The instance names this request in our log.';

/** The errors of body-parser, by their `type`. */
function bodyProblem(type: string): Explained | undefined {
  if (type === 'entity.parse.failed') return told('bad-json', 'The body is not JSON (RFC 8259), or no object.');
  if (type === 'entity.too.large' || type === 'parameters.too.many')
    return told('too-large', 'The body is larger than this address takes.');
  if (type === 'charset.unsupported' || type === 'encoding.unsupported')
    return told('unsupported-type', 'Send UTF-8, plain, gzip, deflate or br.');
  if (type.startsWith('request.') || type.startsWith('stream.') || type.startsWith('entity.'))
    return told('bad-json', 'The body did not arrive whole.');
  return undefined;
}

/** The pattern, not the path: a path may hold a reader's token. */
function routeOf(request: Request): string {
  return (request.route as { path?: string } | undefined)?.path ?? 'no route';
}
