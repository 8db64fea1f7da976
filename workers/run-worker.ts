import { UnrecoverableError } from 'bullmq';
import type { Context } from '#src/context';
import { PermanentFailure } from '#src/errors';
import { type JobName, jobs, type Lane, type Payload } from '#src/jobs';

/** What each job of a lane does. */
export type JobVerbs = { [Name in JobName]?: (payload: Payload<Name>) => Promise<unknown> };

/** The one consumer of BullMQ's: checks a job's payload, calls its verb, and says what a failure means. Closes with what it is doing done. */
export function runWorker(ctx: Context, lane: Lane, verbs: JobVerbs, { concurrency = 1 } = {}): { close(): Promise<void> } {
  const worker = new ctx.queueBackend.classes.Worker<unknown, void, string>(lane, async (job) => perform(verbs, job.name, job.data), {
    connection: ctx.queueBackend.consumer,
    concurrency,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 500 },
  });
  worker.on('error', (error: Error) => ctx.log.warn({ lane, error: error.message }, 'the queue is away'));
  worker.on('failed', (job, error: Error) => ctx.log.error({ job: job?.name, id: job?.id, error: error.stack }, 'a job failed'));
  return { close: () => worker.close() };
}

async function perform(verbs: JobVerbs, name: string, data: unknown): Promise<void> {
  const job = Object.hasOwn(jobs, name) ? jobs[name as JobName] : null;
  const verb = verbs[name as JobName] as ((payload: unknown) => Promise<unknown>) | undefined;
  const payload = job?.payload.safeParse(data);
  if (!verb || !payload?.success) throw new UnrecoverableError(`no verb for job ${name}, or a payload that does not fit it`);
  try {
    await verb(payload.data);
  } catch (error) {
    if (error instanceof PermanentFailure) throw new UnrecoverableError(error.message);
    throw error;
  }
}
