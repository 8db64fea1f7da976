import { sql } from 'kysely';
import type { Context } from '#src/context';
import { type Play, until } from '../play.js';
import { isUnderWay, type Stage } from '../stage.js';

/** A reader whose row breaks the composing of a message: that one fails, by name and with the reason, and nobody beside. */
export const poisonPlays = {
  'poison readers': { beforehand: poison, strike: judgeReasons },
} satisfies Record<string, Play>;

const poisoned = ['r3@example.org', 'r150@example.org'];

/** Postgres takes it for a date; no calendar has it. */
async function poison({ db }: Context): Promise<void> {
  await sql`
    UPDATE subscription SET confirmed_at = 'infinity' FROM subscriber
    WHERE subscriber.id = subscription.subscriber_id AND address = ANY(${poisoned})`.execute(db);
}

async function judgeReasons(stage: Stage): Promise<void> {
  const { ctx, digestId } = stage;
  stage.mustBeRejected = poisoned.length;
  stage.struck = poisoned.length;
  await until(async () => !(await isUnderWay(stage)), 60_000);
  const { rows } = await sql<{ address: string; reason: string | null }>`
    SELECT address, reason FROM outcome JOIN subscriber ON subscriber.id = subscriber_id
    WHERE digest_id = ${digestId} AND outcome.state = 'rejected'`.execute(ctx.db);
  for (const { address, reason } of rows) {
    if (!poisoned.includes(address) || reason !== 'render') stage.faults.push(`a poison reader broke ${address}: ${reason}`);
  }
}
