import type { Context } from '#src/context';
import type { Digest } from '#src/digests/digest';
import { findDigest } from '#src/digests/find-digest';
import { moveDigest } from '#src/digests/move-digest';
import { deleteFrozenContent } from '#src/digests/queries';
import { backToDraft } from '#src/digests/schedule-digest';
import { unfreeze } from '#src/outbox/unfreeze';

/**
 * Undo: nothing has left yet, so the digest becomes a draft again and nobody is owed it.
 *
 * @throws Refusal wrong-state once it is sending
 */
export async function unsendDigest(ctx: Context, digestId: string): Promise<Digest> {
  await ctx.db.transaction().execute(async (tx) => {
    await moveDigest(tx, digestId, 'undo', { changes: { ...backToDraft, ...unfrozen } });
    await deleteFrozenContent(tx, digestId);
    await unfreeze(tx, digestId);
  });
  return findDigest(ctx.db, digestId);
}

const unfrozen = { hold_until: null, send_by: null, frozen_count: null, frozen_at: null, content_version: 0 } as const;
