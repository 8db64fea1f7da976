import { sql } from 'kysely';
import type { Context } from '#src/context';
import type { Cadence } from '#src/db/tables';
import type { Move } from '#src/digests/digest';
import { laneOf } from '#src/digests/lane-of';
import { tryMove } from '#src/digests/move-digest';
import { claimDue } from '#src/digests/queries';
import { closeCancelled } from '#src/outbox/close-cancelled';
import { deliverLater } from '#src/outbox/deliver-later';

/**
 * What the clock owes to digests, called every second: rings for those whose time has come, lets go those whose hold is over, finishes those
 * without an open slice, and closes what was cancelled. Three cheap statements when there is nothing to do; any number of clocks may call it.
 */
export async function publishDue(ctx: Context): Promise<void> {
  for (const digestId of await claimDue(ctx.db, ctx.now())) await ctx.bells.ring('freezeDigest', { digestId });
  for (const due of await dueMoves(ctx)) await go(ctx, due);
  await closeCancelled(ctx.db);
}

interface Due {
  id: string;
  cadence: Cadence;
  move: Extract<Move, 'start' | 'finish'>;
}

async function dueMoves(ctx: Context): Promise<Due[]> {
  const { rows } = await sql<Due>`
    SELECT id, cadence, CASE state WHEN 'holding' THEN 'start' ELSE 'finish' END AS move FROM digest
    WHERE (state = 'holding' AND hold_until <= ${ctx.now()})
      OR (state = 'sending' AND NOT EXISTS (SELECT 1 FROM slice WHERE slice.digest_id = digest.id AND NOT slice.closed))`.execute(ctx.db);
  return rows;
}

async function go(ctx: Context, { id, cadence, move }: Due): Promise<void> {
  const changes = move === 'finish' ? { finished_at: ctx.now() } : {};
  if ((await tryMove(ctx.db, id, move, { changes })) && move === 'start') await deliverLater(ctx, laneOf({ cadence }));
}
