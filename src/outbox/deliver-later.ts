import type { Context } from '#src/context';

/** Rings for rows that are committed: somebody leases them soon. Without it the sweep finds them. */
export async function deliverLater(ctx: Context, lane: 'transactional' | 'breaking' | 'digest'): Promise<void> {
  await ctx.bells.ring('deliver', { lane });
}
