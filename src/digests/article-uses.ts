import type { Db } from '#src/db/client';
import type { DigestState } from '#src/db/tables';

export interface ArticleUse {
  articleId: string;
  digestId: string;
  subject: string;
  state: DigestState;
}

/** In which digests these articles stand, newest first; skipped and cancelled ones left out. */
export async function articleUses(db: Db, articleIds: readonly string[]): Promise<ArticleUse[]> {
  if (articleIds.length === 0) return [];
  return db
    .selectFrom('digest_article')
    .innerJoin('digest', 'digest.id', 'digest_article.digest_id')
    .select(['digest_article.article_id as articleId', 'digest.id as digestId', 'digest.subject', 'digest.state'])
    .where('digest_article.article_id', 'in', articleIds)
    .where('digest.state', 'not in', ['skipped', 'cancelled'])
    .orderBy('digest.id', 'desc')
    .execute();
}
