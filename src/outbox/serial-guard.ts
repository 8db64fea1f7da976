import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Db } from '#src/db/client';
import type { Lease } from '#src/outbox/delivery';
import { journalFolder } from '#src/outbox/journal';

/**
 * A database restored from a snapshot believes that messages are waiting which have long left. Its leases give it away: their serials are behind
 * the highest that this machine has seen. Then nothing is sent until an operator has looked and raised the epoch.
 */
export interface SerialGuard {
  /** @throws BehindItsJournals */
  admit(lease: Pick<Lease, 'serial'>): Promise<void>;
}

export class BehindItsJournals extends Error {
  override readonly name = 'BehindItsJournals';
}

interface HighWater {
  database: string;
  epoch: number;
  serial: string;
}

export function openSerialGuard(db: Db, dataDir: string): SerialGuard {
  const file = join(journalFolder(dataDir), 'highest-serial.json');
  return {
    async admit({ serial }) {
      const { rows } = await sql<{ database: string; epoch: number }>`SELECT database, number AS epoch FROM epoch`.execute(db);
      const { database, epoch } = rows[0] as { database: string; epoch: number };
      const seen = readHighWater(file);
      const isKnown = seen?.database === database && seen.epoch === epoch;
      if (isKnown && BigInt(seen.serial) > BigInt(serial) + toleratedDisorder) {
        throw new BehindItsJournals(
          `lease ${serial} is behind lease ${seen.serial}, which this machine has seen: was the database restored from a snapshot? ` +
            'Look at what was sent since, then raise the epoch: briefing epoch raise',
        );
      }
      if (!isKnown || BigInt(seen.serial) < BigInt(serial)) writeHighWater(file, { database, epoch, serial });
    },
  };
}

/** Several senders on one machine write the same file, and a lease may be admitted after a later one. */
const toleratedDisorder = 64n;

function readHighWater(file: string): HighWater | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as HighWater;
  } catch {
    return null;
  }
}

function writeHighWater(file: string, highWater: HighWater): void {
  mkdirSync(join(file, '..'), { recursive: true, mode: 0o700 });
  writeFileSync(file, JSON.stringify(highWater), { mode: 0o600 });
}
