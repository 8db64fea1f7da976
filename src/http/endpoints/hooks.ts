import { z } from 'zod';
import { recordAudit } from '#src/accounts/record-audit';
import { takeComplaint } from '#src/feedback/take-complaint';
import { type Endpoint, endpoint, reply } from '#src/http/endpoint';

const megabyte = 1024 * 1024;

/** What relays and mailboxes for feedback pass on about our mail. */
export const hooksEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'post',
    path: '/hooks/:relay',
    summary:
      'A feedback report (ARF, RFC 5965): who complained is never mailed again. The same one twice has no further effect, and an address without a mark of ours none',
    scope: 'subscribers:write',
    params: z.strictObject({ relay: z.string().regex(/^[\w.:-]{1,60}$/) }),
    upload: { types: ['message/rfc822'], maxBytes: megabyte },
    answers: { 200: z.strictObject({ result: z.enum(['suppressed', 'again', 'ignored', 'unproven', 'nobody-of-ours']) }) },
    async run(ctx, { params: { relay }, upload, actor }) {
      const parts: Buffer[] = [];
      for await (const part of upload) parts.push(part);
      const result = await takeComplaint(ctx, Buffer.concat(parts), relay);
      if (result === 'suppressed') await recordAudit(ctx.db, actor, 'complaint.take', `relay:${relay}`);
      return reply(200, { result });
    },
  }),
];
