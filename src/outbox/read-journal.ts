import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { z } from 'zod';
import { journalFile, journalFolder } from '#src/outbox/journal';

/** What a journal proves of one reader: the relay's answer, or that the dot may have left. Of a reader whom it does not name: that it did not. */
export type Evidence = { kind: 'reply'; outcome: JournalledOutcome } | { kind: 'dot' };

/** `owner` and `of` (what was leased) are null for a journal that its owner never opened. */
export interface JournalReading {
  owner: string | null;
  of: string | null;
  evidence: Map<string, Evidence>;
}

/** As the sender wrote it: an outcome without its reader. */
const JournalledOutcome = z.object({
  state: z.enum(['waiting', 'deferred', 'accepted', 'rejected', 'unknown', 'skipped']),
  reason: z.enum(['mailbox', 'policy', 'expired', 'render', 'relay', 'suppressed', 'unsubscribed', 'paused', 'erased']).nullable(),
  at: z.coerce.date(),
  retryAfterMs: z.number().nullable(),
  reply: z.string().nullable(),
});
export type JournalledOutcome = z.infer<typeof JournalledOutcome>;

/**
 * Fences the lease off, then reads what its owner did. A journal that was never opened is made, fenced, so that its owner cannot open it later.
 * Only for journals that are kept here: see `keepsJournalsHere`.
 */
export function fenceAndRead(dataDir: string, serial: string): JournalReading {
  setFence(dataDir, serial);
  const lines = completeLines(dataDir, serial);
  const [, owner, of] = /^lease (\S+) (\S+)$/.exec(lines[1] ?? '') ?? [];
  return { owner: owner ?? null, of: of ?? null, evidence: readMarks(lines) };
}

/** The serials of the journals that lie here. */
export function journalsHere(dataDir: string): string[] {
  try {
    return readdirSync(journalFolder(dataDir)).flatMap((name) => /^(\d+)\.journal$/.exec(name)?.[1] ?? []);
  } catch {
    return [];
  }
}

export function discardJournal(dataDir: string, serial: string): void {
  rmSync(journalFile(dataDir, serial), { force: true });
}

/** The last line is empty, or torn: a torn "dot" was never followed by a dot, a torn "reply" leaves its reader's dot unanswered. */
function completeLines(dataDir: string, serial: string): string[] {
  return readFileSync(journalFile(dataDir, serial), 'utf8').split('\n').slice(0, -1);
}

function readMarks(lines: readonly string[]): Map<string, Evidence> {
  const evidence = new Map<string, Evidence>();
  for (const line of lines) readMark(line, evidence);
  return evidence;
}

function setFence(dataDir: string, serial: string): void {
  const path = journalFile(dataDir, serial);
  mkdirSync(journalFolder(dataDir), { recursive: true, mode: 0o700 });
  for (;;) {
    try {
      const file = openSync(path, 'r+');
      writeSync(file, '1', 0);
      return closeSync(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    try {
      const file = openSync(path, 'wx', 0o600);
      writeSync(file, '1\n');
      return closeSync(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // its owner opened it in this moment: fence that one
    }
  }
}

function readMark(line: string, evidence: Map<string, Evidence>): void {
  const [, word, reader = '', rest = ''] = /^(dot|void|reply) (\S+)(?: (.*))?$/.exec(line) ?? [];
  if (word === 'dot') evidence.set(reader, { kind: 'dot' });
  if (word === 'void') evidence.delete(reader);
  if (word !== 'reply') return;
  const outcome = JournalledOutcome.safeParse(parseJson(rest));
  if (outcome.success) evidence.set(reader, { kind: 'reply', outcome: outcome.data });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
