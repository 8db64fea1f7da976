import type { Context } from '#src/context';
import type { Newsletter } from '#src/newsletters/newsletter';
import { selectNewsletters } from '#src/newsletters/queries';

/** Oldest first. */
export async function listNewsletters(ctx: Context, page: { afterId?: string | undefined; limit: number }): Promise<Newsletter[]> {
  return selectNewsletters(ctx.db, page.afterId ?? '0', page.limit);
}
