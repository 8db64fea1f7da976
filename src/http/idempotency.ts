import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import type { Request } from 'express';
import type { Actor } from '#src/accounts/actor';
import { type Claim, claimRequest, type StoredAnswer } from '#src/accounts/claim-request';
import type { Context } from '#src/context';
import { Refusal } from '#src/errors';
import { type AnyReply, reply } from '#src/http/endpoint';
import { problemOf } from '#src/http/problem';

/**
 * `Idempotency-Key` on PUT and POST (draft-ietf-httpapi-idempotency-key-header): the same key and request get the first answer again for
 * 24 hours. An answer of 500 and above is not kept: then nothing is known to be done.
 */
export async function once(
  ctx: Context,
  actor: Actor,
  request: Request,
  requestId: string,
  run: () => Promise<AnyReply>,
): Promise<AnyReply> {
  const key = keyOf(request);
  if (key === undefined) return run();
  const seal = sealOf(request, key);
  const outcome = await claimRequest(ctx, { caller: `${actor.kind}:${actor.id}`, key }, hashOf(request));
  switch (outcome.kind) {
    case 'claimed':
      return runClaimed(outcome.claim, seal, requestId, run);
    case 'answered':
      return replay(outcome.answer, seal);
    case 'running':
      throw new Refusal('conflict', 'The request with this Idempotency-Key still runs.', { extra: { retryAfterSeconds: 1 } });
    case 'another-request':
      throw new Refusal('invalid', 'This Idempotency-Key was used for another request.', {
        faults: [{ pointer: '', detail: 'The Idempotency-Key came with another request before: make a new key for each.' }],
      });
  }
}

function keyOf(request: Request): string | undefined {
  if (request.method !== 'PUT' && request.method !== 'POST') return undefined;
  const header = request.get('idempotency-key');
  if (header === undefined) return undefined;
  const key = header.replace(/^"(.*)"$/, '$1');
  if (key !== '' && key.length <= 255 && /^[\x21-\x7e]+$/.test(key)) return key;
  throw new Refusal('invalid', 'The Idempotency-Key does not fit.', {
    faults: [{ pointer: '', detail: 'The Idempotency-Key is 1 to 255 visible ASCII characters, such as a UUID.' }],
  });
}

async function runClaimed(claim: Claim, seal: Seal, requestId: string, run: () => Promise<AnyReply>): Promise<AnyReply> {
  try {
    const answer = await run();
    await (answer.kind === 'json' ? claim.finish(stored(answer, seal)) : claim.letGo());
    return answer;
  } catch (error) {
    const { status, headers, body } = problemOf(error, requestId);
    await (error instanceof Refusal && status < 500 ? claim.finish({ status, headers, body: seal.close(body) }) : claim.letGo());
    throw error;
  }
}

function stored(answer: Extract<AnyReply, { kind: 'json' }>, seal: Seal): StoredAnswer {
  const headers = { ...answer.headers };
  if (answer.etag !== undefined) headers['ETag'] = `"${answer.etag}"`;
  if (answer.location !== undefined) headers['Location'] = answer.location;
  return { status: answer.status, headers, body: seal.close(answer.body) };
}

function replay({ status, headers, body }: StoredAnswer, seal: Seal): AnyReply {
  return reply(status, seal.open(body), { headers: { ...headers, 'Idempotent-Replayed': 'true' } });
}

function hashOf(request: Request): Buffer {
  const body: unknown = request.body;
  return createHash('sha256')
    .update(`${request.method} ${request.originalUrl}\n${request.get('content-length') ?? ''}\n${JSON.stringify(body) ?? ''}`)
    .digest();
}

interface Seal {
  close(body: unknown): string;
  open(sealed: unknown): unknown;
}

/** A kept answer may hold a new key or a reader's address: only who sends the same credentials and Idempotency-Key can open it. */
function sealOf(request: Request, idempotencyKey: string): Seal {
  const key = Buffer.from(hkdfSync('sha256', request.get('authorization') ?? '', idempotencyKey, 'kept answer', 32));
  return {
    close(body) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const sealed = Buffer.concat([cipher.update(JSON.stringify(body)), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
    },
    open(sealed) {
      const bytes = Buffer.from(String(sealed), 'base64');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAuthTag(bytes.subarray(12, 28));
      return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString()) as unknown;
    },
  };
}
