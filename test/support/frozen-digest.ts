import { sql } from 'kysely';
import type { Context } from '#src/context';
import { compileSkeleton } from '#src/mail/compile-skeleton';
import { packSkeleton } from '#src/mail/pack-skeleton';
import { slotMarker } from '#src/mail/slots';
import { freezeAudience } from '#src/outbox/freeze-audience';

/** `count` confirmed readers `r1@example.org`, `r2@…`; one statement, so that thousands are a moment. */
export async function addReaders({ db }: Context, count: number, domain = 'example.org'): Promise<void> {
  await sql`
    WITH person AS (
      INSERT INTO subscriber (address, state) SELECT 'r' || n || '@' || ${domain}, 'active' FROM generate_series(1, ${count}) AS n RETURNING id
    )
    INSERT INTO subscription (subscriber_id, newsletter_id, state, language, confirmed_at)
    SELECT id, (SELECT id FROM newsletter WHERE slug = 'israel-briefing'), 'active', 'en', now() FROM person`.execute(db);
}

/** A digest frozen for all readers and ready to leave, with a small content of its own: what the outbox needs, without the desk. */
export async function freezeDigestFor(
  { db, config }: Context,
  { state = 'sending', lane = 2 }: { state?: 'sending' | 'paused'; lane?: 1 | 2 } = {},
): Promise<string> {
  const newsletter = await db.selectFrom('newsletter').selectAll().where('slug', '=', 'israel-briefing').executeTakeFirstOrThrow();
  const rendered = {
    subject: 'The morning in eight articles',
    preheader: '',
    html: `<p>Good morning. <a href="${config.publicUrl}/u/${slotMarker('unsubscribe')}">Unsubscribe</a></p>\n`,
    text: `Good morning.\n\n${config.publicUrl}/u/${slotMarker('unsubscribe')}\n`,
    language: 'en',
    direction: 'ltr' as const,
  };
  const email = { newsletter: { slug: newsletter.slug, name: newsletter.name, fromName: newsletter.from_name } };
  return db.transaction().execute(async (tx) => {
    const { id } = await tx
      .insertInto('digest')
      .values({ newsletter_id: newsletter.id, state, content_version: 1, send_by: new Date(Date.now() + 6 * 3_600_000) })
      .returning('id')
      .executeTakeFirstOrThrow();
    await tx
      .insertInto('content')
      .values({
        digest_id: id,
        version: 1,
        variant: 0,
        language: 'en',
        hash: 'test',
        email: JSON.stringify(email),
        rendered: JSON.stringify(rendered),
        skeleton: packSkeleton(compileSkeleton(rendered)),
      })
      .execute();
    const frozen = await freezeAudience(tx, {
      digestId: id,
      newsletterId: newsletter.id,
      cadence: lane === 1 ? 'breaking' : 'daily',
      now: new Date(),
      lane,
      variants: [{ variant: 0, languages: ['en'] }],
      notBefore: new Date(0),
    });
    await tx.updateTable('digest').set({ frozen_count: frozen }).where('id', '=', id).execute();
    return id;
  });
}
