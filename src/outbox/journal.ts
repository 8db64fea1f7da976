import { closeSync, ftruncateSync, mkdirSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Outcome } from '#src/outbox/delivery';

/**
 * One lease's journal: plain synchronous appends to a file named by the lease's serial. What is in it survives `kill -9` of the process, not
 * the loss of the machine.
 *
 *     0                          the fence: one byte, set to 1 by whoever recovers the lease
 *     lease <owner> <of>         who writes here, and of what: slice/<digest>/<n>/<pass> or message/<id>/<pass>
 *     dot <reader>               about to write the final dot of this reader's message
 *     void <reader>              … but it did not leave
 *     reply <reader> {outcome}   what the relay answered, and what we make of it
 *
 * A sender appends "dot", then reads the fence, then writes the dot. A recoverer sets the fence, then reads the marks. Whatever their order,
 * one of the two sees the other: a reader without a mark was not sent to.
 */
export interface Journal {
  /** Marks the dot, then reads the fence. False: it must not be written, and "void" says so. */
  mayWriteDot(reader: string): boolean;
  reply(reader: string, outcome: Omit<Outcome, 'subscriberId'>): void;
  /** The outcomes are in the database: the journal has told its story. */
  discard(): void;
  /** Nothing more is written, but somebody may still read it. */
  close(): void;
}

const openFence = '0'.charCodeAt(0);

export function journalFolder(dataDir: string): string {
  return join(dataDir, 'journals');
}

export function journalFile(dataDir: string, serial: string): string {
  return join(journalFolder(dataDir), `${serial}.journal`);
}

/** @throws when the disk does not take it, or when a recoverer was here first: then nothing may be sent. */
export function openJournal(dataDir: string, lease: { serial: string; owner: string }, of: string): Journal {
  mkdirSync(journalFolder(dataDir), { recursive: true, mode: 0o700 });
  const path = journalFile(dataDir, lease.serial);
  const file = openSync(path, 'wx+', 0o600);
  const append = openAppend(file);
  const fence = Buffer.alloc(1);
  const isFenced = (): boolean => readSync(file, fence, 0, 1, 0) !== 1 || fence[0] !== openFence;
  const discard = (): void => {
    closeSync(file);
    unlinkSync(path);
  };
  try {
    append(`0\nlease ${lease.owner} ${of}\n`);
  } catch (error) {
    discard(); // nothing was sent under it
    throw error;
  }

  let isFull = false; // an answer found no room: another dot, though it would fit, would leave one more reader of whom nobody knows
  return {
    mayWriteDot(reader) {
      if (isFull) return false;
      append(`dot ${reader}\n`);
      if (!isFenced()) return true;
      append(`void ${reader}\n`);
      return false;
    },
    reply(reader, { state, reason, at, retryAfterMs, reply }) {
      try {
        append(`reply ${reader} ${JSON.stringify({ state, reason, at, retryAfterMs, reply })}\n`);
      } catch (error) {
        isFull = true;
        throw error;
      }
    },
    discard,
    close: () => closeSync(file),
  };
}

/**
 * Writes whole lines, or throws: where there is room for a part of a line, `write` takes that part and reports no error. The part is cut off again,
 * so that it is read neither as a mark nor as the beginning of the next line; where not even that succeeds, nothing more is written.
 */
function openAppend(file: number): (line: string) => void {
  let end = 0;
  let isTorn = false;
  return (line) => {
    if (isTorn) throw new Error('the journal ends in a torn line');
    const written = writeSync(file, line, end);
    if (written < Buffer.byteLength(line)) {
      isTorn = true;
      ftruncateSync(file, end);
      isTorn = false;
      throw new Error('the disk took only a part of a line: it is full');
    }
    end += written;
  };
}

/** A full disk must not turn an answer that we have into an unknown: it goes to the database without the journal. */
export function rememberReply(log: Logger, journal: Journal, reader: string, outcome: Omit<Outcome, 'subscriberId'>): void {
  try {
    journal.reply(reader, outcome);
  } catch (error) {
    log.error({ error: String(error) }, 'the journal takes no more');
  }
}
