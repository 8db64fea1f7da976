import { setTimeout as wait } from 'node:timers/promises';
import type { Context } from '#src/context';
import { type Db, isDatabaseAway, type Tx } from '#src/db/client';
import type { Cadence } from '#src/db/tables';
import { Refusal } from '#src/errors';
import { addressHash } from '#src/subscribers/address-hash';
import type { ConsentPayload } from '#src/subscribers/consent';
import {
  holdSuppressions,
  lockSubscribers,
  type Person,
  readStandings,
  type Standing,
  upsertPeople,
  upsertSubscriptions,
} from '#src/subscribers/membership-queries';
import { recordConsents } from '#src/subscribers/record-consents';
import type { SubscriberEmail } from '#src/subscribers/subscriber';

/** Somebody whose consent was given elsewhere. Each address once. */
export interface Candidate {
  address: SubscriberEmail;
  cadences: Cadence[];
  language: string;
  zone: string | null;
  source: string;
  /** When the consent was given; null: nobody says. Only a consent that came after the leaving brings somebody back. */
  consentedAt: Date | null;
  proof: ConsentPayload;
}

/** `active`: subscribed already, so nothing is changed. `suppressed` (erased people too) and `unsubscribed` stay out. */
export type Verdict = 'admitted' | 'active' | 'suppressed' | 'unsubscribed';

/** What `admit` would do. */
export async function judge(ctx: Context, db: Db, newsletterId: string, candidates: readonly Candidate[]): Promise<Verdict[]> {
  const weighed = await weigh(ctx, db, newsletterId, candidates);
  return weighed.map(({ verdict }) => verdict);
}

/** Makes the candidates active readers of the newsletter, with their consent on record, where nothing speaks against it. */
export async function admit(ctx: Context, tx: Tx, newsletterId: string, candidates: readonly Candidate[]): Promise<Verdict[]> {
  await holdSuppressions(tx);
  await lockSubscribers(
    tx,
    candidates.map(({ address }) => address),
  );
  const weighed = await weigh(ctx, tx, newsletterId, candidates);
  const admitted = weighed.filter(({ verdict }) => verdict === 'admitted');
  if (admitted.length > 0) await enter(ctx, tx, newsletterId, admitted);
  return weighed.map(({ verdict }) => verdict);
}

/** A transaction in which people are admitted. It waits for nobody long, so that nobody waits for it in a circle: it begins again. */
export async function whileAdmitting<Result>(db: Db, work: (tx: Tx) => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (!isCrowded(error) || isDatabaseAway(error)) throw error;
      if (tries === 50)
        throw new Refusal('unavailable', 'Too much is being changed at once. Try again in a few seconds.', { cause: error });
      await wait(20 + Math.random() * 100);
    }
  }
}

/** Somebody else made the person between our look and our write. */
class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

/** lock_not_available, deadlock_detected */
function isCrowded(error: unknown): boolean {
  if (error instanceof Overtaken) return true;
  const code = (error as { code?: unknown } | null)?.code;
  return code === '55P03' || code === '40P01';
}

type Weighed = Candidate & { verdict: Verdict; isKnown: boolean };

async function weigh(ctx: Context, db: Db, newsletterId: string, candidates: readonly Candidate[]): Promise<Weighed[]> {
  const people = candidates.map(({ address }) => ({ address, hash: addressHash(ctx.config.keys, address) }));
  const standings = await readStandings(db, newsletterId, people);
  return candidates.map((candidate, n) => {
    const standing = standings[n];
    if (!standing) throw new Error('an address has no standing');
    return { ...candidate, verdict: verdictOn(candidate, standing), isKnown: standing.personState !== null };
  });
}

function verdictOn({ consentedAt }: Candidate, { isSuppressed, personState, state, leftAt }: Standing): Verdict {
  if (isSuppressed || personState === 'suppressed') return 'suppressed';
  if (state === 'active') return 'active';
  const hasReturned = consentedAt !== null && leftAt !== null && consentedAt > leftAt;
  return state === 'left' && !hasReturned ? 'unsubscribed' : 'admitted';
}

async function enter(ctx: Context, tx: Tx, newsletterId: string, admitted: readonly Weighed[]): Promise<void> {
  const now = ctx.now();
  const people = await upsertPeople(tx, admitted);
  if (admitted.some(({ address, isKnown }) => people.get(address)?.isNew === isKnown)) throw new Overtaken();
  const members = admitted.map((candidate) => ({
    ...candidate,
    subscriberId: idOf(people, candidate.address),
    at: candidate.consentedAt ?? now,
  }));
  await upsertSubscriptions(tx, newsletterId, members);
  await recordConsents(
    tx,
    members.map(({ subscriberId, at, address, cadences, source, proof }) => ({
      subscriberId,
      newsletterId,
      kind: 'imported' as const,
      at,
      payload: { address, cadences, source, recordedAt: now.toISOString(), ...proof },
    })),
  );
}

function idOf(people: ReadonlyMap<string, Person>, address: string): string {
  const id = people.get(address)?.id;
  if (id === undefined) throw new Error('an admitted address was not written');
  return id;
}
