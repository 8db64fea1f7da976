import { z } from 'zod';
import type { Context } from '#src/context';
import { updateReason } from '#src/subscribers/queries';

export const LeavingReason = z.enum(['tooMany', 'tooLong', 'notForMe', 'elsewhere', 'other']);
export type LeavingReason = z.infer<typeof LeavingReason>;

export async function giveReason(ctx: Context, subscriptionId: string, reason: LeavingReason): Promise<void> {
  await updateReason(ctx.db, subscriptionId, reason);
}
