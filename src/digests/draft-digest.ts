import type { Context } from '#src/context';
import type { Tx } from '#src/db/client';
import type { Cadence } from '#src/db/tables';
import { seatArticles } from '#src/digests/arrange-digest';
import type { ArrangedArticle, Digest, DigestWords } from '#src/digests/digest';
import { findDigest } from '#src/digests/find-digest';
import { insertDigest } from '#src/digests/queries';
import { Refusal } from '#src/errors';

export interface NewDigest extends Partial<DigestWords> {
  /** The newsletter's slug. */
  newsletter: string;
  cadence: Cadence;
  articles?: readonly ArrangedArticle[] | undefined;
  /** It goes to those who had this digest: in the version before its correction, or in the one that is said. */
  corrects?: { digestId: string; version?: number | undefined } | undefined;
}

/** A digest that nobody gets yet. Everything in it may be left for later. */
export async function draftDigest(ctx: Context, wanted: NewDigest): Promise<Digest> {
  const newsletter = await ctx.db.selectFrom('newsletter').select('id').where('slug', '=', wanted.newsletter).executeTakeFirst();
  if (!newsletter) throw unknownNewsletter();
  const corrected = await correctedVersion(ctx, wanted.corrects, newsletter.id);
  const digestId = await ctx.db.transaction().execute((tx) => insert(tx, newsletter.id, wanted, corrected));
  return findDigest(ctx.db, digestId);
}

/** @throws Refusal invalid for a digest that nobody had, or one of another newsletter */
async function correctedVersion(ctx: Context, corrects: NewDigest['corrects'], newsletterId: string): Promise<Digest['corrects']> {
  if (corrects === undefined) return null;
  const faulty = await findDigest(ctx.db, corrects.digestId);
  const latest = faulty.contentVersion;
  const version = corrects.version ?? Math.max(1, latest - 1);
  const fault = faulty.newsletter.id === newsletterId ? null : 'is of another newsletter';
  if (fault === null && version <= latest) return { digestId: faulty.id, version };
  throw new Refusal('invalid', 'There is nobody to correct it for.', {
    faults: [{ pointer: '/corrects', detail: fault ?? 'names a version that nobody had' }],
  });
}

async function insert(tx: Tx, newsletterId: string, wanted: NewDigest, corrects: Digest['corrects']): Promise<string> {
  const { cadence, subject, preheader, note, articles = [] } = wanted;
  const digestId = await insertDigest(tx, {
    newsletter_id: newsletterId,
    corrects_digest_id: corrects?.digestId ?? null,
    corrects_version: corrects?.version ?? null,
    cadence,
    ...(subject === undefined ? {} : { subject }),
    ...(preheader === undefined ? {} : { preheader }),
    note: note ?? null,
  });
  if (digestId === null) throw new Error('a digest without an occasion met another');
  await seatArticles(tx, digestId, articles, '/articles');
  return digestId;
}

function unknownNewsletter(): Refusal {
  return new Refusal('invalid', 'There is no such newsletter.', {
    faults: [{ pointer: '/newsletter', detail: 'names no newsletter: see GET /v1/newsletters' }],
  });
}
