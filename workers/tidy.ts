import { tidyAccounts } from '#src/accounts/tidy-accounts';
import type { Context } from '#src/context';
import { forgetOldFeedback } from '#src/feedback/forget-old-feedback';
import { dropOldLedger } from '#src/outbox/drop-old-ledger';
import { ensureLedgerPartitions } from '#src/outbox/ensure-ledger-partitions';
import { assertLedgerSums } from '#src/outbox/assert-ledger-sums';
import { forgetUnconfirmed } from '#src/subscribers/forget-unconfirmed';

/** Once a night: what retention promises, the months to come, and the sums of every digest that is kept. */
export async function tidy(ctx: Context): Promise<void> {
  await ensureLedgerPartitions(ctx.db, ctx.now());
  await forgetUnconfirmed(ctx);
  await tidyAccounts(ctx);
  await assertLedgerSums(ctx);
  await dropOldLedger(ctx);
  await forgetOldFeedback(ctx);
}
