import { sql } from 'kysely';
import type { Context } from '#src/context';
import { readersPerSlice } from '#src/outbox/delivery';
import type { FailPoint } from '#src/outbox/fail-point';
import type { Member } from '../fleet.js';
import { type Play, strokes, until } from '../play.js';
import type { Chance } from '../random.js';
import { isUnderWay, leaseSeconds, type Stage } from '../stage.js';

/** Processes that die or sleep, and connections to Postgres that are cut. */
export const processPlays = {
  nothing: { strike: () => undefined },
  'kill -9 at random': { strike: (stage) => strokes(stage, 3, killOne) },
  'SIGSTOP past the lease': {
    strike: (stage) => strokes(stage, 2, ({ fleet, chance }) => fleet.freeze(chance.pick(fleet.pids()), leaseSeconds * 1_000 + 1_500)),
  },
  'Postgres connections cut': { strike: (stage) => strokes(stage, 4, ({ ctx }) => cutConnections(ctx)) },
  'kill -9 and cut': {
    strike: (stage) =>
      strokes(stage, 4, async (struck) => {
        killOne(struck);
        await cutConnections(struck.ctx);
      }),
  },
  'at the fail point': {
    fleet: dyingAtPoints,
    async strike(stage) {
      await until(async () => stage.fleet.killed() > 0 || !(await isUnderWay(stage)), 60_000);
      stage.struck = stage.fleet.killed(); // by their own hand, at the point
    },
  },
} satisfies Record<string, Play>;

export function killOne({ fleet, chance }: Stage): void {
  const pids = fleet.pids();
  if (pids.length > 0) fleet.kill(chance.pick(pids));
}

export async function cutConnections({ db }: Pick<Context, 'db'>): Promise<void> {
  await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`.execute(
    db,
  );
}

const oncePerSlice = ['lease', 'leased', 'flush', 'close'] as const satisfies FailPoint[];
const oncePerReader = ['mark', 'dot', 'reply'] as const satisfies FailPoint[];

/** Both processes are armed, and one of two passes a point at least half of the times that the round does: so the point is reached. */
function dyingAtPoints(chance: Chance, readers: number): Member[] {
  const point = chance.pick([...oncePerSlice, ...oncePerReader]);
  const passes = (oncePerReader as readonly FailPoint[]).includes(point) ? readers : Math.ceil(readers / readersPerSlice);
  const arm = (): Member => ({ environment: { BRIEFING_FAIL_POINT: `${point}:${1 + chance.below(Math.ceil(passes / 2))}` } });
  return [arm(), arm()];
}
