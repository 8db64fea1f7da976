import { z } from 'zod';
import type { Context } from '#src/context';
import { findDigest } from '#src/digests/find-digest';
import { progressOf } from '#src/digests/progress';
import { type Endpoint, endpoint, reply, replyMedia } from '#src/http/endpoint';
import { digestParams, oneDigest } from '#src/http/endpoints/digest-replies';
import { DeliveryShape, maybeTimestamp, progressShape, ProgressShape } from '#src/http/endpoints/digest-shapes';
import { listOf, page, pageFields } from '#src/http/pagination';
import { eventStream, progressStream } from '#src/http/progress-stream';
import { CursorId } from '#src/http/row-id';
import { messageIdFor } from '#src/mail/message-id';
import { type DeliveryRow, listDeliveries } from '#src/outbox/list-deliveries';

/** What becomes of a digest's readers. */
export const digestWatching: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: `${oneDigest}/progress`,
    summary: 'Count its readers by what became of them',
    scope: 'digests:read',
    params: digestParams,
    answers: { 200: ProgressShape },
    run: async (ctx, { params: { id } }) => reply(200, progressShape(await progressOf(ctx, id))),
  }),
  endpoint({
    method: 'get',
    path: `${oneDigest}/progress/stream`,
    summary: 'The same as server-sent events, whenever it changes',
    scope: 'digests:read',
    params: digestParams,
    answers: { 200: ['text/event-stream'] },
    async run(ctx, { params: { id }, signal }) {
      await findDigest(ctx.db, id);
      return replyMedia(200, eventStream.type, progressStream(ctx, id, signal), { headers: eventStream.headers });
    },
  }),
  endpoint({
    method: 'get',
    path: `${oneDigest}/deliveries`,
    summary: 'List its readers, each with what became of them',
    scope: 'subscribers:read',
    params: digestParams,
    query: z.strictObject({
      ...pageFields(CursorId),
      state: z.enum(['waiting', 'sending', 'deferred', 'accepted', 'rejected', 'unknown', 'skipped']).optional(),
    }),
    answers: { 200: listOf(DeliveryShape) },
    async run(ctx, { params: { id }, query: { cursor, limit, state } }) {
      await findDigest(ctx.db, id);
      const rows = await listDeliveries(ctx.db, id, { state, after: cursor, limit: limit + 1 });
      return reply(200, page(rows, limit, { item: (row) => delivery(ctx, id, row), place: ({ subscriberId }) => subscriberId }));
    },
  }),
];

function delivery({ config }: Context, digestId: string, row: DeliveryRow): DeliveryShape {
  const messageId = messageIdFor(BigInt(digestId), BigInt(row.subscriberId), Buffer.from(config.keys.hash), config.mail.domain);
  return { ...row, at: maybeTimestamp(row.at), retryAt: maybeTimestamp(row.retryAt), messageId };
}
