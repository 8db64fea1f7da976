import { type Play, untilSeen } from '../play.js';
import { isUnderWay } from '../stage.js';
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
} satisfies Record<string, Play>;

const wrongBy = (seconds: number) => ({ environment: { BRIEFING_CLOCK_OFFSET: String(seconds) } });
