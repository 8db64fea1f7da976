import { sql } from 'kysely';
import type { Context } from '#src/context';
import type { ConsentKind } from '#src/db/tables';
import { Refusal } from '#src/errors';
import type { ConsentPayload } from '#src/subscribers/consent';
import { verifyConsents } from '#src/subscribers/verify-consents';

/** What a person agreed to and when. Erasure leaves the record without `payload` and `ip`. */
export interface ConsentRecord {
  id: string;
  newsletter: string;
  kind: ConsentKind;
  at: Date;
  payload: ConsentPayload | null;
  ip: string | null;
  hash: string;
}

export interface ConsentChain {
  records: ConsentRecord[];
  verified: Awaited<ReturnType<typeof verifyConsents>>;
}

/** The oldest first, and whether the whole chain is as it was written. Of an erased person too. */
export async function listConsents(
  ctx: Context,
  subscriberId: string,
  page: { after?: string | undefined; limit: number },
): Promise<ConsentChain> {
  const verified = await verifyConsents(ctx.db, subscriberId);
  const isKnown = !verified.whole || verified.records > 0 || (await exists(ctx, subscriberId));
  if (!isKnown) throw new Refusal('not-found', 'There is no such subscriber.');
  const { rows } = await sql<ConsentRecord>`
    SELECT consent.id, newsletter.slug AS newsletter, kind, at, payload, host(ip) AS ip, encode(hash, 'hex') AS hash
    FROM consent JOIN newsletter ON newsletter.id = newsletter_id LEFT JOIN consent_payload ON consent_id = consent.id
    WHERE subscriber_id = ${subscriberId} AND consent.id > ${page.after ?? '0'}
    ORDER BY consent.id LIMIT ${page.limit}`.execute(ctx.db);
  return { records: rows, verified };
}

async function exists(ctx: Context, id: string): Promise<boolean> {
  const row = await ctx.db.selectFrom('subscriber').select('id').where('id', '=', id).executeTakeFirst();
  return row !== undefined;
}
