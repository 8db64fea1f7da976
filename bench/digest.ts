import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Context } from '#src/context';
import { prepareContent } from '#src/digests/prepare-content';
import { renderVariant, type Variant } from '#src/digests/render-variant';
import { DigestEmail } from '#src/mail/digest-email';
import { deliverLater } from '#src/outbox/deliver-later';
import { freezeAudience } from '#src/outbox/freeze-audience';
import { digestTotals } from '#src/outbox/ledger';
import { projectFile } from '#src/project';

/** Two seeded newsletters, so that two audiences of different sizes stand side by side. */
export type Newsletter = 'israel-briefing' | 'israel-briefing-he';
export type Sample = 'english-twelve-no-image' | 'hebrew-twelve-no-image' | 'hebrew-thirty' | '37 KB' | '67 KB';

/** Cut so that a message has the size of its name on the wire. */
const sized: Record<string, { from: Sample | 'english-thirty'; articles: number; note: string | null }> = {
  '37 KB': { from: 'english-thirty', articles: 20, note: null },
  '67 KB': { from: 'hebrew-thirty', articles: 28, note: 'בוקר טוב. יש היום יותר ידיעות מן הרגיל, ולכן קצרנו בכל אחת מהן.' },
};

export function sampleDigest(sample: Sample): DigestEmail {
  const { from, ...size } = sized[sample] ?? { from: sample };
  const digest = DigestEmail.parse(JSON.parse(readFileSync(projectFile(`templates/samples/digests/${from}.json`), 'utf8')));
  if (!('articles' in size)) return digest;
  const articles = digest.articles.slice(0, size.articles).map((article) => ({ ...article, image: null }));
  return { ...digest, articles, note: size.note };
}

export async function renderSample(ctx: Context, sample: Sample): Promise<Variant> {
  const email = sampleDigest(sample);
  return renderVariant(ctx, email, email.frameLanguage);
}

/** `count` confirmed readers in one statement. */
export async function addReaders({ db }: Context, newsletter: Newsletter, count: number): Promise<void> {
  await sql`
    WITH person AS (
      INSERT INTO subscriber (address, state)
      SELECT 'r' || n || '@' || ${newsletter} || '.example.org', 'active' FROM generate_series(1, ${count}) AS n RETURNING id
    )
    INSERT INTO subscription (subscriber_id, newsletter_id, state, language, confirmed_at)
    SELECT id, (SELECT id FROM newsletter WHERE slug = ${newsletter}), 'active', 'en', now() FROM person`.execute(db);
  await sql`ANALYZE subscriber, subscription`.execute(db);
}

/** A digest for all readers of the newsletter, frozen and held back until `sendDigest`. Returns its id. */
export async function freezeDigest({ db }: Context, newsletter: Newsletter, variant: Variant): Promise<string> {
  return db.transaction().execute(async (tx) => {
    const { id: newsletterId } = await tx.selectFrom('newsletter').select('id').where('slug', '=', newsletter).executeTakeFirstOrThrow();
    const { id } = await tx
      .insertInto('digest')
      .values({ newsletter_id: newsletterId, state: 'paused', content_version: 1, send_by: new Date(Date.now() + 6 * 3_600_000) })
      .returning('id')
      .executeTakeFirstOrThrow();
    await tx
      .insertInto('content')
      .values(prepareContent(id, 1, [variant]))
      .execute();
    const frozen = await freezeAudience(tx, {
      digestId: id,
      newsletterId,
      cadence: 'daily',
      now: new Date(),
      lane: 2,
      variants: [{ variant: 0, languages: [] }],
      notBefore: new Date(0),
    });
    await tx.updateTable('digest').set({ frozen_count: frozen }).where('id', '=', id).execute();
    return id;
  });
}

const pollMs = 100;
const patienceMs = 15 * 60_000;

/** Lets a frozen digest go, rings, and waits for its last outcome. Returns how many were accepted, and the seconds by the database's clock. */
export async function sendDigest(ctx: Context, digestId: string): Promise<{ accepted: number; seconds: number }> {
  const startedAt = await letGo(ctx, digestId);
  const totals = await lastTotals(ctx, digestId);
  if (totals.accepted !== totals.frozen) throw new Error(`not every reader was accepted: ${JSON.stringify(totals)}`);
  const { rows: ends } = await sql<{ at: Date }>`SELECT max(updated_at) AS at FROM slice WHERE digest_id = ${digestId}`.execute(ctx.db);
  await sql`UPDATE digest SET state = 'finished' WHERE id = ${digestId}`.execute(ctx.db);
  return { accepted: totals.accepted, seconds: ((ends[0]?.at.getTime() ?? 0) - startedAt.getTime()) / 1_000 };
}

/** Returns when, by the database's clock. */
export async function letGo(ctx: Context, digestId: string): Promise<Date> {
  const { rows } = await sql<{ at: Date }>`
    UPDATE digest SET state = 'sending' WHERE id = ${digestId} RETURNING clock_timestamp() AS at`.execute(ctx.db);
  await deliverLater(ctx, 'digest');
  return rows[0]?.at ?? new Date(NaN);
}

async function lastTotals({ db }: Context, digestId: string) {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const totals = await digestTotals(db, digestId);
    if (totals.waiting + totals.sending + totals.deferred === 0) return totals;
    if (Date.now() > deadline) throw new Error(`a digest did not end: ${JSON.stringify(totals)}`);
    await wait(pollMs);
  }
}
