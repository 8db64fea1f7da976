import { sql } from 'kysely';
import { jumpClock, withJumpingClock } from '../../support/jumping-clock.js';
import { type Play, until, untilSeen } from '../play.js';
import { isUnderWay, type Stage } from '../stage.js';
import { killOne } from './processes.js';

/** Leases are counted by the clock of the database and the monotonic one: what a process believes of the hour must not matter. */
export const clockPlays = {
  'clocks wrong by hours': {
    fleet: ({ below }) => [wrongBy(3_600 * (1 + below(12))), wrongBy(-3_600 * (1 + below(12)))],
    async strike(stage) {
      await untilSeen(stage, 20 + stage.chance.below(60));
      if (await isUnderWay(stage)) stage.struck += 1;
      killOne(stage); // and the one that is hours off takes its slices back
    },
  },
  'clocks jump in mid-send': {
    leastReaders: 1_200, // or all slices would be leased before the first jump
    fleet: () => clocks.map((name) => ({ environment: withJumpingClock(name) })),
    strike: jumpAbout,
  },
} satisfies Record<string, Play>;

const wrongBy = (seconds: number) => ({ environment: { BRIEFING_CLOCK_OFFSET: String(seconds) } });

const clocks = ['one', 'other'];
const hourMs = 3_600_000;

/** Now the one clock jumps, then the other, ahead or back, to be hours wrong; in half of the rounds a process dies then, and the next one starts with the clock as it is. */
async function jumpAbout(stage: Stage): Promise<void> {
  const { ctx, chance } = stage;
  let seen = 0;
  for (let jumps = 0; jumps < 4; jumps += 1) {
    await untilSeen(stage, (seen += 10 + chance.below(50)));
    if (await isUnderWay(stage)) stage.struck += 1;
    jumpClock(ctx.config.dataDir, clocks[jumps % 2] ?? '', chance.pick([1, -1]) * (1 + chance.below(12)) * hourMs);
  }
  if (chance.next() < 0.5) killOne(stage);
  await until(async () => (await wasSeenToJump(stage)) || !(await isUnderWay(stage)));
  if (!(await wasSeenToJump(stage))) stage.struck = 0;
}

/** A sender's own clock dates its outcomes. */
async function wasSeenToJump({ ctx, digestId }: Stage): Promise<boolean> {
  const { rows } = await sql`
    SELECT FROM outcome WHERE digest_id = ${digestId} AND at NOT BETWEEN now() - interval '50 minutes' AND now() + interval '50 minutes' LIMIT 1`.execute(
    ctx.db,
  );
  return rows.length > 0;
}
