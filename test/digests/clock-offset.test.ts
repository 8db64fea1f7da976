import { expect, test } from '@jest/globals';
import { openContext } from '#src/context';
import { draftDigest } from '#src/digests/draft-digest';
import { freezeDigest } from '#src/digests/freeze-digest';
import { sendDigest } from '#src/digests/send-digest';
import { digestTotals } from '#src/outbox/ledger';
import { openSender } from '#src/outbox/sender';
import { testConfig } from '../support/config.js';
import { createDatabase } from '../support/database.js';
import { openWitness } from '../support/witness.js';
import { openNewsroom } from './newsroom.js';

test.each([-9, 9])('a clock that is %i hours off lets no reader expire and keeps none waiting', async (hours) => {
  const database = await createDatabase();
  const witness = await openWitness();
  const ctx = openContext(testConfig(database.url, { SMTP_URL: witness.url, BRIEFING_CLOCK_OFFSET: String(hours * 3_600) }), 'test');
  try {
    const newsroom = openNewsroom(ctx);
    await newsroom.reader();
    const { id } = await draftDigest(ctx, {
      newsletter: 'israel-briefing',
      cadence: 'daily',
      articles: [{ articleId: await newsroom.article(), headline: null, description: null, whyItMatters: null }],
    });
    await sendDigest(ctx, id, { holdSeconds: 0 });
    expect(await freezeDigest(ctx, id)).toBe('sending');
    const sender = openSender(ctx.config, ctx.log, ctx.now);
    await sender.drain();
    await sender.stop(5_000);
    expect(await digestTotals(ctx.db, id)).toMatchObject({ accepted: 1, rejected: 0, waiting: 0 });
    const { send_by } = await ctx.db.selectFrom('digest').select('send_by').where('id', '=', id).executeTakeFirstOrThrow();
    expect(Math.abs((send_by?.getTime() ?? 0) - Date.now() - 6 * 3_600_000)).toBeLessThan(60_000);
  } finally {
    await ctx.close();
    await witness.close();
    await database.drop();
  }
});
