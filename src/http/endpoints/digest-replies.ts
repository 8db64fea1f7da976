import { z } from 'zod';
import { recordAudit } from '#src/accounts/record-audit';
import type { Context } from '#src/context';
import type { Digest } from '#src/digests/digest';
import { chosenArticles } from '#src/digests/find-digest';
import { type Call, reply } from '#src/http/endpoint';
import { digestShape, type DigestShape } from '#src/http/endpoints/digest-shapes';
import { RowId } from '#src/http/row-id';

export const digestParams = z.strictObject({ id: RowId });
export const oneDigest = '/v1/digests/:id';

export async function wholeDigest(ctx: Context, digest: Digest): Promise<DigestShape> {
  return digestShape(digest, await chosenArticles(ctx.db, digest.id), ctx.config.publicUrl);
}

/** The digest as it is now, with its version. */
export async function digestReply(ctx: Context, digest: Digest) {
  return reply(200, await wholeDigest(ctx, digest), { etag: digest.version });
}

/** The same after something was done to it, which is recorded. */
export async function digestActed(ctx: Context, { actor }: Pick<Call<unknown, unknown, unknown>, 'actor'>, action: string, digest: Digest) {
  await recordAudit(ctx.db, actor, action, `digest:${digest.id}`);
  return digestReply(ctx, digest);
}
