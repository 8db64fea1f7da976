import type { Context } from '#src/context';
import { listNewsletters } from '#src/newsletters/list-newsletters';

/** The clock of what belongs to no newsletter yet, such as an article that comes in: the first newsletter's. */
export async function houseZone(ctx: Context): Promise<string> {
  const [first] = await listNewsletters(ctx, { limit: 1 });
  return first?.zone ?? 'UTC';
}
