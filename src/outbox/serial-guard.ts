import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Db } from '#src/db/client';
import { journalFolder } from '#src/outbox/journal';

/**
 * A database restored from a snapshot believes that messages are waiting which have long left. Its leases give it away: it has given out fewer
 * than this machine has held. Then nothing is sent until an operator has looked and raised the epoch.
 */
export interface SerialGuard {
  /** Before each lease. @throws BehindItsJournals */
  admit(): Promise<void>;
  /** After each lease, before anything is sent. */
  note(lease: { serial: string }): void;
}

export class BehindItsJournals extends Error {
  override readonly name = 'BehindItsJournals';

  constructor({ given, held }: Behind) {
    super(
      `the database has given out ${given} leases, but this machine has held lease ${held}: was it restored from a snapshot? ` +
        'Look at what was sent since, then raise the epoch: briefing epoch raise',
    );
  }
}

export interface Behind {
  given: string;
  held: string;
}

interface Timeline {
  database: string;
  epoch: number;
}

type HighWater = Timeline & { serial: string };

export function openSerialGuard(db: Db, dataDir: string): SerialGuard {
  let timeline: Timeline | null = null;
  return {
    async admit() {
      const seen = readHighWater(dataDir); // before the question: what another sender leases meanwhile is no sign of a snapshot
      const now = await timelineOf(db);
      const behind = compare(now, seen);
      if (behind) throw new BehindItsJournals(behind);
      timeline = now;
    },
    note({ serial }) {
      const seen = readHighWater(dataDir);
      if (!timeline || (isSame(timeline, seen) && BigInt(seen.serial) >= BigInt(serial))) return;
      writeHighWater(dataDir, { database: timeline.database, epoch: timeline.epoch, serial });
    },
  };
}

/** How far the database is behind what this machine has seen of it; null when it is not. */
export async function behindItsJournals(db: Db, dataDir: string): Promise<Behind | null> {
  const seen = readHighWater(dataDir);
  return compare(await timelineOf(db), seen);
}

function compare(now: Timeline & { given: string }, seen: HighWater | null): Behind | null {
  if (!isSame(now, seen) || BigInt(seen.serial) <= BigInt(now.given)) return null;
  return { given: now.given, held: seen.serial };
}

function isSame({ database, epoch }: Timeline, seen: HighWater | null): seen is HighWater {
  return seen?.database === database && seen.epoch === epoch;
}

/** A sequence is never behind a lease that was committed, whoever reads it. */
async function timelineOf(db: Db): Promise<Timeline & { given: string }> {
  const { rows } = await sql<Timeline & { given: string }>`
    SELECT epoch.database, epoch.number AS epoch, (last_value - (NOT is_called)::integer)::text AS given FROM epoch, lease_serial`.execute(
    db,
  );
  return rows[0] as Timeline & { given: string };
}

const fileIn = (dataDir: string): string => join(journalFolder(dataDir), 'highest-serial.json');

function readHighWater(dataDir: string): HighWater | null {
  try {
    return JSON.parse(readFileSync(fileIn(dataDir), 'utf8')) as HighWater;
  } catch {
    return null;
  }
}

/** Several senders of one machine write it: each a whole file. */
function writeHighWater(dataDir: string, highWater: HighWater): void {
  const file = fileIn(dataDir);
  const draft = `${file}.${process.pid}.${highWater.serial}`;
  mkdirSync(journalFolder(dataDir), { recursive: true, mode: 0o700 });
  writeFileSync(draft, JSON.stringify(highWater), { mode: 0o600 });
  renameSync(draft, file);
}
