import { readConfig } from '#src/config';
import { openContext } from '#src/context';
import { runEntry, sayReady, stopGracefully } from '#src/entry';
import { refuseUnfitGround } from '#src/refuse-unfit-ground';
import { startDelivery } from '#workers/start-delivery';

/** Entry: sends what the outbox holds. As many of these as asked; each is a sender thread for digests and a sender of one-off messages. */
await runEntry(async () => {
  const ctx = openContext(readConfig(), 'deliver');
  await refuseUnfitGround(ctx);
  const delivery = await startDelivery(ctx);
  stopGracefully(async () => {
    await delivery.stop();
    await ctx.close();
  });
  sayReady();
});
