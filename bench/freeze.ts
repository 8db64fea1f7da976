import { type RawBuilder, sql } from 'kysely';
import { audience } from '#src/outbox/audience';
import { freezeAudience } from '#src/outbox/freeze-audience';
import { addReaders, type Newsletter } from './digest.js';
import { type Findings, ratioOf, type Round } from './figure.js';
import { openStage, type Stage } from './stage.js';

const newsletter = 'israel-briefing';

/**
 * Fixing the readers of a digest (deliveries with their key, and slices) by the barest way to write as many rows: an `INSERT … SELECT` into a table
 * without any index, of the same audience; and, for the record, of a plain copy of the ids, which asks nobody whether they may get it.
 */
export async function measureFreeze({ rounds, readers }: { rounds: number; readers: number }): Promise<Findings> {
  const stage = await openStage();
  try {
    await addReaders(stage.ctx, newsletter, readers);
    const { id } = await stage.ctx.db.selectFrom('newsletter').select('id').where('slug', '=', newsletter).executeTakeFirstOrThrow();
    const sides = {
      freeze: () => freeze(stage, id, readers),
      heap: () => fillHeap(stage, readers, everybody(id)),
      copy: () => fillHeap(stage, readers, sql`SELECT subscriber_id FROM subscription WHERE newsletter_id = ${id}`),
    };
    const seconds: Record<keyof typeof sides, Round[]> = { freeze: [], heap: [], copy: [] };
    for (let round = 0; round < rounds; round += 1) {
      const order = Object.keys(sides) as (keyof typeof sides)[];
      for (const side of round % 2 === 0 ? order : order.toReversed()) {
        await sql`TRUNCATE delivery, slice`.execute(stage.ctx.db);
        seconds[side].push(await timed(stage, sides[side]));
      }
    }
    const what = `${readers} readers`;
    return {
      figures: [
        {
          name: `${what}: freeze ÷ INSERT … SELECT of the audience into a heap`,
          unit: 'ratio',
          rounds: ratioOf(seconds.freeze, seconds.heap),
          goal: { atMost: 2.2 },
        },
        { name: `${what}: freeze ÷ a copy of the ids into a heap`, unit: 'ratio', rounds: ratioOf(seconds.freeze, seconds.copy) },
        { name: `${what}: freeze`, unit: 's', rounds: seconds.freeze },
        { name: `${what}: INSERT … SELECT of the audience into a heap`, unit: 's', rounds: seconds.heap },
        { name: `${what}: copy of the ids into a heap`, unit: 's', rounds: seconds.copy },
      ],
      notRun: [],
    };
  } finally {
    await stage.close();
  }
}

/** How long the barest way takes to write the audience of a newsletter. */
export async function secondsToFillHeap(stage: Stage, slug: Newsletter, readers: number): Promise<number> {
  const { id } = await stage.ctx.db.selectFrom('newsletter').select('id').where('slug', '=', slug).executeTakeFirstOrThrow();
  const { value } = await timed(stage, () => fillHeap(stage, readers, everybody(id)));
  await sql`DROP TABLE heap`.execute(stage.ctx.db);
  return value;
}

function everybody(newsletterId: string): RawBuilder<unknown> {
  return audience({ newsletterId, cadence: 'daily', now: new Date() });
}

/** Each begins with nothing of the other's left to write. */
async function timed({ ctx, watch }: Stage, work: () => Promise<void>): Promise<Round> {
  await sql`DROP TABLE IF EXISTS heap`.execute(ctx.db);
  await sql`CREATE TABLE heap (digest_id bigint NOT NULL, subscriber_id bigint NOT NULL, lot smallint NOT NULL)`.execute(ctx.db);
  await sql`CHECKPOINT`.execute(ctx.db);
  const { result: seconds, otherCores } = await watch(async () => {
    const startedAt = performance.now();
    await work();
    return (performance.now() - startedAt) / 1_000;
  });
  return { value: seconds, otherCores };
}

async function freeze({ ctx }: Stage, newsletterId: string, readers: number): Promise<void> {
  const digestId = await ctx.db.transaction().execute(async (tx) => {
    const { id } = await tx
      .insertInto('digest')
      .values({ newsletter_id: newsletterId, state: 'paused', content_version: 1, send_by: new Date(Date.now() + 3_600_000) })
      .returning('id')
      .executeTakeFirstOrThrow();
    const frozen = await freezeAudience(tx, {
      digestId: id,
      newsletterId,
      cadence: 'daily',
      now: new Date(),
      lane: 2,
      variants: [{ variant: 0, languages: [] }],
      notBefore: new Date(0),
    });
    if (frozen !== readers) throw new Error(`${frozen} of ${readers} readers were frozen`);
    return id;
  });
  await ctx.db.updateTable('digest').set({ state: 'cancelled' }).where('id', '=', digestId).execute();
}

async function fillHeap({ ctx }: Stage, readers: number, ids: RawBuilder<unknown>): Promise<void> {
  const { numAffectedRows } = await sql`INSERT INTO heap SELECT 1, subscriber_id, 0 FROM (${ids}) AS reader`.execute(ctx.db);
  if (Number(numAffectedRows) !== readers) throw new Error(`${numAffectedRows} of ${readers} rows were written`);
}
