import type { Context } from '#src/context';
import { refuseEdit } from '#src/digests/change-draft';
import { findDigest } from '#src/digests/find-digest';
import { tryMove } from '#src/digests/move-digest';
import { deleteDraft } from '#src/digests/queries';

/**
 * Throws a draft away. One that a schedule made is kept as skipped: the record of the day stays, and the schedule does not make it again.
 *
 * @throws Refusal wrong-state for anything that was ever approved, since its ledger is kept
 */
export async function deleteDigest(ctx: Context, digestId: string, { ifMatch = null }: { ifMatch?: number | null } = {}): Promise<void> {
  const digest = await findDigest(ctx.db, digestId);
  const version = ifMatch ?? digest.version;
  const isGone =
    digest.occasion === null
      ? await deleteDraft(ctx.db, digestId, ifMatch)
      : digest.state === 'draft' && (await tryMove(ctx.db, digestId, 'skip', { version, changes: { state_reason: 'unwanted' } }));
  if (!isGone) await refuseEdit(ctx.db, digestId, ifMatch);
}
