import type { OlderVersion } from '../../support/older-version.js';
import { type Play, untilSeen } from '../play.js';
import { killOne } from './processes.js';
import { loseOneRelay } from './relays.js';

/** In the middle of an upgrade: a process of each version on one digest, two relays of which one dies, and a `kill -9`. */
export function besideOlder(older: OlderVersion): Play {
  return {
    relays: 2,
    fleet: () => [{}, { program: older.program('dist/workers/deliver.js') }],
    async strike(stage) {
      await loseOneRelay(stage);
      await untilSeen(stage, 150);
      killOne(stage);
    },
  };
}
