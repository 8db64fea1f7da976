import { sql } from 'kysely';
import type { Context } from '#src/context';
import type { SuppressionReason } from '#src/db/tables';
import { addressHash } from '#src/subscribers/address-hash';
import type { SubscriberEmail } from '#src/subscribers/subscriber';
import { selectSuppressions, type SuppressionRecord } from '#src/subscribers/suppression-record';

export interface SuppressionQuery {
  /** This address: found by its hash, so that erased people are found too. */
  address?: SubscriberEmail | undefined;
  reason?: SuppressionReason | undefined;
  before?: string | undefined;
  limit: number;
}

/** The newest first. */
export async function listSuppressions(ctx: Context, { address, reason, before, limit }: SuppressionQuery): Promise<SuppressionRecord[]> {
  const conditions = [sql`true`];
  if (address !== undefined) conditions.push(sql`address_hash = ${addressHash(ctx.config.keys, address)}`);
  if (reason !== undefined) conditions.push(sql`reason = ${reason}`);
  if (before !== undefined) conditions.push(sql`id < ${before}`);
  return selectSuppressions(ctx.db, sql.join(conditions, sql` AND `), limit);
}
