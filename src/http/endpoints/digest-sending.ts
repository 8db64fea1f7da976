import { z } from 'zod';
import { recordAudit } from '#src/accounts/record-audit';
import { cancelDigest } from '#src/digests/cancel-digest';
import { correctDigest } from '#src/digests/correct-digest';
import { Arrangement, DigestWords } from '#src/digests/digest';
import { pauseDigest } from '#src/digests/pause-digest';
import { resendUnknown } from '#src/digests/resend-unknown';
import { resumeDigest } from '#src/digests/resume-digest';
import { scheduleDigest, unscheduleDigest } from '#src/digests/schedule-digest';
import { sendDigest } from '#src/digests/send-digest';
import { unsendDigest } from '#src/digests/unsend-digest';
import { type Endpoint, endpoint, reply } from '#src/http/endpoint';
import { digestActed, digestParams, oneDigest } from '#src/http/endpoints/digest-replies';
import { DigestShape } from '#src/http/endpoints/digest-shapes';
import { RowId } from '#src/http/row-id';
import { Timestamp, timestamp } from '#src/http/timestamp';

const recipients = z.int().min(0);
/** One slice of readers goes ahead; the others follow when it has arrived. */
const canary = z.boolean().default(false);

/** The same words however often it is asked: what was approved, and where to watch it. */
const Sent = z.strictObject({
  digestId: z.string(),
  sendAt: Timestamp.nullable(),
  holdSeconds: z.int(),
  recipients: recipients.nullable(),
  progress: z.string(),
});

/** `again`: it was sent again before. `gone`: its reader has left. */
const Resent = z.strictObject({ subscriberId: z.string(), result: z.enum(['queued', 'not-unknown', 'again', 'gone']) });

/** A digest that goes: when, now, not yet, no more. */
export const digestSending: readonly Endpoint[] = [
  endpoint({
    method: 'put',
    path: `${oneDigest}/schedule`,
    summary: 'Send at a wall clock time in a zone',
    scope: 'digests:send',
    params: digestParams,
    body: z.strictObject({ at: z.string().max(40), zone: z.string().max(64).optional(), canary }),
    answers: { 200: DigestShape },
    run: async (ctx, call) =>
      digestActed(ctx, call, 'digest.schedule', await scheduleDigest(ctx, call.params.id, { ...call.body, ifMatch: call.ifMatch })),
  }),
  endpoint({
    method: 'delete',
    path: `${oneDigest}/schedule`,
    summary: 'Make a scheduled digest a draft again',
    scope: 'digests:send',
    params: digestParams,
    answers: { 200: DigestShape },
    run: async (ctx, call) => digestActed(ctx, call, 'digest.unschedule', await unscheduleDigest(ctx, call.params.id)),
  }),
  endpoint({
    method: 'put',
    path: `${oneDigest}/send`,
    summary: 'Send now, after a hold in which it can be undone',
    scope: 'digests:send',
    params: digestParams,
    body: z.strictObject({ expectedRecipients: recipients.optional(), holdSeconds: z.int().min(0).max(3_600).default(60), canary }),
    answers: { 200: Sent, 202: Sent },
    async run(ctx, { params: { id }, body, ifMatch, actor }) {
      const { again, digest } = await sendDigest(ctx, id, { ...body, ifMatch });
      const progress = `/v1/digests/${id}/progress`;
      const sendAt = digest.sendAt === null ? null : timestamp(digest.sendAt);
      const sent = { digestId: id, sendAt, holdSeconds: digest.holdSeconds, recipients: digest.expectedRecipients, progress };
      if (again) return reply(200, sent, { location: progress });
      await recordAudit(ctx.db, actor, 'digest.send', `digest:${id}`, { recipients: digest.expectedRecipients });
      return reply(202, sent, { location: progress });
    },
  }),
  endpoint({
    method: 'delete',
    path: `${oneDigest}/send`,
    summary: 'Undo: call a digest back while it is held',
    scope: 'digests:send',
    params: digestParams,
    answers: { 200: DigestShape },
    run: async (ctx, call) => digestActed(ctx, call, 'digest.undo', await unsendDigest(ctx, call.params.id)),
  }),
  endpoint({
    method: 'put',
    path: `${oneDigest}/pause`,
    summary: 'Stop sending within two seconds',
    scope: 'digests:send',
    params: digestParams,
    answers: { 200: DigestShape },
    run: async (ctx, call) => digestActed(ctx, call, 'digest.pause', await pauseDigest(ctx, call.params.id)),
  }),
  endpoint({
    method: 'delete',
    path: `${oneDigest}/pause`,
    summary: 'Go on sending to those who have not had it',
    scope: 'digests:send',
    params: digestParams,
    answers: { 200: DigestShape },
    run: async (ctx, call) => digestActed(ctx, call, 'digest.resume', await resumeDigest(ctx, call.params.id)),
  }),
  endpoint({
    method: 'put',
    path: `${oneDigest}/cancellation`,
    summary: 'Stop for good: whoever is waiting does not get it',
    scope: 'digests:send',
    params: digestParams,
    answers: { 200: DigestShape },
    run: async (ctx, call) => digestActed(ctx, call, 'digest.cancel', await cancelDigest(ctx, call.params.id)),
  }),
  endpoint({
    method: 'post',
    path: `${oneDigest}/corrections`,
    summary: 'Correct a paused digest for those who have not had it, and go on',
    scope: 'digests:send',
    params: digestParams,
    body: z.strictObject({ ...DigestWords.shape, items: Arrangement.optional(), resume: z.boolean().default(true) }),
    answers: { 200: DigestShape },
    run: async (ctx, call) => {
      const { items: articles, ...correction } = call.body;
      return digestActed(
        ctx,
        call,
        'digest.correct',
        await correctDigest(ctx, call.params.id, { ...correction, articles, ifMatch: call.ifMatch }),
      );
    },
  }),
  endpoint({
    method: 'post',
    path: `${oneDigest}/resends`,
    summary: 'Send unknown deliveries again, each at most once: a reader may get it twice',
    scope: 'digests:send',
    params: digestParams,
    body: z.strictObject({ subscriberIds: z.array(RowId).min(1).max(1_000) }),
    answers: { 202: z.strictObject({ items: z.array(Resent) }) },
    async run(ctx, { params: { id }, body, actor }) {
      const items = await resendUnknown(ctx, id, body.subscriberIds);
      const queued = items.flatMap(({ subscriberId, result }) => (result === 'queued' ? [subscriberId] : []));
      if (queued.length > 0) await recordAudit(ctx.db, actor, 'digest.resend', `digest:${id}`, { subscriberIds: queued });
      return reply(202, { items });
    },
  }),
];
