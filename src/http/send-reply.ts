import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';
import type { Context } from '#src/context';
import type { AnyReply } from '#src/http/endpoint';

/** Nothing of the API is for caches; a GET of a row may still be answered 304 by its ETag. */
export async function sendReply(ctx: Context, request: Request, response: Response, reply: AnyReply): Promise<void> {
  response.status(reply.status).set('Cache-Control', 'no-cache');
  if (reply.etag !== undefined) response.set('ETag', `"${reply.etag}"`);
  if (reply.location !== undefined) response.set('Location', reply.location);
  response.set(reply.headers ?? {});
  if (reply.kind === 'json') {
    if (reply.body === null) response.end();
    else response.type(response.get('Content-Type') ?? 'application/json').send(JSON.stringify(reply.body));
    return;
  }
  response.type(reply.type);
  if (typeof reply.content === 'string' || Buffer.isBuffer(reply.content)) {
    response.send(reply.content);
    return;
  }
  response.flushHeaders();
  if (request.method === 'HEAD') response.end();
  else await stream(ctx, reply.content, response);
}

/** A caller who leaves in the middle is no fault. */
async function stream(ctx: Context, content: AsyncIterable<string | Buffer>, response: Response): Promise<void> {
  try {
    await pipeline(Readable.from(content), response);
  } catch (error) {
    if (response.closed || (error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE') return;
    ctx.log.error({ err: error }, 'an answer broke off in the middle');
    response.destroy();
  }
}
