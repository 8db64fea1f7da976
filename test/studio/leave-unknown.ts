import { sql } from 'kysely';
import type { Context } from '#src/context';

/** As after a relay that fell silent: nobody knows of any reader of the digest whether they have it. */
export async function leaveUnknown({ db }: Context, digestId: string): Promise<void> {
  await sql`
    INSERT INTO outcome (digest_id, subscriber_id, pass, content_version, slice, state, reason, at)
    SELECT ${digestId}, delivery.subscriber_id, 1, 1, slice.n, 'unknown', 'relay', now()
    FROM delivery JOIN slice USING (digest_id, lot)
    WHERE digest_id = ${digestId} AND delivery.subscriber_id BETWEEN slice.lo AND slice.hi`.execute(db);
  await sql`UPDATE slice SET unknown = size WHERE digest_id = ${digestId}`.execute(db);
}
