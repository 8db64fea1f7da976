import { z } from 'zod';
import { recordAudit } from '#src/accounts/record-audit';
import { type Endpoint, endpoint, replyMedia } from '#src/http/endpoint';
import { SearchText, SubscriberStateName } from '#src/http/endpoints/subscriber-shapes';
import { exportSubscribers } from '#src/subscribers/export-subscribers';

export const exportsEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/v1/exports/subscribers.csv',
    summary: 'Everybody as CSV, one line a subscription, safe to open in a spreadsheet',
    scope: 'subscribers:read',
    query: z.strictObject({ newsletter: SearchText.optional(), state: SubscriberStateName.optional() }),
    answers: { 200: ['text/csv'] },
    async run(ctx, { query, actor }) {
      await recordAudit(ctx.db, actor, 'subscriber.export', 'subscribers', query);
      const headers = { 'Content-Disposition': 'attachment; filename="subscribers.csv"' };
      return replyMedia(200, 'text/csv; charset=utf-8; header=present', exportSubscribers(ctx, query), { headers });
    },
  }),
];
