import { json, type Request, type RequestHandler, type Response, Router } from 'express';
import type { Actor } from '#src/accounts/actor';
import type { Context } from '#src/context';
import { Refusal } from '#src/errors';
import { createAccess } from '#src/http/access';
import type { AnyReply, Call, Endpoint } from '#src/http/endpoint';
import { once } from '#src/http/idempotency';
import { readIfMatch, readInput } from '#src/http/read-input';
import { readUpload } from '#src/http/read-upload';
import { sendReply } from '#src/http/send-reply';

const jsonTypes = ['application/json', 'application/*+json'];

/** Serves the table: who are you, may you, does it fit, then the verb, once a key. */
export function bindEndpoints(ctx: Context, endpoints: readonly Endpoint[]): Router {
  const router = Router({ caseSensitive: true });
  const access = createAccess(ctx);
  const parseJson = json({ limit: '1mb', type: jsonTypes });
  for (const endpoint of endpoints) {
    const enter: RequestHandler = async (request, response, next) => {
      response.locals['actor'] = await access.actorOf(request, endpoint.scope);
      if (!endpoint.upload) refuseForeignType(request);
      next();
    };
    const answer: RequestHandler = (request, response) => serve(ctx, endpoint, request, response);
    router[endpoint.method](endpoint.path, enter, ...(endpoint.upload ? [] : [parseJson]), answer);
  }
  return router;
}

async function serve(ctx: Context, endpoint: Endpoint, request: Request, response: Response): Promise<void> {
  const actor = response.locals['actor'] as Actor;
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const call: Call<unknown, unknown, unknown> = {
    params: readInput(endpoint.params, { ...request.params }, 'path'),
    query: readInput(endpoint.query, { ...request.query }, 'query'),
    body: readInput(endpoint.body, endpoint.upload ? {} : (request.body ?? {}), 'body'),
    upload: readUpload(request, endpoint.upload),
    ifMatch: readIfMatch(request),
    actor,
    signal: gone.signal,
  };
  const run = async (): Promise<AnyReply> => checkReply(ctx, endpoint, await endpoint.run(ctx, call));
  await sendReply(ctx, request, response, await once(ctx, actor, request, String(response.locals['requestId']), run));
}

function refuseForeignType(request: Request): void {
  if (request.is(jsonTypes) === false && request.get('content-length') !== '0') {
    throw new Refusal('unsupported-type', 'Send JSON: Content-Type: application/json.');
  }
}

/** In tests an answer that the table does not promise is a bug; in production its check would only cost time. */
function checkReply(ctx: Context, endpoint: Endpoint, reply: AnyReply): AnyReply {
  if (!ctx.config.isTest) return reply;
  const promised = endpoint.answers[reply.status];
  const place = `${endpoint.method} ${endpoint.path} answered ${reply.status}`;
  if (promised === undefined) throw new Error(`${place}, which its table does not promise`);
  if (reply.kind === 'json' && promised !== null && 'safeParse' in promised) {
    const parsed = promised.safeParse(reply.body);
    if (!parsed.success) throw new Error(`${place} with another body than promised: ${parsed.error.message}`);
  }
  return reply;
}
