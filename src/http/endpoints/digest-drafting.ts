import { z } from 'zod';
import { recordAudit } from '#src/accounts/record-audit';
import { arrangeDigest } from '#src/digests/arrange-digest';
import { changeDigest } from '#src/digests/change-digest';
import { checkDigest } from '#src/digests/check-digest';
import { deleteDigest } from '#src/digests/delete-digest';
import { Arrangement, DigestWords } from '#src/digests/digest';
import { draftDigest } from '#src/digests/draft-digest';
import { findDigest } from '#src/digests/find-digest';
import { listDigests } from '#src/digests/list-digests';
import { previewDigest } from '#src/digests/preview-digest';
import { testDigest } from '#src/digests/test-digest';
import { type Endpoint, endpoint, reply, replyMedia } from '#src/http/endpoint';
import { digestActed, digestParams, digestReply, oneDigest, wholeDigest } from '#src/http/endpoints/digest-replies';
import { CadenceName, ChecksShape, DigestShape, DigestStateName, DigestSummary, digestSummary } from '#src/http/endpoints/digest-shapes';
import { listOf, page, pageFields } from '#src/http/pagination';
import { previewHeaders } from '#src/http/preview-headers';
import { CursorId, RowId } from '#src/http/row-id';
import { spellOut } from '#src/rules/spell-out';

/** A digest before it goes: drafted, arranged, looked at, checked, tried out. */
export const digestDrafting: readonly Endpoint[] = [
  endpoint({
    method: 'post',
    path: '/v1/digests',
    summary: 'Draft a digest of stored articles',
    scope: 'digests:write',
    body: z.strictObject({
      newsletter: z.string().min(1).max(100),
      cadence: CadenceName.default('daily'),
      ...DigestWords.shape,
      articles: z.array(z.string().min(1).max(200)).max(100).default([]),
      /** Goes to those who had that digest, in the version before its correction if none is said. */
      corrects: z.strictObject({ digestId: RowId, version: z.int().min(1).max(9_999).optional() }).optional(),
    }),
    answers: { 201: DigestShape },
    async run(ctx, { body: { articles, ...words }, actor }) {
      const chosen = articles.map((articleId) => ({ articleId, headline: null, description: null, whyItMatters: null }));
      const digest = await draftDigest(ctx, { ...words, articles: chosen });
      await recordAudit(ctx.db, actor, 'digest.draft', `digest:${digest.id}`);
      return reply(201, await wholeDigest(ctx, digest), { etag: digest.version, location: `/v1/digests/${digest.id}` });
    },
  }),
  endpoint({
    method: 'get',
    path: '/v1/digests',
    summary: 'List digests, newest first',
    scope: 'digests:read',
    query: z.strictObject({
      ...pageFields(CursorId),
      newsletter: z.string().max(100).optional(),
      state: DigestStateName.optional(),
      cadence: CadenceName.optional(),
    }),
    answers: { 200: listOf(DigestSummary) },
    async run(ctx, { query: { cursor, limit, state, ...filter } }) {
      const states = state === undefined ? undefined : [state];
      const rows = await listDigests(ctx, { ...filter, states, before: cursor, limit: limit + 1 });
      return reply(200, page(rows, limit, { item: (digest) => digestSummary(digest, ctx.config.publicUrl), place: ({ id }) => id }));
    },
  }),
  endpoint({
    method: 'get',
    path: oneDigest,
    summary: 'Read a digest',
    scope: 'digests:read',
    params: digestParams,
    answers: { 200: DigestShape },
    run: async (ctx, { params: { id } }) => digestReply(ctx, await findDigest(ctx.db, id)),
  }),
  endpoint({
    method: 'patch',
    path: oneDigest,
    summary: 'Change subject, preheader or note of a draft',
    scope: 'digests:write',
    params: digestParams,
    body: DigestWords,
    answers: { 200: DigestShape },
    run: async (ctx, call) =>
      digestActed(ctx, call, 'digest.change', await changeDigest(ctx, call.params.id, { ...call.body, ifMatch: call.ifMatch })),
  }),
  endpoint({
    method: 'delete',
    path: oneDigest,
    summary: 'Throw a draft away',
    scope: 'digests:write',
    params: digestParams,
    answers: { 204: null },
    async run(ctx, { params: { id }, ifMatch, actor }) {
      await deleteDigest(ctx, id, { ifMatch });
      await recordAudit(ctx.db, actor, 'digest.delete', `digest:${id}`);
      return reply(204, null);
    },
  }),
  endpoint({
    method: 'put',
    path: `${oneDigest}/articles`,
    summary: 'Choose and order the articles of a draft',
    scope: 'digests:write',
    params: digestParams,
    body: z.strictObject({ items: Arrangement }),
    answers: { 200: DigestShape },
    run: async (ctx, call) =>
      digestActed(
        ctx,
        call,
        'digest.arrange',
        await arrangeDigest(ctx, call.params.id, { articles: call.body.items, ifMatch: call.ifMatch }),
      ),
  }),
  endpoint({
    method: 'get',
    path: `${oneDigest}/preview`,
    summary: 'Show what a reader gets, with links that lead nowhere',
    scope: 'digests:read',
    params: digestParams,
    query: z.strictObject({ as: z.enum(['html', 'text', 'eml']).default('html'), subscriber: z.string().max(20).optional() }),
    answers: { 200: ['text/html', 'text/plain', 'message/rfc822'] },
    async run(ctx, { params: { id }, query: { as, subscriber } }) {
      const preview = await previewDigest(ctx, id, { subscriberId: subscriber });
      if (as === 'html') return replyMedia(200, 'text/html; charset=utf-8', preview.html, { headers: previewHeaders });
      if (as === 'text') return replyMedia(200, 'text/plain; charset=utf-8', preview.text);
      return replyMedia(200, 'message/rfc822', preview.eml, {
        headers: { 'Content-Disposition': `attachment; filename="digest-${id}.eml"` },
      });
    },
  }),
  endpoint({
    method: 'get',
    path: `${oneDigest}/checks`,
    summary: 'Hold the digest against every rule',
    scope: 'digests:read',
    params: digestParams,
    answers: { 200: ChecksShape },
    async run(ctx, { params: { id } }) {
      const { canSend, items } = await checkDigest(ctx, id);
      return reply(200, { canSend, items: items.map((item) => spellOut(item, 'en')) });
    },
  }),
  endpoint({
    method: 'post',
    path: `${oneDigest}/tests`,
    summary: 'Mail the digest to a few people as a test',
    scope: 'digests:write',
    params: digestParams,
    body: z.strictObject({ to: z.array(z.string().max(320)).min(1).max(20), subscriberId: z.string().max(20).optional() }),
    answers: { 202: z.strictObject({ messages: z.int() }) },
    async run(ctx, { params: { id }, body, actor }) {
      const messages = await testDigest(ctx, id, body);
      await recordAudit(ctx.db, actor, 'digest.test', `digest:${id}`, { messages });
      return reply(202, { messages });
    },
  }),
];
