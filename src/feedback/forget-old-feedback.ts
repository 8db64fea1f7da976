import type { Context } from '#src/context';
import { deleteOldFeedback } from '#src/feedback/queries';

/** Whose mailbox was gone and who complained is forgotten with who had the digest: after `dropOldLedger`, and with a month that it keeps longer. */
export async function forgetOldFeedback({ db, config, now }: Context): Promise<void> {
  await deleteOldFeedback(db, now(), config.ledgerMonths);
}
