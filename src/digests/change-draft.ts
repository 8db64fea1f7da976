import type { Updateable } from 'kysely';
import type { Db } from '#src/db/client';
import type { Database } from '#src/db/tables';
import { findDigest } from '#src/digests/find-digest';
import { updateDraft } from '#src/digests/queries';
import { Refusal } from '#src/errors';

/**
 * Changes a digest while it is a draft, and counts its version up. Whatever is approved for sending stays as it was approved:
 * it has to be unscheduled first.
 *
 * @param ifMatch the version that the caller has seen, null for whichever it is
 * @throws Refusal version-changed or wrong-state
 */
export async function changeDraft(
  db: Db,
  digestId: string,
  ifMatch: number | null,
  changes: Updateable<Database['digest']>,
): Promise<void> {
  if (!(await updateDraft(db, digestId, ifMatch, changes))) await refuseEdit(db, digestId, ifMatch);
}

/** Says why a draft could not be changed. */
export async function refuseEdit(db: Db, digestId: string, ifMatch: number | null): Promise<never> {
  const digest = await findDigest(db, digestId);
  if (ifMatch !== null && digest.version !== ifMatch) {
    throw new Refusal('version-changed', 'The digest was changed since it was read.', { extra: { version: digest.version } });
  }
  const how = digest.state === 'scheduled' ? ' Unschedule it first.' : '';
  throw new Refusal('wrong-state', `A digest that is ${digest.state} cannot be changed.${how}`, { extra: { state: digest.state } });
}
