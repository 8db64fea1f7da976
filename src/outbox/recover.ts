import { sql } from 'kysely';
import type { Context } from '#src/context';
import type { Lease, Outcome } from '#src/outbox/delivery';
import { readersOf } from '#src/outbox/lease-slice';
import { isDead, keepsJournalsHere, readOwner } from '#src/outbox/owner';
import { discardJournal, type Evidence, fenceAndRead } from '#src/outbox/read-journal';
import { recordOutcomes } from '#src/outbox/record-outcomes';

/** How long a lease of another machine may be over before its readers are called unknown: its owner may still come back. */
const otherMachineGraceSeconds = 180;

type ExpiredLease = Lease & { isOver: boolean; isLongOver: boolean };

/**
 * Takes back the slices whose sender is gone. Its journal says of each reader what the relay answered, or that the final dot may have left, which
 * is `unknown`; a reader whom it does not name was not sent to and waits again. Returns how many slices were taken back.
 */
export async function recover(ctx: Context): Promise<number> {
  let recovered = 0;
  for (const lease of await leasedSlices(ctx)) {
    const evidence = evidenceFor(ctx, lease);
    if (!evidence) continue;
    const fenced = await takeOver(ctx, lease);
    if (!fenced) continue;
    const outcomes = (await readersOf(ctx.db, fenced)).flatMap((reader) => concluded(reader.subscriberId, evidence, ctx.now()));
    if (!(await recordOutcomes(ctx.db, fenced, outcomes, { keep: false, pauseMs: 0 }))) continue;
    if (evidence !== 'lost') discardIfTold(ctx.config.dataDir, lease, evidence);
    ctx.log.warn(
      { digestId: lease.digestId, slice: lease.n, unknown: outcomes.filter(({ state }) => state === 'unknown').length },
      'a slice was recovered',
    );
    recovered += 1;
  }
  return recovered;
}

/** The journal's marks; `lost` when nobody here can read it and its time is over; null when the owner may still go on. */
export function evidenceFor(
  { config }: Context,
  lease: { owner: string; serial: string; isOver: boolean; isLongOver: boolean },
): Map<string, Evidence> | 'lost' | null {
  const owner = readOwner(lease.owner);
  if (!owner || !keepsJournalsHere(owner, config.dataDir)) return lease.isLongOver ? 'lost' : null;
  return lease.isOver || isDead(owner, config.dataDir) ? fenceAndRead(config.dataDir, lease.serial).evidence : null;
}

function concluded(subscriberId: string, evidence: Map<string, Evidence> | 'lost', now: Date): Outcome[] {
  const unknown: Outcome = { subscriberId, state: 'unknown', reason: null, at: now, retryAfterMs: null, reply: null };
  if (evidence === 'lost') return [unknown];
  const known = evidence.get(subscriberId);
  if (!known) return [];
  return [known.kind === 'dot' ? unknown : { subscriberId, ...known.outcome }];
}

async function leasedSlices({ db }: Context): Promise<ExpiredLease[]> {
  const { rows } = await sql<ExpiredLease>`
    SELECT slice.digest_id AS "digestId", n, lot, lane, lo, hi, pass, fence, serial, owner, coalesce(relay, '') AS relay,
      slice.content_version AS "contentVersion", newsletter_id AS "newsletterId", false AS "isLate",
      lease_until < clock_timestamp() AS "isOver",
      lease_until + ${otherMachineGraceSeconds} * interval '1 second' < clock_timestamp() AS "isLongOver"
    FROM slice JOIN digest ON digest.id = slice.digest_id
    WHERE owner IS NOT NULL`.execute(db);
  return rows;
}

/** An owner that only slept may still hear the answer to a dot that it had written: then its journal is evidence, and is kept for it. */
export function discardIfTold(dataDir: string, lease: { owner: string; serial: string }, evidence: Map<string, Evidence>): void {
  const owner = readOwner(lease.owner);
  const isOpen = [...evidence.values()].some(({ kind }) => kind === 'dot');
  if (!isOpen || !owner || isDead(owner, dataDir)) discardJournal(dataDir, lease.serial);
}

/** From here on its owner's fence is an old one. Null when the owner renewed, gave back or was recovered by another in the meantime. */
async function takeOver({ db }: Context, lease: ExpiredLease): Promise<Lease | null> {
  const { rows } = await sql<{ fence: string }>`
    UPDATE slice SET fence = fence + 1
    WHERE digest_id = ${lease.digestId} AND n = ${lease.n} AND owner = ${lease.owner} AND fence = ${lease.fence}
    RETURNING fence`.execute(db);
  return rows[0] ? { ...lease, fence: rows[0].fence } : null;
}
