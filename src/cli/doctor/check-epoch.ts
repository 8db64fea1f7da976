import { type Finding, reasonOf } from '#src/cli/doctor/finding';
import type { Context } from '#src/context';
import { behindItsJournals } from '#src/outbox/serial-guard';

/** Whether the database knows of everything that this machine has sent. */
export async function checkEpoch({ db, config }: Context): Promise<Finding[]> {
  const part = 'epoch';
  try {
    const behind = await behindItsJournals(db, config.dataDir);
    if (!behind) return [{ part, level: 'ok', detail: 'the database knows of every lease that this machine has held' }];
    const detail = `restored from a snapshot? It has given out ${behind.given} leases, this machine has held ${behind.held}. Nothing is sent: look, then briefing epoch raise`;
    return [{ part, level: 'bad', detail }];
  } catch (error) {
    return [{ part, level: 'bad', detail: `cannot be read: ${reasonOf(error)}` }];
  }
}
