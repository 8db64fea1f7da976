import { sql } from 'kysely';
import type { Context } from '#src/context';
import { deliverLater } from '#src/outbox/deliver-later';
import { type Play, strokes, untilSeen } from '../play.js';
import { isUnderWay, type Stage } from '../stage.js';
import { killOne } from './processes.js';

/** The queue is a bell: emptied, gone, empty again, away for a whole digest or very slow, it costs time and nothing else. */
export const queuePlays = {
  'queue emptied': { strike: (stage) => strokes(stage, 3, ({ ctx }) => emptyQueue(ctx)) },
} satisfies Record<string, Play>;

/** Left out where no Redis can be had. */
export const redisPlays = {
  'Redis FLUSHALL': {
    redis: true,
    strike: (stage) =>
      strokes(stage, 3, async ({ ctx, redis }) => {
        await deliverLater(ctx, 'digest');
        await redis?.flush();
      }),
  },
  'Redis killed, then empty': { redis: true, strike: killRedis },
  'Redis away for the whole digest': {
    redis: true,
    async strike(stage) {
      const { redis } = stage;
      if (!redis) return;
      redis.proxy.isDown = true; // before the first process is up
      redis.proxy.cut();
      await untilSeen(stage, 20 + stage.chance.below(40));
      if (await isUnderWay(stage)) stage.struck += 1;
      killOne(stage); // and the new one has to begin without a queue
    },
  },
  'Redis 2 s slow': {
    redis: true,
    async strike(stage) {
      const { redis, ctx } = stage;
      if (!redis) return;
      redis.proxy.decide = () => ({ afterMs: 2_000 });
      await strokes(stage, 2, async () => {
        await deliverLater(ctx, 'digest');
        killOne(stage);
      });
    },
  },
} satisfies Record<string, Play>;

async function killRedis(stage: Stage): Promise<void> {
  const { redis, chance } = stage;
  await untilSeen(stage, 20 + chance.below(60));
  if (await isUnderWay(stage)) stage.struck += 1;
  await redis?.kill();
  if (chance.next() < 0.5) killOne(stage);
  await untilSeen(stage, 120 + chance.below(100));
  await redis?.restartEmpty();
}

async function emptyQueue({ db }: Context): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = 'bullmq' AND tablename NOT LIKE '%migration%'`.execute(
    db,
  );
  for (const { name } of rows) await sql`DELETE FROM ${sql.raw(name)}`.execute(db).catch(() => undefined);
}
