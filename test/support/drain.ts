import type { Context } from '#src/context';
import { freezeDigest } from '#src/digests/freeze-digest';
import { publishDue } from '#src/digests/publish-due';
import { openMessageSender } from '#src/outbox/message-sender';
import { openSender } from '#src/outbox/sender';
import { answerRequests } from '#src/subscribers/answer-requests';

/** Does by hand what the workers do, until nothing is left to do now: requests, one-off mail, due digests, slices. */
export async function drain(ctx: Context): Promise<void> {
  for (let round = 0; round < 3; round += 1) {
    await answerRequests(ctx);
    const messages = openMessageSender(ctx);
    await messages.drain();
    await messages.stop(5_000);
    const scheduled = await ctx.db.selectFrom('digest').select('id').where('state', '=', 'scheduled').execute();
    for (const { id } of scheduled) await freezeDigest(ctx, id);
    await publishDue(ctx);
    const sender = openSender(ctx.config, ctx.log, ctx.now);
    await sender.drain();
    await sender.stop(5_000);
    await publishDue(ctx);
  }
}
