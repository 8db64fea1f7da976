import type { Context } from '#src/context';
import { Refusal } from '#src/errors';
import type { Newsletter } from '#src/newsletters/newsletter';
import { selectNewsletter } from '#src/newsletters/queries';

export async function findNewsletter(ctx: Context, slug: string): Promise<Newsletter> {
  const newsletter = await selectNewsletter(ctx.db, slug);
  if (!newsletter) throw new Refusal('not-found', 'There is no such newsletter.');
  return newsletter;
}
