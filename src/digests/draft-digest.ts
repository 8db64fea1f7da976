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
}

/** A digest that nobody gets yet. Everything in it may be left for later. */
export async function draftDigest(ctx: Context, wanted: NewDigest): Promise<Digest> {
  const newsletter = await ctx.db.selectFrom('newsletter').select('id').where('slug', '=', wanted.newsletter).executeTakeFirst();
  if (!newsletter) throw unknownNewsletter();
  const digestId = await ctx.db.transaction().execute((tx) => insert(tx, newsletter.id, wanted));
  return findDigest(ctx.db, digestId);
}

async function insert(tx: Tx, newsletterId: string, { cadence, subject, preheader, note, articles = [] }: NewDigest): Promise<string> {
  const digestId = await insertDigest(tx, {
    newsletter_id: newsletterId,
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
