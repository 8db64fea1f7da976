import { type Insertable, sql, type Updateable } from 'kysely';
import type { Db, Tx } from '#src/db/client';
import type { Database, DigestState } from '#src/db/tables';
import type { ArrangedArticle } from '#src/digests/digest';

/** Every statement of this context that writes. Reads stand beside the verbs that need them. */

/** Null when the occasion has its digest already. */
export async function insertDigest(tx: Tx, row: Insertable<Database['digest']>): Promise<string | null> {
  const inserted = await tx
    .insertInto('digest')
    .values(row)
    .onConflict((conflict) => conflict.column('occasion').doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted?.id ?? null;
}

/** Counts the version up and takes the row's lock, if the digest is still a draft of that version, or, for a correction, paused. */
export async function updateDraft(
  db: Db,
  digestId: string,
  version: number | null,
  changes: Updateable<Database['digest']>,
  state: 'draft' | 'paused' = 'draft',
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('digest')
    .set({ ...changes, version: sql`version + 1`, updated_at: sql`now()` })
    .where('id', '=', digestId)
    .where('state', '=', state)
    .where((row) => (version === null ? row.lit(true) : row('version', '=', version)))
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function replaceArticles(tx: Tx, digestId: string, articles: readonly ArrangedArticle[]): Promise<void> {
  await tx.deleteFrom('digest_article').where('digest_id', '=', digestId).execute();
  if (articles.length === 0) return;
  const rows = articles.map(({ articleId, slot, headline, description, whyItMatters }, position) => ({
    digest_id: digestId,
    position,
    article_id: articleId,
    slot: slot ?? 'brief',
    headline,
    description,
    why_it_matters: whyItMatters,
  }));
  await tx.insertInto('digest_article').values(rows).execute();
}

export interface StateChange {
  from: readonly DigestState[];
  to: DigestState;
  /** Only if nobody changed the digest since. */
  version?: number | undefined;
  changes: Updateable<Database['digest']>;
}

/** Compare and set. False when the digest is in another state, of another version, or gone. */
export async function updateState(db: Db, digestId: string, { from, to, version, changes }: StateChange): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('digest')
    .set({ ...changes, state: to, version: sql`version + 1`, updated_at: sql`now()` })
    .where('id', '=', digestId)
    .where('state', 'in', from)
    .where((row) => (version === undefined ? row.lit(true) : row('version', '=', version)))
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function deleteDraft(db: Db, digestId: string, version: number | null): Promise<boolean> {
  const { numDeletedRows } = await db
    .deleteFrom('digest')
    .where('id', '=', digestId)
    .where('state', '=', 'draft')
    .where((row) => (version === null ? row.lit(true) : row('version', '=', version)))
    .executeTakeFirst();
  return numDeletedRows === 1n;
}

export async function putContent(db: Db, rows: Insertable<Database['content']>[]): Promise<void> {
  await db
    .insertInto('content')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['digest_id', 'version', 'variant']).doUpdateSet((row) => ({
        language: row.ref('excluded.language'),
        hash: row.ref('excluded.hash'),
        email: row.ref('excluded.email'),
        rendered: row.ref('excluded.rendered'),
        skeleton: row.ref('excluded.skeleton'),
      })),
    )
    .execute();
}

/** All but version 0, which belongs to tests. */
export async function deleteFrozenContent(tx: Tx, digestId: string): Promise<void> {
  await tx.deleteFrom('content').where('digest_id', '=', digestId).where('version', '>', 0).execute();
}

/** Digests whose hour has come, each at most every five seconds however often and from however many clocks this is asked. */
export async function claimDue(db: Db, now: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    UPDATE digest SET updated_at = now()
    WHERE state = 'scheduled' AND send_at <= ${now} AND updated_at < now() - interval '5 seconds'
    RETURNING id`.execute(db);
  return rows.map(({ id }) => id);
}

/** The slice that went ahead came back well: the others may follow. */
export async function releaseCanary(db: Db, digestId: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('digest')
    .set({ canary: false, updated_at: sql`now()` })
    .where('id', '=', digestId)
    .where('canary', '=', true)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function updateWithdrawal(db: Db, digestId: string, withdrawnAt: Date | null): Promise<void> {
  await db
    .updateTable('digest')
    .set({ withdrawn_at: withdrawnAt, version: sql`version + 1`, updated_at: sql`now()` })
    .where('id', '=', digestId)
    .execute();
}
