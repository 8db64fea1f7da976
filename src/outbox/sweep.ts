import { sql } from 'kysely';
import type { Context } from '#src/context';
import { deliverLater } from '#src/outbox/deliver-later';
import { offerEvidence } from '#src/outbox/offer-evidence';
import { recover } from '#src/outbox/recover';
import { recoverMessages } from '#src/outbox/recover-messages';

/** What keeps the promise when everything else is lost: takes back what dead senders held, and rings for rows that nobody was rung for. */
export async function sweep(ctx: Context): Promise<void> {
  const recovered = (await recover(ctx)) + (await recoverMessages(ctx)) + (await offerEvidence(ctx));
  const { rows } = await sql<{ slices: boolean; messages: boolean }>`
    SELECT EXISTS (
        SELECT 1 FROM slice JOIN digest ON digest.id = slice.digest_id
        WHERE NOT slice.closed AND slice.owner IS NULL AND slice.not_before <= clock_timestamp() AND digest.state = 'sending'
      ) AS slices,
      EXISTS (
        SELECT 1 FROM message WHERE state IN ('asked', 'waiting', 'deferred') AND owner IS NULL AND not_before <= clock_timestamp()
      ) AS messages`.execute(ctx.db);
  if (rows[0]?.slices || recovered > 0) await deliverLater(ctx, 'digest');
  if (rows[0]?.messages) await deliverLater(ctx, 'transactional');
}
