import { z } from 'zod';
import { recordAudit } from '#src/accounts/record-audit';
import { type Endpoint, endpoint, reply } from '#src/http/endpoint';
import { listOf, page, pageFields } from '#src/http/pagination';
import { CursorId, RowId } from '#src/http/row-id';
import { Timestamp, timestamp } from '#src/http/timestamp';
import { addSuppression } from '#src/subscribers/add-suppression';
import { ConsentSource } from '#src/subscribers/consent-words';
import { liftSuppression } from '#src/subscribers/lift-suppression';
import { listSuppressions } from '#src/subscribers/list-suppressions';
import { SubscriberEmail } from '#src/subscribers/subscriber';
import type { SuppressionRecord } from '#src/subscribers/suppression-record';

const reasons = ['bounce', 'complaint', 'not-me', 'erased', 'operator'] as const;
const Reason = z.enum(reasons);

/** `email` is null where only the keyed hash may be kept. */
const SuppressionShape = z.strictObject({
  id: z.string(),
  email: z.string().nullable(),
  reason: Reason,
  detail: z.string().nullable(),
  createdAt: Timestamp,
});

export const suppressionsEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/v1/suppressions',
    summary: 'Addresses that are never mailed, newest first; email finds one by its hash, erased people too',
    scope: 'subscribers:read',
    query: z.strictObject({ ...pageFields(CursorId), email: SubscriberEmail.optional(), reason: Reason.optional() }),
    answers: { 200: listOf(SuppressionShape) },
    async run(ctx, { query: { cursor, limit, email, reason } }) {
      const rows = await listSuppressions(ctx, { address: email, reason, before: cursor, limit: limit + 1 });
      return reply(200, page(rows, limit, { item: suppressionShape, place: ({ id }) => id }));
    },
  }),
  endpoint({
    method: 'post',
    path: '/v1/suppressions',
    summary: 'Never mail an address again: not by a digest under way, not after an import; 200 when it is so already',
    scope: 'subscribers:write',
    body: z.strictObject({
      email: SubscriberEmail,
      reason: Reason.exclude(['erased']).default('operator'),
      detail: ConsentSource.nullable().default(null),
    }),
    answers: { 200: SuppressionShape, 201: SuppressionShape },
    async run(ctx, { body: { email, reason, detail }, actor }) {
      const { isNew, suppression } = await addSuppression(ctx, { address: email, reason, detail });
      const headers = { location: `/v1/suppressions/${suppression.id}` };
      if (!isNew) return reply(200, suppressionShape(suppression), headers);
      await recordAudit(ctx.db, actor, 'suppression.add', `suppression:${suppression.id}`, { reason });
      return reply(201, suppressionShape(suppression), headers);
    },
  }),
  endpoint({
    method: 'delete',
    path: '/v1/suppressions/:id',
    summary: 'Lift a suppression; that of an erased person, only their own sign-up lifts',
    scope: 'subscribers:write',
    params: z.strictObject({ id: RowId }),
    answers: { 204: null },
    async run(ctx, { params, actor }) {
      await liftSuppression(ctx, params.id);
      await recordAudit(ctx.db, actor, 'suppression.lift', `suppression:${params.id}`);
      return reply(204, null);
    },
  }),
];

function suppressionShape({ id, address, reason, detail, createdAt }: SuppressionRecord): z.infer<typeof SuppressionShape> {
  return { id, email: address, reason, detail, createdAt: timestamp(createdAt) };
}
