import type { Finding } from '#src/cli/doctor/finding';
import type { Context } from '#src/context';
import { findQueueFaults } from '#src/find-queue-faults';

/** Whether the queue answers, and whether it could forget. */
export async function checkQueue(ctx: Context): Promise<Finding[]> {
  const part = 'queue';
  const where = ctx.config.redisUrl ? 'Redis' : 'Postgres';
  if (!(await ctx.bells.isUp())) return [{ part, level: 'bad', detail: `does not answer on ${where}` }];
  const { faults, warnings } = await findQueueFaults(ctx.config);
  return [
    { part, level: 'ok', detail: `answers on ${where}` },
    ...faults.map((detail): Finding => ({ part, level: 'bad', detail })),
    ...warnings.map((detail): Finding => ({ part, level: 'warn', detail })),
  ];
}
