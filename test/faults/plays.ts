import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Play } from './play.js';
import { clockPlays } from './plays/clocks.js';
import { diskPlays, journalDiskPlays } from './plays/disks.js';
import { fullTablePlays, walDiskPlays } from './plays/full-disk.js';
import { journalPlays } from './plays/journals.js';
import { networkPlays } from './plays/network.js';
import { poisonPlays } from './plays/poison.js';
import { postgresPlays } from './plays/postgres.js';
import { processPlays } from './plays/processes.js';
import { queuePlays, redisPlays } from './plays/queue.js';
import { relayPlays } from './plays/relays.js';
import { snapshotPlays } from './plays/snapshot.js';

const canLimitFiles = spawnSync('prlimit', ['--version']).status === 0;

/** The fault table, as far as this machine can play it. */
export const plays: Readonly<Record<string, Play>> = {
  ...processPlays,
  ...relayPlays,
  ...networkPlays,
  ...postgresPlays,
  ...journalPlays,
  ...snapshotPlays,
  ...clockPlays,
  ...poisonPlays,
  ...diskPlays,
  ...(canLimitFiles ? { ...journalDiskPlays, ...walDiskPlays } : {}),
  ...(existsSync('/dev/full') ? fullTablePlays : {}),
  ...queuePlays,
  ...(process.env['TEST_REDIS_URL'] ? redisPlays : {}),
};
