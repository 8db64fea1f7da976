import type { Actor } from '#src/accounts/actor';
import { insertAudit } from '#src/accounts/queries';
import type { Db, Tx } from '#src/db/client';

/** Writes who did what: `action` like `digest.send`, `subject` like `digest:17`. No address and no token in `detail`. */
export function recordAudit(
  tx: Db | Tx,
  actor: Actor,
  action: string,
  subject: string,
  detail: Record<string, unknown> = {},
): Promise<void> {
  return insertAudit(tx, { actor: `${actor.kind}:${actor.id}`, action, subject, detail });
}
