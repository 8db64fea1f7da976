import { type Db, isConflict } from '#src/db/client';
import type { Lease, Outcome } from '#src/outbox/delivery';
import { failPoint } from '#src/outbox/fail-point';
import { type Afterwards, recordOutcomes } from '#src/outbox/record-outcomes';
import { untilDatabaseAnswers } from '#src/outbox/until-database-answers';

/** Outcomes on their way to Postgres: every 100 or 200 ms, in order, again and again while the database is away. */
export interface OutcomeBuffer {
  add(outcome: Outcome): void;
  /** Writes what is left and gives the lease back. False: the lease was recovered by somebody else, and what is left is only evidence. */
  giveBack(pauseMs: number): Promise<boolean>;
}

const flushAt = 100;
const flushAfterMs = 200;

/** `readers`: how many outcomes may come. The last ones are written with the giving back, in one statement. */
export function openOutcomeBuffer(db: Db, lease: Lease, readers: number, isAbandoned: () => boolean): OutcomeBuffer {
  let pending: Outcome[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isHeld = true;
  let toCome = readers;
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
      toCome -= 1;
      if (pending.length >= flushAt && toCome > 0) void flush({ keep: true });
      else timer ??= setTimeout(() => void flush({ keep: true }), flushAfterMs);
    },
    async giveBack(pauseMs) {
      await flush({ keep: false, pauseMs });
      return isHeld;
    },
  };
}
