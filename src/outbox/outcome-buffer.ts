import { type Db, isConflict } from '#src/db/client';
import type { Lease, Outcome } from '#src/outbox/delivery';
import { failPoint } from '#src/outbox/fail-point';
import { type Afterwards, recordOutcomes } from '#src/outbox/record-outcomes';
import { untilDatabaseAnswers } from '#src/outbox/until-database-answers';

/**
 * Outcomes on their way to Postgres: every 200 ms, in order, again and again while the database is away. A fast slice is so written at once, with its
 * giving back: rows that follow each other fill their pages, and the tally is derived once.
 */
export interface OutcomeBuffer {
  add(outcome: Outcome): void;
  /** Writes what is left and gives the lease back. False: the lease was recovered by somebody else, and what is left is only evidence. */
  giveBack(pauseMs: number): Promise<boolean>;
}

const flushAfterMs = 200;

/** The last outcomes are written with the giving back, in one statement. */
export function openOutcomeBuffer(db: Db, lease: Lease, isAbandoned: () => boolean): OutcomeBuffer {
  let pending: Outcome[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isHeld = true;
  let writing = Promise.resolve();

  const flush = (afterwards: Afterwards): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const outcomes = pending;
    pending = [];
    writing = writing.then(async () => {
      if (!isHeld) return;
      failPoint('flush');
      isHeld = await write(outcomes, afterwards);
    });
    writing.catch(() => undefined); // giveBack tells
    return writing;
  };

  /** A commit whose answer was lost shows as a row that is there already. */
  const write = async (outcomes: readonly Outcome[], afterwards: Afterwards): Promise<boolean> => {
    const record = (rows: readonly Outcome[]) => untilDatabaseAnswers(() => recordOutcomes(db, lease, rows, afterwards), isAbandoned);
    try {
      return (await record(outcomes)) ?? false;
    } catch (error) {
      if (!isConflict(error)) throw error;
      return (await record([])) ?? false;
    }
  };

  return {
    add(outcome) {
      pending.push(outcome);
      timer ??= setTimeout(() => void flush({ keep: true }), flushAfterMs);
    },
    async giveBack(pauseMs) {
      await flush({ keep: false, pauseMs });
      return isHeld;
    },
  };
}
