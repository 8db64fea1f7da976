import { sql } from 'kysely';
import type { Context } from '#src/context';
import type { Tx } from '#src/db/client';
import type { Lease, Outcome } from '#src/outbox/delivery';
import { keepsJournalsHere, readOwner } from '#src/outbox/owner';
import { discardJournal, type Evidence, journalsHere, fenceAndRead } from '#src/outbox/read-journal';
import { recordOutcomes } from '#src/outbox/record-outcomes';
import { discardIfTold } from '#src/outbox/recover';

/**
 * Journals that outlived their lease: somebody else recovered it, without them or before their last line. What they prove settles unknowns: a
 * reply settles its reader, and a reader without a mark was not sent to and waits again. Returns how many readers were settled.
 */
export async function offerEvidence(ctx: Context): Promise<number> {
  let settled = 0;
  const journals = journalsHere(ctx.config.dataDir); // before the question: a lease is in its row before its journal is here
  const open = await openSerials(ctx);
  for (const serial of journals) {
    if (open.has(serial)) continue;
    const { owner, of, evidence } = fenceAndRead(ctx.config.dataDir, serial);
    const writer = owner === null ? null : readOwner(owner);
    const [kind, digestId = '', n = '', pass = ''] = of?.split('/') ?? [];
    if (kind === 'slice' && writer) {
      // of another boot, the last lines may never have reached the disk: silence proves nothing then
      const silenceProves = keepsJournalsHere(writer, ctx.config.dataDir);
      const end = await settleSlice(ctx, { digestId, n: Number(n), pass: Number(pass) }, evidence, silenceProves);
      if (end === 'later') continue;
      settled += end;
    }
    if (owner === null) discardJournal(ctx.config.dataDir, serial);
    else discardIfTold(ctx.config.dataDir, { owner, serial }, evidence);
  }
  return settled;
}

/** Leases that somebody holds: their journals are still being written, or are the recovery's. */
async function openSerials({ db }: Context): Promise<Set<string>> {
  const { rows } = await sql<{ serial: string }>`
    SELECT serial FROM slice WHERE owner IS NOT NULL UNION ALL SELECT serial FROM message WHERE owner IS NOT NULL`.execute(db);
  return new Set(rows.map(({ serial }) => serial));
}

interface PassOfSlice {
  digestId: string;
  n: number;
  pass: number;
}

/** `later`: the slice is leased just now, and nobody may write between its holder's outcomes. */
async function settleSlice(
  ctx: Context,
  of: PassOfSlice,
  evidence: Map<string, Evidence>,
  silenceProves: boolean,
): Promise<number | 'later'> {
  return ctx.db.transaction().execute(async (tx) => {
    const lease = await leaseForEvidence(tx, of);
    if (lease === 'leased') return 'later';
    if (!lease) return 0;
    const unknowns = await unknownsOf(tx, lease, of.pass);
    const outcomes = unknowns.flatMap(({ reader }) => proven(reader, evidence.get(reader), silenceProves && lease.mayStillSend, ctx.now()));
    const contentVersion = unknowns[0]?.contentVersion ?? lease.contentVersion;
    await recordOutcomes(tx, { ...lease, contentVersion }, outcomes, { keep: false, pauseMs: 0 });
    return outcomes.length;
  });
}

/** A pass of its own, inside the transaction: evidence is appended like everything else. */
async function leaseForEvidence(tx: Tx, { digestId, n }: PassOfSlice): Promise<(Lease & { mayStillSend: boolean }) | 'leased' | null> {
  const { rows } = await sql<Lease & { before: string | null; mayStillSend: boolean }>`
    WITH before AS (SELECT owner FROM slice WHERE digest_id = ${digestId} AND n = ${n} FOR UPDATE)
    UPDATE slice SET owner = coalesce(slice.owner, 'evidence'), pass = pass + (before.owner IS NULL)::integer, fence = fence + (before.owner IS NULL)::integer
    FROM before, digest
    WHERE slice.digest_id = ${digestId} AND slice.n = ${n} AND digest.id = slice.digest_id
    RETURNING before.owner AS before, slice.digest_id AS "digestId", n, lot, lane, lo, hi, pass, fence, serial, slice.owner, coalesce(relay, '') AS relay,
      digest.content_version AS "contentVersion", newsletter_id AS "newsletterId", false AS "isLate",
      digest.state IN ('sending', 'paused') AS "mayStillSend"`.execute(tx);
  const lease = rows[0];
  if (!lease) return null;
  return lease.before === null ? lease : 'leased';
}

/** Whose last word, in the pass that the journal tells of, is that nobody knows, but for those whom a person has sent it again. */
async function unknownsOf(tx: Tx, { digestId, lo, hi, n }: Lease, pass: number): Promise<{ reader: string; contentVersion: number }[]> {
  const { rows } = await sql<{ reader: string; contentVersion: number }>`
    SELECT last.subscriber_id AS reader, last.content_version AS "contentVersion" FROM outcome AS last
    WHERE digest_id = ${digestId} AND subscriber_id BETWEEN ${lo} AND ${hi} AND slice = ${n} AND pass = ${pass} AND state = 'unknown'
      AND NOT EXISTS (
        SELECT 1 FROM outcome AS later
        WHERE later.digest_id = last.digest_id AND later.subscriber_id = last.subscriber_id AND later.pass > last.pass
      )
      AND NOT EXISTS (SELECT FROM message WHERE kind = 'resend' AND digest_id = last.digest_id AND subscriber_id = last.subscriber_id)`.execute(
    tx,
  );
  return rows;
}

function proven(subscriberId: string, evidence: Evidence | undefined, silenceProves: boolean, now: Date): Outcome[] {
  if (evidence?.kind === 'reply') return [{ subscriberId, ...evidence.outcome }];
  if (evidence?.kind === 'dot' || !silenceProves) return [];
  return [{ subscriberId, state: 'waiting', reason: null, at: now, retryAfterMs: null, reply: null }];
}
