import { z } from 'zod';

/**
 * The background jobs. A job carries ids, never text: the row says whether there is anything to do, and a job that is lost or rung twice
 * harms nobody. `lane` is the queue that it rings in.
 */
const Id = z.string().regex(/^[0-9]{1,19}$/);

export const jobs = {
  /** Something may be leased: slices of digests, or one-off messages. */
  deliver: { lane: 'deliver', payload: z.strictObject({ lane: z.enum(['transactional', 'breaking', 'digest']) }), attempts: 1 },
  /** A digest's time has come: render, compare with what was approved, freeze. */
  freezeDigest: { lane: 'digest', payload: z.strictObject({ digestId: Id }), attempts: 5 },
  /** A schedule's hour: draft the occasion's digest and send it. */
  openOccasion: {
    lane: 'clock',
    payload: z.strictObject({ newsletterId: Id, cadence: z.enum(['breaking', 'daily', 'weekly']) }),
    attempts: 5,
  },
  /** Retention, partitions, the nightly sums. */
  tidy: { lane: 'clock', payload: z.strictObject({}), attempts: 2 },
} as const;

export type JobName = keyof typeof jobs;
export type Payload<Name extends JobName> = z.infer<(typeof jobs)[Name]['payload']>;
export type Lane = (typeof jobs)[JobName]['lane'];
export const lanes: readonly Lane[] = ['deliver', 'digest', 'clock'];
