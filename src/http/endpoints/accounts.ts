import { z } from 'zod';
import { createKey } from '#src/accounts/create-key';
import { listAudit } from '#src/accounts/list-audit';
import { listKeys } from '#src/accounts/list-keys';
import { revokeKey } from '#src/accounts/revoke-key';
import { Scope } from '#src/accounts/scopes';
import { type Endpoint, endpoint, reply } from '#src/http/endpoint';
import { listOf, page, pageFields } from '#src/http/pagination';
import { CursorId, RowId } from '#src/http/row-id';
import { Timestamp, timestamp } from '#src/http/timestamp';

const Key = z.strictObject({
  id: z.string(),
  name: z.string(),
  start: z.string(),
  scopes: z.array(z.string()),
  createdAt: Timestamp,
  lastUsedAt: Timestamp.nullable(),
  revokedAt: Timestamp.nullable(),
});
const NewKey = Key.extend({ key: z.string() });
const AuditEntry = z.strictObject({
  id: z.string(),
  at: Timestamp,
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.record(z.string(), z.unknown()),
});
const byId = z.strictObject({ id: CursorId });

export const accountsEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'get',
    path: '/v1/keys',
    summary: 'The API keys, newest first; never the keys themselves',
    scope: 'keys:read',
    query: z.strictObject(pageFields(byId)),
    answers: { 200: listOf(Key) },
    async run(ctx, { query }) {
      const rows = await listKeys(ctx, { before: query.cursor?.id, limit: query.limit + 1 });
      return reply(200, page(rows, query.limit, { item: keyOf, place: ({ id }) => ({ id }) }));
    },
  }),
  endpoint({
    method: 'post',
    path: '/v1/keys',
    summary: 'Make a key; it is shown this once',
    scope: 'keys:write',
    body: z.strictObject({ name: z.string().trim().min(1).max(100), scopes: z.array(Scope).min(1).max(50) }),
    answers: { 201: NewKey },
    async run(ctx, { actor, body }) {
      const { key, row } = await createKey(ctx, actor, { name: body.name, scopes: [...new Set(body.scopes)] });
      return reply(201, { ...keyOf(row), key }, { location: `/v1/keys/${row.id}` });
    },
  }),
  endpoint({
    method: 'delete',
    path: '/v1/keys/:id',
    summary: 'Revoke a key',
    scope: 'keys:write',
    params: z.strictObject({ id: RowId }),
    answers: { 204: null },
    async run(ctx, { actor, params }) {
      await revokeKey(ctx, actor, params.id);
      return reply(204, null);
    },
  }),
  endpoint({
    method: 'get',
    path: '/v1/audit',
    summary: 'Who did what, newest first',
    scope: 'audit:read',
    query: z.strictObject(pageFields(byId)),
    answers: { 200: listOf(AuditEntry) },
    async run(ctx, { query }) {
      const rows = await listAudit(ctx, { before: query.cursor?.id, limit: query.limit + 1 });
      const item = (row: (typeof rows)[number]) => ({ ...row, at: timestamp(row.at), detail: row.detail as Record<string, unknown> });
      return reply(200, page(rows, query.limit, { item, place: ({ id }) => ({ id }) }));
    },
  }),
];

type KeyRow = Awaited<ReturnType<typeof listKeys>>[number];

function keyOf(row: KeyRow): z.output<typeof Key> {
  return {
    id: row.id,
    name: row.name,
    start: row.token_start,
    scopes: row.scopes,
    createdAt: timestamp(row.created_at),
    lastUsedAt: row.last_used_at && timestamp(row.last_used_at),
    revokedAt: row.revoked_at && timestamp(row.revoked_at),
  };
}
