import { readConfig } from '#src/config';
import { openContext } from '#src/context';
import { freezeDigest } from '#src/digests/freeze-digest';
import { runEntry, sayReady, stopGracefully } from '#src/entry';
import { refuseUnfitGround } from '#src/refuse-unfit-ground';
import { runWorker } from '#workers/run-worker';

/** Entry: renders and freezes digests whose time has come. */
await runEntry(async () => {
  const ctx = openContext(readConfig(), 'digest');
  await refuseUnfitGround(ctx);
  const worker = runWorker(ctx, 'digest', { freezeDigest: ({ digestId }) => freezeDigest(ctx, digestId) }, { concurrency: 2 });
  stopGracefully(async () => {
    await worker.close();
    await ctx.close();
  });
  sayReady();
});
