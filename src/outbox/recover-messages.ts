import type { Context } from '#src/context';
import type { Outcome } from '#src/outbox/delivery';
import { leasedMessages, recordMessage } from '#src/outbox/message-queries';
import type { Evidence } from '#src/outbox/read-journal';
import { discardIfTold, evidenceFor } from '#src/outbox/recover';

/** The same for one-off messages. Returns how many were taken back. */
export async function recoverMessages(ctx: Context): Promise<number> {
  let recovered = 0;
  for (const message of await leasedMessages(ctx.db)) {
    const evidence = evidenceFor(ctx, message);
    if (!evidence) continue;
    const outcome = concluded(evidence === 'lost' ? { kind: 'dot' } : evidence.get('message'));
    if (!(await recordMessage(ctx.db, message, outcome, { relay: null, messageId: null, pauseMs: 0 }))) continue;
    if (evidence !== 'lost') discardIfTold(ctx.config.dataDir, message, evidence);
    ctx.log.warn({ messageId: message.id, state: outcome.state }, 'a message was recovered');
    recovered += 1;
  }
  return recovered;
}

function concluded(evidence: Evidence | undefined): Omit<Outcome, 'subscriberId' | 'at'> {
  const nothing = { reason: null, retryAfterMs: null, reply: null };
  if (!evidence) return { ...nothing, state: 'waiting' };
  return evidence.kind === 'dot' ? { ...nothing, state: 'unknown' } : evidence.outcome;
}
