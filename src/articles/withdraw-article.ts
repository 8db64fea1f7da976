import { contentOf, type StoredArticle } from '#src/articles/article';
import { lockArticle } from '#src/articles/queries';
import { replaceContent, requireVersion } from '#src/articles/store-article';
import type { Context } from '#src/context';
import { Refusal } from '#src/errors';

export interface Withdrawal {
  /** False takes the withdrawal back. */
  withdrawn: boolean;
}

/** A withdrawn article is in no digest that leaves from now on. Asked again, the first moment stays. */
export async function withdrawArticle(
  ctx: Context,
  id: string,
  { withdrawn }: Withdrawal,
  ifMatch: number | null = null,
): Promise<StoredArticle> {
  return ctx.db.transaction().execute(async (tx) => {
    const existing = await lockArticle(tx, id);
    if (!existing) throw new Refusal('not-found', 'There is no such article.');
    requireVersion(existing, ifMatch);
    const withdrawnAt = withdrawn ? (existing.withdrawnAt ?? wholeSecond(ctx.now())) : null;
    return replaceContent(tx, existing, { ...contentOf(existing), withdrawnAt }, ctx.now());
  });
}

function wholeSecond(moment: Date): Date {
  return new Date(Math.floor(moment.getTime() / 1000) * 1000);
}
